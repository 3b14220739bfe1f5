import fc from "fast-check";
import { expect, test } from "vitest";
import {
  Draft,
  freeId,
  insertPoint,
  movePoint,
  movePolygon,
  type Point,
  removePoint,
  snapped,
  splitPolygon,
  type Zone,
} from "./zones-draft.ts";

const square: readonly Point[] = [
  [0.1, 0.1],
  [0.5, 0.1],
  [0.5, 0.5],
  [0.1, 0.5],
];
const zone: Zone = { id: "a", polygon: square };

test("a drag is one step back, however many moves it had", () => {
  const draft = new Draft({ east: [zone] });
  for (const x of [0.11, 0.12, 0.13]) {
    const edit = (one: Zone): Zone => ({ ...one, polygon: movePoint(one.polygon, 0, [x, 0.1]) });
    draft.change("east", "a", edit, "drag-1");
  }
  expect(draft.zones("east")[0]?.polygon[0]).toEqual([0.13, 0.1]);
  draft.undo();
  expect(draft.zones("east")).toEqual([zone]);
  expect(draft.changes()).toEqual({});
  draft.redo();
  expect(draft.zones("east")[0]?.polygon[0]).toEqual([0.13, 0.1]);
});

test("somebody else's save keeps what is drawn here, and takes theirs for other cameras", () => {
  const draft = new Draft({ east: [zone], west: [] });
  draft.set("east", []);
  const theirs: Zone = { id: "b", polygon: square };
  draft.rebase({ east: [zone, theirs], west: [theirs] });
  expect(draft.zones("east")).toEqual([]);
  expect(draft.zones("west")).toEqual([theirs]);
  expect(Object.keys(draft.changes())).toEqual(["east"]);
});

test("corners come between, go down to three, and stay in the picture", () => {
  expect(insertPoint(square, 3, [0.1, 0.3])).toHaveLength(5);
  expect(removePoint(square, 0)).toHaveLength(3);
  expect(removePoint(removePoint(square, 0), 0)).toHaveLength(3);
  expect(movePoint(square, 0, [-1, 2])[0]).toEqual([0, 1]);
  expect(movePolygon(square, 2, -2)).toEqual([
    [0.6, 0],
    [1, 0],
    [1, 0.4],
    [0.6, 0.4],
  ]);
});

test("a split along a diagonal gives two shapes that share it; along an edge none", () => {
  expect(splitPolygon(square, 0, 2)).toEqual([
    [square[0], square[1], square[2]],
    [square[2], square[3], square[0]],
  ]);
  expect(splitPolygon(square, 2, 0)).toEqual(splitPolygon(square, 0, 2));
  expect(splitPolygon(square, 0, 1)).toBeUndefined();
  expect(splitPolygon(square, 3, 0)).toBeUndefined();
});

test("a corner snaps to the nearest of another zone and to the border, and else stays", () => {
  expect(snapped([0.505, 0.498], square)).toEqual([0.5, 0.5]);
  expect(snapped([0.005, 0.995], square)).toEqual([0, 1]);
  expect(snapped([0.3, 0.3], square)).toEqual([0.3, 0.3]);
});

test("a copy's name is free", () => {
  expect(freeId([zone], "b")).toBe("b");
  expect(freeId([zone, { ...zone, id: "a-2" }], "a")).toBe("a-3");
});

test("undo leads back to the beginning, whatever was done", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(3), fc.double({ min: 0, max: 1, noNaN: true }))),
      (moves) => {
        const draft = new Draft({ east: [zone] });
        for (const [index, x] of moves.slice(0, 100)) {
          draft.change("east", "a", (one) => ({
            ...one,
            polygon: movePoint(one.polygon, index, [x, x]),
          }));
        }
        while (draft.canUndo) draft.undo();
        expect(draft.zones("east")).toEqual([zone]);
      },
    ),
    { numRuns: 50 },
  );
});
