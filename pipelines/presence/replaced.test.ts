/**
 * A steady car, looks that saw nothing, and a box at its place: the same car, or another?
 *
 * Looks come every two seconds. Its detector never missed it before; what the gap says besides
 * decides.
 */
import { expect, test } from "vitest";
import type { NormBox } from "../domain/geometry.ts";
import { carAt, lookAt } from "../testing/street.ts";
import type { Presence } from "./presence.ts";
import { stepPresences } from "./step-presences.ts";

const place = carAt(0.4);
/** Two thirds of it, and it reaches out of the place. */
const elsewhere: NormBox = {
  xMin: place.xMin - 0.012,
  xMax: place.xMax - 0.012,
  yMin: place.yMin + 0.012,
  yMax: place.yMax + 0.012,
};
/** As little of it, with its wheels hidden by something that nobody sees. */
const part: NormBox = { ...place, yMax: place.yMax - 0.03 };

const rows: readonly {
  readonly name: string;
  readonly emptyLooks: number;
  readonly back: NormBox;
  readonly isSame: boolean;
}[] = [
  { name: "one look that sees nothing", emptyLooks: 1, back: place, isSame: true },
  { name: "a bad box after one look", emptyLooks: 1, back: elsewhere, isSame: true },
  { name: "a bad box after three looks", emptyLooks: 3, back: elsewhere, isSame: true },
  { name: "headlights for half a minute", emptyLooks: 13, back: place, isSame: true },
  { name: "the part that is left to see", emptyLooks: 13, back: part, isSame: true },
  { name: "a box elsewhere after half a minute", emptyLooks: 13, back: elsewhere, isSame: false },
];
test.each(rows)("$name", ({ emptyLooks, back, isSame }) => {
  let presences: readonly Presence[] = [];
  const step = (index: number, boxes: readonly NormBox[]) => {
    const look = lookAt(
      index * 2,
      boxes.map((box) => ({ box })),
    );
    ({ presences } = stepPresences(presences, look, {
      everyMs: 2_000,
      isTracked: () => true,
      scoreMin: 0,
      clearAfterMs: () => 60_000,
      isPinned: () => false,
    }));
  };
  for (let index = 0; index < 25; index += 1) step(index, [place]);
  const [before] = presences;
  for (let index = 25; index < 25 + emptyLooks; index += 1) step(index, []);
  step(25 + emptyLooks, [back]);
  expect(presences).toHaveLength(1);
  expect(presences[0]?.id === before?.id).toBe(isSame);
});
