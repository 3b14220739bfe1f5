import { expect, test } from "vitest";
import { ringTotalBytes } from "./ring-total.ts";

const GiB = 2 ** 30;

test("a quarter of a small machine's memory, and no more than 1 GiB of a large one's", () => {
  expect(ringTotalBytes(1 * GiB)).toBe(GiB / 4);
  expect(ringTotalBytes(64 * GiB)).toBe(GiB);
  expect(ringTotalBytes()).toBeGreaterThan(0);
});
