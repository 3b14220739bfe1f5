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

const rows: readonly {
  readonly name: string;
  readonly kind: Kind;
  readonly truths: readonly LabelledBox[];
  readonly watched: readonly SubKind[];
  readonly want: readonly SubKind[];
}[] = [
  {
    name: "a bin that overflows",
    kind: "overflowing-bin",
    truths: [at("overflowing-bin", 0.2), at("bin", 0.5)],
    watched: ["bin-overflow", "exposed-garbage"],
    want: ["bin-overflow"],
  },
  {
    name: "a bin that does not",
    kind: "overflowing-bin",
    truths: [at("bin", 0.5)],
    watched: ["bin-overflow", "exposed-garbage"],
    want: [],
  },
  {
    name: "rubbish beside a bin is that bin's",
    kind: "overflowing-bin",
    truths: [at("bin", 0.5), at("garbage", 0.6)],
    watched: ["bin-overflow", "exposed-garbage"],
    want: ["bin-overflow"],
  },
  {
    name: "rubbish away from every bin is its own",
    kind: "overflowing-bin",
    truths: [at("bin", 0.1), at("garbage", 0.6)],
    watched: ["bin-overflow", "exposed-garbage"],
    want: ["exposed-garbage"],
  },
  {
    name: "what no rule watches for is not due",
    kind: "overflowing-bin",
    truths: [at("garbage", 0.6)],
    watched: ["bin-overflow"],
    want: [],
  },
  {
    name: "a board is what the rule takes it for",
    kind: "unlicensed-signage",
    truths: [at("signboard", 0.6)],
    watched: ["shop-sign"],
    want: ["shop-sign"],
  },
  {
    name: "a stall",
    kind: "street-vending",
    truths: [at("stall", 0.2)],
    watched: ["stall"],
    want: ["stall"],
  },
  {
    name: "a lorry, and a bicycle that no rule watches for",
    kind: "illegal-parking",
    truths: [at("truck", 0.2), at("two-wheeler", 0.6)],
    watched: ["motor-vehicle"],
    want: ["motor-vehicle"],
  },
];
for (const { name, kind, truths, watched, want } of rows) {
  test(name, () => {
    expect(dueOf(kind, truths, new Set(watched)).map(({ subKind }) => subKind)).toEqual(want);
  });
}

test("a set of signs says nothing about bins", () => {
  expect(canJudge("overflowing-bin", new Set(["signboard"]))).toBe(false);
  expect(canJudge("unlicensed-signage", new Set(["signboard"]))).toBe(true);
});
