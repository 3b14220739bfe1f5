/**
 * Goal: a composite can be read wherever it is made, whatever stands in a configuration.
 * Method: grey pictures; what was drawn is read again as pixels.
 */
import sharp from "sharp";
import { expect, test } from "vitest";
import { type CaptionFacts, captionFields, captionTime, captionTitle } from "./caption.ts";
import { drawText, missingFrom } from "./caption-text.ts";
import { type CompositePicture, makeComposite } from "./composite.ts";

const atMs = Date.UTC(2026, 10, 23, 2, 0, 0, 123);

const facts: CaptionFacts = {
  kind: "illegal-parking",
  subKind: "motor-vehicle",
  stage: "reported",
  matter: { code: "09009", name: "机动车乱停放" },
  place: "牌坊街 × 太平路",
  point: [116.6471, 23.67],
  errorMetres: 59.2,
  grid: "445102001001001",
  deviceId: "cz-paifang-03",
  cameraId: "east",
  zoneId: "bus-stop",
  timeZone: "Asia/Shanghai",
  atMs,
  observedMs: 312_000,
  reportAfterMs: 300_000,
  allowed: [],
  eventId: "v-0123456789abcdef-2",
  versions: { agent: "0.1.0", model: "street-nano@0123456789ab" },
  verificationCode: "7F3A 90C2 11D4 8E05",
};

async function grey(width: number, height: number): Promise<Uint8Array> {
  const create = { width, height, channels: 3, background: "#808080" } as const;
  return await sharp({ create }).jpeg().toBuffer();
}

async function pictureOf(changes: Partial<CompositePicture> = {}): Promise<CompositePicture> {
  return { role: "warned", jpeg: await grey(640, 360), capturedAtMs: atMs, ...changes };
}

const compositeOf = async (pictures: readonly CompositePicture[], caption = facts) =>
  await makeComposite({ pictures, caption, widthPx: 800, quality: 80 });

async function pixelsOf(jpeg: Uint8Array) {
  return await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
}

test("four pictures stand two by two, white around them, the caption below", async () => {
  const pictures = await Promise.all([0, 1, 2, 3].map(() => pictureOf()));
  const { jpeg, width, height } = await compositeOf(pictures);
  const { data, info } = await pixelsOf(jpeg);
  expect([info.width, info.height]).toEqual([width, height]);
  const at = (x: number, y: number) => data[(Math.round(y) * width + Math.round(x)) * 3] ?? 0;
  for (const x of [0.25, 0.75]) expect(at(x * width, 150)).toBeCloseTo(0x80, -1);
  expect(at(2, 150)).toBe(255);
  const isInked = (fromY: number) => data.subarray(fromY * width * 3).some((value) => value < 0x60);
  expect(isInked(height - 180)).toBe(true);
});

test("nothing is written on a picture: without outlines its pixels are those of the still", async () => {
  const { jpeg, width } = await compositeOf([await pictureOf()]);
  const { data } = await pixelsOf(jpeg);
  // The middle of the one tile, which is as wide as the page.
  for (let y = 100; y < 400; y += 7) {
    for (let x = 20; x < width - 20; x += 7) {
      expect(Math.abs((data[(y * width + x) * 3] ?? 0) - 0x80)).toBeLessThan(6);
    }
  }
});

test("zone and thing are outlined where they are, also in a picture of another shape", async () => {
  const zone = [
    { x: 0.1, y: 0.1 },
    { x: 0.9, y: 0.1 },
    { x: 0.9, y: 0.9 },
  ];
  const box = { xMin: 0.4, yMin: 0.4, xMax: 0.6, yMax: 0.6 };
  const { jpeg } = await compositeOf([await pictureOf({ jpeg: await grey(400, 400), zone, box })]);
  const { data } = await pixelsOf(jpeg);
  let redCount = 0;
  let yellowCount = 0;
  for (let index = 0; index < data.length; index += 3) {
    const [red = 0, green = 0, blue = 0] = data.subarray(index, index + 3);
    if (red > 180 && green < 110 && blue < 110) redCount += 1;
    if (red > 180 && green > 150 && blue < 130) yellowCount += 1;
  }
  expect(redCount).toBeGreaterThan(50);
  expect(yellowCount).toBeGreaterThan(200);
});

test("our own words need no font but ours", async () => {
  const { main, side } = captionTitle(facts);
  const words = captionFields(facts).flatMap(({ zh, en, value }) => [zh, en, value]);
  expect(await missingFrom([main, side, ...words].join(""))).toEqual([]);
});

test("a character that no font has is named in the caption, which grows by a line", async () => {
  const unassigned = "\u{2FFF0}";
  expect(await missingFrom(`牌坊街${unassigned}`)).toEqual([unassigned]);
  const picture = await pictureOf();
  const usual = await compositeOf([picture]);
  const odd = await compositeOf([picture], { ...facts, place: `牌坊街${unassigned}` });
  expect(odd.height).toBeGreaterThan(usual.height);
});

const hostile = [
  { name: "markup", place: "<span size='900pt'>a</span> & <b>" },
  { name: "control characters and a new line", place: "a\u0000\u0007\nb\u202Ec" },
  { name: "200 characters without a space", place: "街".repeat(200) },
  { name: "half a surrogate pair", place: "a\ud83d" },
  { name: "nothing", place: "" },
];
for (const { name, place } of hostile) {
  test(`a place that is ${name} is drawn as text`, async () => {
    const { width, height } = await compositeOf([await pictureOf()], { ...facts, place });
    expect(width).toBe(800);
    expect(height).toBeLessThan(1_200);
  });
}

test("text is drawn within its width", async () => {
  const lines = [[{ text: "很长的一行字".repeat(40), sizePx: 20, colour: "#000000" }]];
  const { width, height } = await drawText(lines, { widthPx: 300 });
  expect(width).toBeLessThanOrEqual(300);
  expect(height).toBeGreaterThan(20 * 10);
});

test("a time is local, to the millisecond, with its zone", () => {
  expect(captionTime(atMs, "Asia/Shanghai")).toBe("2026-11-23 10:00:00.123 +08:00");
});

const hours = [
  { allowed: [{ startMinute: 360, endMinute: 540 }], want: "06:00–09:00 每天 daily" },
  {
    allowed: [{ startMinute: 1_080, endMinute: 1_440, days: ["sat", "holiday"] as const }],
    want: "18:00–24:00 周六 Sat 节假日 holidays",
  },
];
for (const { allowed, want } of hours) {
  test(`the rule's hours: ${want}`, () => {
    const fields = captionFields({ ...facts, allowed });
    expect(fields.find(({ en }) => en === "Allowed hours")?.value).toBe(want);
  });
}

test("a rule without hours has no such line, an unknown point says so", () => {
  const fields = captionFields({ ...facts, point: null });
  expect(fields.map(({ en }) => en)).not.toContain("Allowed hours");
  expect(fields.find(({ en }) => en === "Coordinates")?.value).toBe("未知 unknown");
});
