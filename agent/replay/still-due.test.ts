/** What labels ask for: a row is a picture's labels, and what is due in it. */
import { expect, test } from "vitest";
import type { LabelledBox } from "../../models/evaluation/evaluate.ts";
import type { Kind, SubKind } from "../../pipelines/domain/kind.ts";
import type { Label } from "../../pipelines/domain/label.ts";
import { canJudge, dueOf } from "./still-due.ts";

const at = (label: Label, x: number): LabelledBox => ({
  label,
  box: { xMin: x, yMin: 0.4, xMax: x + 0.1, yMax: 0.6 },
});

type Rule = readonly [Kind, ...SubKind[]];
const bins: Rule = ["overflowing-bin", "bin-overflow", "exposed-garbage"];

const rows: readonly {
  readonly name: string;
  readonly truths: readonly LabelledBox[];
  /** A kind, and the sub-kinds that are watched for; absent: `bins`. */
  readonly rule?: Rule;
  readonly want: readonly SubKind[];
}[] = [
  {
    name: "a bin that overflows",
    truths: [at("overflowing-bin", 0.2), at("bin", 0.5)],
    want: ["bin-overflow"],
  },
  { name: "a bin that does not", truths: [at("bin", 0.5)], want: [] },
  {
    name: "rubbish beside a bin is that bin's",
    truths: [at("bin", 0.5), at("garbage", 0.6)],
    want: ["bin-overflow"],
  },
  {
    name: "rubbish away from every bin is its own",
    truths: [at("bin", 0.1), at("garbage", 0.6)],
    want: ["exposed-garbage"],
  },
  {
    name: "what no rule watches for is not due",
    truths: [at("garbage", 0.6)],
    rule: ["overflowing-bin", "bin-overflow"],
    want: [],
  },
  {
    name: "a board is what the rule takes it for",
    truths: [at("signboard", 0.6)],
    rule: ["unlicensed-signage", "shop-sign"],
    want: ["shop-sign"],
  },
  {
    name: "a stall",
    truths: [at("stall", 0.2)],
    rule: ["street-vending", "stall"],
    want: ["stall"],
  },
  {
    name: "a lorry, and a bicycle that no rule watches for",
    truths: [at("truck", 0.2), at("two-wheeler", 0.6)],
    rule: ["illegal-parking", "motor-vehicle"],
    want: ["motor-vehicle"],
  },
];
for (const { name, truths, rule = bins, want } of rows) {
  test(name, () => {
    const [kind, ...watched] = rule;
    expect(dueOf(kind, truths, new Set(watched)).map(({ subKind }) => subKind)).toEqual(want);
  });
}

test("a set of signs says nothing about bins", () => {
  expect(canJudge("overflowing-bin", new Set(["signboard"]))).toBe(false);
  expect(canJudge("unlicensed-signage", new Set(["signboard"]))).toBe(true);
});
