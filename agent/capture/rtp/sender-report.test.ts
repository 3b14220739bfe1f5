import fc from "fast-check";
import { expect, test } from "vitest";
import { findSenderReport, hasBye } from "./sender-report.ts";

/** 2026-01-05T00:00:00.5Z */
const report = (seconds = 3_976_560_000, fraction = 0x8000_0000): Buffer => {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt32BE(0x80c8_0006, 0);
  bytes.writeUInt32BE(7, 4);
  bytes.writeUInt32BE(seconds, 8);
  bytes.writeUInt32BE(fraction, 12);
  bytes.writeUInt32BE(90_000, 16);
  return bytes;
};
const description = Buffer.from("81ca0002000000070100000000", "hex").subarray(0, 12);
const bye = Buffer.from("81cb000100000007", "hex");

const found = { ssrc: 7, cameraWallMs: Date.UTC(2026, 0, 5) + 500, rtpTime: 90_000 };
const rows = [
  {
    name: "a report alone",
    bytes: report(),
    want: found,
  },
  {
    name: "a report behind a description",
    bytes: Buffer.concat([description, report()]),
    want: found,
  },
  { name: "a camera without a clock", bytes: report(0, 0), want: undefined },
  { name: "a description alone", bytes: description, want: undefined },
  { name: "a report that is cut", bytes: report().subarray(0, 24), want: undefined },
  { name: "a length that lies", bytes: Buffer.from("80c8ffff00000000", "hex"), want: undefined },
  { name: "another version", bytes: Buffer.from("40c8000600000000", "hex"), want: undefined },
  { name: "nothing", bytes: Buffer.alloc(0), want: undefined },
];
for (const { name, bytes, want } of rows) {
  test(name, () => {
    expect(findSenderReport(bytes, 0, bytes.length)).toEqual(want);
  });
}

test("the end of a stream", () => {
  const both = Buffer.concat([report(), bye]);
  expect(hasBye(both, 0, both.length)).toBe(true);
  expect(hasBye(report(), 0, 28)).toBe(false);
});

test("random bytes end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      findSenderReport(bytes, 0, bytes.length);
      hasBye(bytes, 0, bytes.length);
    }),
    { seed: 8 },
  );
});
