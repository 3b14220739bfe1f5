import { expect, test } from "vitest";
import { boxOf } from "../testing/street.ts";
import { coveredShare, isCovered, visibleOverlap } from "./cover.ts";

const place = boxOf(0.4, 0.4, 0.6, 0.6);

const rows = [
  { name: "nothing in front", others: [], want: 0 },
  { name: "a bus in front of all of it", others: [boxOf(0.3, 0.3, 0.8, 0.8)], want: 1 },
  { name: "a bus behind it hides nothing", others: [boxOf(0.3, 0.1, 0.8, 0.55)], want: 0 },
  { name: "the thing's own box hides nothing", others: [place], want: 0 },
  { name: "a person in front is too small", others: [boxOf(0.45, 0.45, 0.5, 0.8)], want: 0 },
  { name: "a van over the left half", others: [boxOf(0.3, 0.3, 0.5, 0.7)], want: 0.5 },
  {
    name: "two vans over the same half hide half",
    others: [boxOf(0.3, 0.3, 0.5, 0.7), boxOf(0.25, 0.35, 0.5, 0.75)],
    want: 0.5,
  },
  {
    name: "a van on either side hide all",
    others: [boxOf(0.3, 0.3, 0.5, 0.7), boxOf(0.5, 0.35, 0.7, 0.75)],
    want: 1,
  },
];
for (const { name, others, want } of rows) {
  test(`${name}: ${want} is covered`, () => {
    expect(coveredShare(place, others)).toBeCloseTo(want, 9);
    expect(isCovered(place, others)).toBe(want >= 0.5);
  });
}

test("what is left to see of a thing fits its place", () => {
  const van = boxOf(0.3, 0.3, 0.5, 0.7);
  const rightHalf = boxOf(0.5, 0.4, 0.6, 0.6);
  expect(visibleOverlap(place, rightHalf, [van, rightHalf])).toBeCloseTo(1, 9);
  expect(visibleOverlap(place, boxOf(0.55, 0.4, 0.65, 0.6), [van])).toBeLessThan(0.5);
  expect(visibleOverlap(place, rightHalf, [rightHalf]), "nothing in front").toBe(0);
});
