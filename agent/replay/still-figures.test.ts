/** Rates of still pictures: counted once a kind, with an interval that few pictures make wide. */
import { expect, test } from "vitest";
import type { SubKind } from "../../pipelines/domain/kind.ts";
import { type StillResult, stillFigures, stillText } from "./still-figures.ts";

const result = (due: readonly SubKind[], told: readonly SubKind[]): StillResult => ({
  name: "picture",
  kind: "overflowing-bin",
  due,
  told,
  isPlaced: due.length > 0 && told.length > 0,
});
const over: readonly SubKind[] = ["bin-overflow"];
const rubbish: readonly SubKind[] = ["exposed-garbage"];
const results = [
  result(over, over),
  result(over, []),
  result(rubbish, over),
  result([], over),
  result([], []),
];

test("right is what is due and told, wrong what is told and not due", () => {
  expect(stillFigures(results)["overflowing-bin"]).toMatchObject({
    pictures: 3,
    right: 2,
    placed: 2,
    rate: 0.6667,
    without: 2,
    wrong: 1,
    wrongRate: 0.5,
  });
});

test("the sub-kind tells what was taken for what", () => {
  expect(stillFigures(results)["overflowing-bin"]?.subKinds).toMatchObject({
    "bin-overflow": { pictures: 2, right: 1, without: 3, wrong: 2 },
    "exposed-garbage": { pictures: 1, right: 0, rate: 0, without: 4, wrong: 0 },
  });
});

test("three of three is no certainty", () => {
  const { rate, rateLow, rateHigh } =
    stillFigures([1, 2, 3].map(() => result(over, over)))["overflowing-bin"] ?? {};
  expect([rate, rateLow, rateHigh]).toEqual([1, 0.4385, 1]);
});

test("where nothing is due there is no rate, and where everything is no wrong one", () => {
  expect(stillFigures([result([], [])])["overflowing-bin"]).toMatchObject({
    rate: null,
    rateLow: null,
    wrongRate: 0,
  });
  expect(stillFigures([result(over, over)])["overflowing-bin"]).toMatchObject({ wrongRate: null });
});

test("the table has a line a kind, and one a sub-kind below it", () => {
  expect(
    stillText(stillFigures(results))
      .split("\n")
      .map((line) => line.slice(0, 34)),
  ).toEqual([
    "kind                   due   right",
    "overflowing-bin          3       2",
    "  bin-overflow           2       1",
    "  exposed-garbage        1       0",
    "",
  ]);
});
