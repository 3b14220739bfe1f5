/** A parser with three faults, to show that the fuzzer finds each: it crashes, hangs and hoards. */
import type { FuzzTarget } from "../fuzz-target.ts";

const hoard: Uint8Array[] = [];

export const broken: FuzzTarget = {
  name: "broken",
  corpus: () => [Buffer.from("abcdefgh")],
  tokens: ["@", Uint8Array.of(0x81), Uint8Array.of(0x01)],
  run: (bytes) => {
    if (bytes.includes(0x40)) throw new TypeError("a fault on purpose");
    if (bytes.includes(0x81)) for (;;);
    if (bytes.includes(0xff)) hoard[0] = new Uint8Array(32 * 1_024 * 1_024).fill(1);
    if (bytes.includes(0x01)) throw new RangeError("declared");
  },
  isExpected: (error) => error instanceof RangeError,
  memoryBoundBytes: 1_024 * 1_024,
  timeBoundMs: 200,
};
