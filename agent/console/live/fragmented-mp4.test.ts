import { expect, test } from "vitest";
import { avcSets, nalUnits } from "./avc.ts";
import { Mp4Fragments, mp4Head } from "./fragmented-mp4.ts";

const startCode = [0, 0, 0, 1];
const rows = [
  {
    name: "high, 1920 × 1080, cut off at the edge",
    sps: "67640028acd940780227e5c044000003000400000300c83c60c658",
    width: 1920,
    height: 1080,
  },
  {
    name: "high, 1280 × 720",
    sps: "6764001facd9405005bb011000000300100000030320f1831960",
    width: 1280,
    height: 720,
  },
  {
    name: "baseline, 320 × 240",
    sps: "6742c00dda0507e8400000030040000007a3c50aa8",
    width: 320,
    height: 240,
  },
];

function setsOf(sps: string): Uint8Array {
  return Uint8Array.from([
    ...startCode,
    ...Buffer.from(sps, "hex"),
    ...startCode,
    0x68,
    0xce,
    0x3c,
    0x80,
  ]);
}

for (const { name, sps, width, height } of rows) {
  test(`size and name of a stream are read from its sets: ${name}`, () => {
    const sets = avcSets(setsOf(sps));
    expect(sets).toMatchObject({ width, height, codec: `avc1.${sps.slice(2, 8)}` });
  });
}

test("sets that are cut off, or none, are no sets", () => {
  const whole = setsOf(rows[0]?.sps ?? "");
  for (let length = 0; length < 14; length++) {
    expect(avcSets(whole.subarray(0, length)), String(length)).toBeUndefined();
  }
  expect(
    avcSets(Uint8Array.from([...startCode, 0x67, 100, 0, 40, 255, 255, ...startCode, 0x68, 1])),
  ).toBeUndefined();
});

test("units are found with start codes of three and four bytes", () => {
  const bytes = Uint8Array.from([0, 0, 1, 9, 16, 0, 0, 0, 1, 0x65, 1, 2, 0, 0, 1, 0x41, 7]);
  expect(nalUnits(bytes).map((unit) => [...unit])).toEqual([
    [9, 16],
    [0x65, 1, 2],
    [0x41, 7],
  ]);
});

/** Boxes of one level: name and content. */
function boxes(bytes: Uint8Array): { readonly name: string; readonly body: Buffer }[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = [];
  for (let at = 0; at < view.length; ) {
    const size = view.readUInt32BE(at);
    found.push({
      name: view.toString("latin1", at + 4, at + 8),
      body: view.subarray(at + 8, at + size),
    });
    at += size;
  }
  return found;
}

test("a fragment holds one picture, its time and the way to its bytes", () => {
  const sets = avcSets(setsOf(rows[1]?.sps ?? ""));
  if (sets === undefined) throw new Error("these sets are whole");
  expect(boxes(mp4Head(sets)).map(({ name }) => name)).toEqual(["ftyp", "moov"]);
  const fragments = new Mp4Fragments();
  const unit = Uint8Array.from([...startCode, 9, 16, ...startCode, 0x65, 1, 2, 3]);
  fragments.next({ unit, shownAtMs: 0, isKey: true });
  const bytes = fragments.next({ unit, shownAtMs: 40, isKey: false });
  const [moof, mdat] = boxes(bytes);
  expect(moof?.name).toBe("moof");
  expect([...(mdat?.body ?? [])]).toEqual([0, 0, 0, 4, 0x65, 1, 2, 3]);
  const traf = boxes(boxes(moof?.body ?? Buffer.alloc(0))[1]?.body ?? Buffer.alloc(0));
  expect(traf.find(({ name }) => name === "tfdt")?.body.readUInt32BE(8)).toBe(40);
  const trun = traf.find(({ name }) => name === "trun")?.body ?? Buffer.alloc(0);
  const dataAt = trun.readInt32BE(8);
  expect([...bytes.subarray(dataAt)]).toEqual([0, 0, 0, 4, 0x65, 1, 2, 3]);
  expect(trun.readUInt32BE(16)).toBe(8);
});

test("times of decoding rise where pictures are shown in another order", () => {
  const fragments = new Mp4Fragments();
  const unit = Uint8Array.from([...startCode, 0x41, 1]);
  const times = [0, 120, 40, 80].map((shownAtMs) => {
    const moof =
      boxes(fragments.next({ unit, shownAtMs, isKey: false }))[0]?.body ?? Buffer.alloc(0);
    const traf = boxes(boxes(moof)[1]?.body ?? Buffer.alloc(0));
    const decoded = traf.find(({ name }) => name === "tfdt")?.body.readUInt32BE(8) ?? 0;
    const trun = traf.find(({ name }) => name === "trun")?.body ?? Buffer.alloc(0);
    return { decoded, shown: decoded + trun.readInt32BE(24) };
  });
  expect(times.map(({ shown }) => shown)).toEqual([0, 120, 40, 80]);
  expect(times.map(({ decoded }) => decoded)).toEqual([0, 120, 121, 122]);
});
