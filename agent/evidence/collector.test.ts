/**
 * Goal: the right pictures go with the right events, and nothing waits for them for ever.
 * Method: looks and decided changes by hand, made-up stills, a simulated clock, a real folder.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { detectionsOf } from "../../pipelines/domain/detections.ts";
import { cameraId, viewId, violationId, zoneId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { SimulatedClock } from "../runtime/clock.ts";
import type { CollectedChange, EvidenceSite } from "./collected-change.ts";
import { type CollectorOptions, EvidenceCollector } from "./collector.ts";
import type { EvidenceOfRevision } from "./evidence-file.ts";
import { LookedPictures } from "./looked-pictures.ts";
import { PendingFiles } from "./pending-files.ts";
import type { StillTaker } from "./taken-still.ts";

const east = cameraId("east");
const car = { xMin: 0.1, yMin: 0.6, xMax: 0.4, yMax: 0.8 };
const v1 = violationId("v1");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-collector-"));
});
afterEach(() => rm(folder, { recursive: true }));

const jpeg = await sharp({
  create: { width: 64, height: 36, channels: 3, background: "#808080" },
})
  .jpeg()
  .toBuffer();

const takeStill: StillTaker = async ({ picture, withCloseUp }) => ({
  jpeg,
  width: 1_280,
  height: 720,
  capturedAtMs: picture.capturedAtMs,
  uncertaintyMs: 40,
  frame: "exact",
  distanceMs: 0,
  protection: { masked: { heads: 1, plates: 0, polygons: 0, plateEstimate: false } },
  measured: { sharpness: 5, luma: 100, thingPx: 200 },
  ...(withCloseUp ? { closeUp: { jpeg, width: 64, height: 36 } } : {}),
});

const lookAt = (capturedAtMs: number): Look => ({
  cameraId: east,
  viewId: viewId("kerb"),
  crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
  capturedAtMs,
  capturedUncertaintyMs: 40,
  detections: detectionsOf([{ label: "car", score: 0.9, box: car }]),
  model: "tiny@0123456789ab",
  pictureWidth: 1_280,
  pictureHeight: 720,
});

const changeAt = (atMs: number, changes: Partial<CollectedChange> = {}): CollectedChange => {
  const { revision = 1, stage = "warned" } = changes;
  return {
    eventId: `v1.${revision}`,
    violationId: v1,
    revision,
    stage,
    kind: "illegal-parking",
    subKind: "motor-vehicle",
    cameraId: east,
    zoneId: zoneId("bus-stop"),
    atMs,
    box: car,
    isUpdate: false,
    ...changes,
  };
};

function pictureAt(capturedAtMs: number): EncodedPicture {
  return {
    cameraId: east,
    stream: "main",
    codec: "h264",
    parameterSets: new Uint8Array(),
    units: [new Uint8Array(8)],
    pictureNumber: capturedAtMs,
    capturedAtMs,
    capturedUncertaintyMs: 40,
    clockSource: "sender-report",
  };
}

const site: EvidenceSite = {
  limits: () => ({
    hasClips: true,
    quality: 85,
    compositeWidthPx: 960,
    stillBytesMax: 1_000_000,
    compositeBytesMax: 1_000_000,
    clipBytesMax: 1_000_000,
  }),
  // As many whole views as a report of a car needs.
  check: (_, { views }) => ({
    complete: views.length >= 3,
    failed: views.length >= 3 ? [] : [1],
    enforceable: false,
  }),
  caption: (change, verificationCode) => ({
    ...change,
    matter: { code: "09009", name: "机动车乱停放" },
    point: null,
    errorMetres: null,
    grid: null,
    deviceId: "box",
    timeZone: "Asia/Shanghai",
    observedMs: 0,
    reportAfterMs: 0,
    allowed: [],
    versions: { agent: "0.1.0", model: "tiny" },
    verificationCode,
  }),
  zoneOf: () => undefined,
  zoneShare: () => 1,
};

function collectorWith(changes: Partial<CollectorOptions> = {}) {
  const kept: EvidenceOfRevision[] = [];
  const ends: string[] = [];
  const warnings: unknown[] = [];
  const clock = new SimulatedClock();
  let newestMs = 0;
  const pictures = new LookedPictures({ newestPicture: async () => pictureAt(newestMs) });
  const collector = new EvidenceCollector({
    site,
    pictures,
    takeStill,
    pending: new PendingFiles({ folder, limits: { violationsMax: 10, bytesMax: 1e7 } }),
    keeper: { keep: async (evidence) => void kept.push(evidence) },
    clock,
    log: {
      debug: () => {},
      info: () => {},
      warn: (fields) => warnings.push(fields),
      error: () => {},
    },
    onEnd: (end) => void ends.push(end),
    ...changes,
  });
  const see = async (
    atMs: number,
    cases: { clues?: CollectedChange[]; waiting?: CollectedChange[]; isOpen?: boolean } = {},
  ) => {
    newestMs = atMs;
    await pictures.newestPicture(east, "main");
    const look = collector.looked(lookAt(atMs));
    const { clues = [], waiting = [], isOpen = true } = cases;
    return {
      look,
      judge: () => collector.judged(look, { clues, waiting, isOpen: () => isOpen }),
    };
  };
  const decide = async (change: CollectedChange) => {
    const { judge } = await see(change.atMs);
    const isHeld = collector.decided(change);
    judge();
    collector.committed([change.eventId]);
    await collector.idle();
    return isHeld;
  };
  return { collector, kept, ends, warnings, clock, see, decide };
}

const namesOf = (evidence: EvidenceOfRevision | undefined) =>
  evidence?.files.map(({ name }) => name);

test("a clue's first picture goes with its warning, everything with its report", async () => {
  const { collector, kept, ends, see, decide } = collectorWith();
  (await see(1_000, { clues: [changeAt(1_000)] })).judge();
  await collector.idle();
  expect(await decide(changeAt(61_000))).toBe(true);
  expect(await decide(changeAt(301_000, { revision: 2, stage: "reported" }))).toBe(true);
  expect(await decide(changeAt(400_000, { revision: 3, stage: "cleared" }))).toBe(true);
  expect(kept.map(namesOf)).toEqual([
    ["first-seen.jpg", "warned.jpg", "close-up.jpg"],
    ["reported.jpg", "close-up.jpg", "composite.jpg"],
    ["cleared.jpg"],
  ]);
  expect(kept[0]?.files.map(({ capturedAtMs }) => capturedAtMs)).toEqual([1_000, 61_000, 61_000]);
  expect(ends).toEqual(["incomplete", "complete", "complete"]);
  await expect.poll(() => readdir(folder)).toEqual([]);
});

test("a clue that comes to nothing takes its picture along", async () => {
  const { collector, see } = collectorWith();
  (await see(1_000, { clues: [changeAt(1_000)] })).judge();
  await collector.idle();
  expect(await readdir(folder)).toEqual(["v1"]);
  (await see(2_000, { isOpen: false })).judge();
  await collector.idle();
  await expect.poll(() => readdir(folder)).toEqual([]);
});

test("what is kept of an open clue survives a new start, what is not open does not", async () => {
  const first = collectorWith();
  (await first.see(1_000, { clues: [changeAt(1_000)] })).judge();
  await first.collector.idle();
  const second = collectorWith();
  await second.collector.start((violation) => (violation === "v1" ? east : undefined));
  await second.decide(changeAt(61_000));
  expect(namesOf(second.kept[0])).toEqual(["first-seen.jpg", "warned.jpg", "close-up.jpg"]);
  const third = collectorWith();
  await third.collector.start(() => undefined);
  expect(await readdir(folder)).toEqual([]);
});

test("an event waits three seconds, and goes with what is there", async () => {
  const { collector, kept, ends, clock, see } = collectorWith({
    takeStill: () => new Promise(() => {}),
  });
  await see(1_000);
  expect(collector.decided(changeAt(1_000))).toBe(true);
  collector.committed(["v1.1"]);
  await clock.advance(2_900);
  expect(kept).toEqual([]);
  await clock.advance(200);
  expect(kept).toMatchObject([{ files: [], complete: false, failed: [1] }]);
  expect(ends).toEqual(["late"]);
});

test("a picture that cannot be taken leaves an event without it, told once", async () => {
  const { kept, warnings, decide } = collectorWith({
    takeStill: () => Promise.reject(new RangeError("no masks")),
  });
  await decide(changeAt(1_000));
  await decide(changeAt(2_000, { revision: 2, stage: "reported" }));
  expect(kept.map(namesOf)).toEqual([[], []]);
  expect(warnings).toHaveLength(1);
});

const unheld: readonly { readonly name: string; readonly change: CollectedChange }[] = [
  { name: "a withdrawal without a clip", change: changeAt(1_000, { stage: "withdrawn" }) },
  { name: "a second look at a cleared place", change: changeAt(1_000, { isUpdate: true }) },
  { name: "a change of no look", change: changeAt(999_000) },
];
for (const { name, change } of unheld) {
  test(`${name} waits for nothing`, async () => {
    const { collector, see } = collectorWith();
    await see(1_000);
    expect(collector.decided(change)).toBe(false);
  });
}

test("a clip goes with the next stage, and an event never waits for one", async () => {
  const makeClip: CollectorOptions["makeClip"] = async ({ name, aroundMs }) => ({
    name,
    role: "clip",
    mediaType: "video/mp4",
    bytes: new Uint8Array(100),
    capturedAtMs: aroundMs - 5_000,
    capturedToMs: aroundMs + 5_000,
    protection: { masked: { heads: 0, plates: 0, polygons: 0, plateEstimate: false } },
  });
  const { kept, decide } = collectorWith({ makeClip });
  await decide(changeAt(61_000));
  await decide(changeAt(301_000, { revision: 2, stage: "reported" }));
  await decide(changeAt(400_000, { revision: 3, stage: "withdrawn" }));
  expect(kept.map(namesOf)).toEqual([
    ["warned.jpg", "close-up.jpg"],
    ["clip-warned.mp4", "reported.jpg", "close-up.jpg", "composite.jpg"],
    ["clip-reported.mp4"],
  ]);
});

test("a set that is required complete is told to the rules, and no other picture is taken", async () => {
  const { collector, kept, see, decide } = collectorWith();
  (await see(1_000, { clues: [changeAt(1_000)] })).judge();
  await collector.idle();
  await decide(changeAt(61_000));
  const waiting = [changeAt(301_000, { revision: 2, stage: "reported" })];
  const before = await see(301_000, { waiting });
  expect(before.look.completeEvidence).toBeUndefined();
  before.judge();
  await collector.idle();
  const { look } = await see(303_000);
  expect(look.completeEvidence).toEqual([v1]);
  await decide(changeAt(303_000, { revision: 2, stage: "reported" }));
  const reported = kept[1]?.files.find(({ role }) => role === "reported");
  expect(reported?.capturedAtMs).toBe(301_000);
  expect(kept[1]?.complete).toBe(true);
});

test("more than a dozen events at once: the others go without evidence", async () => {
  const { collector, see, ends } = collectorWith({ takeStill: () => new Promise(() => {}) });
  await see(1_000);
  const held = Array.from({ length: 20 }, (_, index) =>
    collector.decided(changeAt(1_000, { eventId: `v${index}.1` })),
  );
  expect(held.filter(Boolean)).toHaveLength(12);
  expect(ends).toHaveLength(8);
});

test("what an event waited for is told: its turn, its pictures, the disk", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const times: unknown[] = [];
  const events: string[] = [];
  const clock = new SimulatedClock();
  const { collector, see } = collectorWith({
    clock,
    takeStill: async (request) => {
      await promise;
      return await takeStill(request);
    },
    onEnd: (_, taken) => void times.push(taken),
    eventsFirst: {
      begin: () => {
        events.push("begin");
        return { end: () => void events.push("end") };
      },
    },
  });
  await see(1_000);
  collector.decided(changeAt(1_000));
  collector.committed(["v1.1"]);
  await clock.advance(400);
  expect(events).toEqual(["begin"]);
  resolve();
  await collector.idle();
  expect(events).toEqual(["begin", "end"]);
  expect(times).toEqual([{ queuedMs: 0, picturesMs: 400, keepMs: 0, waitedMs: 400 }]);
});
