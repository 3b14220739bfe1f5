/**
 * A pile-up that stays while nobody looks: it is one heap, told once.
 *
 * Its bicycles are missed for three looks, which chance explains; what follows comes between these
 * and a fourth, with which the heap is not seen for the first time.
 */
import { expect, test } from "vitest";
import type { CameraState } from "../camera-state.ts";
import { resumeCamera } from "../resume.ts";
import { lookAt, looksEvery, rulesWith, runLooks, type Seen, storyOf } from "../testing/street.ts";

const rules = rulesWith({
  subKinds: ["shared-bike-pile-up"],
  pileUpCount: 5,
  warnAfterMs: 20_000,
  reportAfterMs: 60_000,
  clearAfterMs: 10_000,
});
const heap = Array.from(
  { length: 6 },
  (_, index): Seen => ({
    box: { xMin: 0.3 + index * 0.04, yMin: 0.54, xMax: 0.33 + index * 0.04, yMax: 0.6 },
    label: "two-wheeler",
  }),
);
const seen = looksEvery(2, 80, () => heap);
const missed = [80, 82, 84].map((seconds) => lookAt(seconds, []));

const rows: readonly {
  name: string;
  /** Seconds from the last of these misses to the next. */
  step: number;
  between?: (state: CameraState) => CameraState;
}[] = [
  { name: "the camera is away for an hour", step: 3_600 },
  { name: "the clock is set back by an hour", step: -3_600 },
  { name: "the agent is started anew", step: 2, between: resumeCamera },
];
for (const { name, step, between = (state: CameraState) => state } of rows) {
  test(`a pile-up is one and the same when ${name}`, () => {
    const fourthAt = 84 + step;
    const after = seen.map((_, index) => lookAt(fourthAt + 2 + index * 2, heap));
    const looks = [...seen, ...missed, lookAt(fourthAt, []), ...after];
    let index = 0;
    const { changes } = runLooks(rules, looks, (state) => {
      const isFourth = index === seen.length + missed.length;
      index += 1;
      return isFourth ? between(state) : state;
    });
    expect(storyOf(changes)).toBe("a warned@22, a reported@62");
  });
}
