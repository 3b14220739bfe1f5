/**
 * Goal: no byte that is kept or handed over holds what was masked, and what cannot be masked is
 * neither kept nor handed over.
 * Method: the same street twice, with another head in the masked blocks (the same pixels in other
 * places): every file has to be the same byte for byte. Then masking fails, in each way it can.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { detectionsOf } from "../../pipelines/domain/detections.ts";
import { cameraId, viewId, violationId, zoneId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { Decoder } from "../capture/decoder/decoder.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { SimulatedClock } from "../runtime/clock.ts";
import type { CollectedChange, EvidenceSite } from "./collected-change.ts";
import { PendingFiles } from "./pending-files.ts";
import { RevisionFiles } from "./revision-files.ts";
import { makeStillTaker, type StillParts } from "./take-still.ts";

const [width, height] = [1_280, 720];
const east = cameraId("east");
const box = { xMin: 0.25, yMin: 0.2, xMax: 0.5, yMax: 0.6 };
const head = { what: "head", xMin: 400, yMin: 200, xMax: 480, yMax: 280, blockPx: 16 } as const;

/** Noise; of the `turned` street each masked block stands upside down. */
function street(isTurned: boolean): Uint8Array {
  const planes = new Uint8Array(3 * width * height);
  for (let at = 0; at < planes.length; at++) planes[at] = Math.imul(at, 2_654_435_761) >>> 24;
  if (!isTurned) return planes;
  const turned = planes.slice();
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < head.yMax - head.yMin; y++) {
      const row = y - (y % head.blockPx) + head.blockPx - 1 - (y % head.blockPx);
      const from = (channel * height + head.yMin + row) * width;
      const to = (channel * height + head.yMin + y) * width + head.xMin;
      turned.set(planes.subarray(from + head.xMin, from + head.xMax), to);
    }
  }
  return turned;
}

function decoderOf(planes: Uint8Array): Decoder {
  return {
    decode: async (_, crops) =>
      crops.map(({ crop }) => ({
        planes: planes.slice(),
        contentX: 0,
        contentY: 0,
        contentWidth: width,
        contentHeight: height,
        pictureWidth: width,
        pictureHeight: height,
        crop,
      })),
  };
}

const lookAt = (capturedAtMs: number): Look => ({
  cameraId: east,
  viewId: viewId("kerb"),
  crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
  capturedAtMs,
  capturedUncertaintyMs: 40,
  detections: detectionsOf([{ label: "car", score: 0.9, box }]),
  model: "tiny@0123456789ab",
  pictureWidth: width,
  pictureHeight: height,
});

const pictureAt = (capturedAtMs: number): EncodedPicture => ({
  cameraId: east,
  stream: "main",
  codec: "h264",
  parameterSets: new Uint8Array(),
  units: [new Uint8Array(8)],
  pictureNumber: capturedAtMs,
  capturedAtMs,
  capturedUncertaintyMs: 40,
  clockSource: "sender-report",
});

const changeOf = (stage: "warned" | "reported", atMs: number): CollectedChange => ({
  eventId: `v1.${stage}`,
  violationId: violationId("v1"),
  revision: stage === "warned" ? 1 : 2,
  stage,
  kind: "illegal-parking",
  subKind: "motor-vehicle",
  cameraId: east,
  zoneId: zoneId("bus-stop"),
  atMs,
  box,
  isUpdate: false,
});

const limits = {
  hasClips: false,
  quality: 85,
  compositeWidthPx: 960,
  stillBytesMax: 4_000_000,
  compositeBytesMax: 4_000_000,
  clipBytesMax: 4_000_000,
};
const site: EvidenceSite = {
  limits: () => limits,
  check: (_, { views }) => {
    const failed = views.length === 0 ? [1] : [];
    return { complete: failed.length === 0, failed, enforceable: false };
  },
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

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-masked-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Every file of a warned and a reported revision, by name, and every file on the disk. */
async function filesOf(changes: Partial<StillParts> & Pick<StillParts, "decoder">, place: string) {
  const kept = join(folder, place);
  const takeStill = makeStillTaker({
    pictures: { newestMain: async () => undefined },
    polygonsOf: () => [],
    isOwnShown: () => false,
    regionsOf: async () => ({ regions: [head], plateEstimate: false }),
    ...changes,
  });
  const quiet = () => undefined;
  const parts = {
    site,
    takeStill,
    pending: new PendingFiles({ folder: kept, limits: { violationsMax: 10, bytesMax: 1e8 } }),
    clock: new SimulatedClock(),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  };
  await parts.pending.start(() => true);
  const files = new Map<string, Uint8Array>();
  const rejected: unknown[] = [];
  for (const [stage, atMs] of [
    ["warned", 20_000],
    ["reported", 90_000],
  ] as const) {
    const change = changeOf(stage, atMs);
    const revision = new RevisionFiles(change, parts, limits);
    const shot = { look: lookAt(atMs), picture: pictureAt(atMs) };
    await revision.make(shot).catch((error: unknown) => rejected.push(error));
    for (const { name, bytes } of revision.evidence().files) files.set(`${stage} ${name}`, bytes);
  }
  const names = await readdir(kept, { recursive: true }).catch(() => []);
  return { files, rejected, kept, names };
}

async function onDisk({
  kept,
  names,
}: {
  readonly kept: string;
  readonly names: readonly string[];
}) {
  const bytes: string[] = [];
  for (const name of names.toSorted()) {
    const content = await readFile(join(kept, name)).catch(() => undefined);
    if (content !== undefined) bytes.push(`${name} ${content.toString("base64")}`);
  }
  return bytes;
}

test("another head in the same street gives the same files, byte for byte", async () => {
  const [one, other] = [street(false), street(true)];
  expect(Buffer.compare(one, other)).not.toBe(0);
  const a = await filesOf({ decoder: decoderOf(one) }, "a");
  const b = await filesOf({ decoder: decoderOf(other) }, "b");
  expect([...a.files.keys()]).toEqual([
    "warned warned.jpg",
    "warned close-up.jpg",
    "reported reported.jpg",
    "reported close-up.jpg",
    "reported composite.jpg",
  ]);
  const same = [...a.files].map(([name, bytes]) =>
    Buffer.compare(bytes, b.files.get(name) ?? new Uint8Array()),
  );
  expect(same).toEqual([0, 0, 0, 0, 0]);
  expect((await onDisk(a)).length).toBeGreaterThan(0);
  expect(await onDisk(a)).toEqual(await onDisk(b));
});

test("without masks the two streets differ in every file, so the comparison would see it", async () => {
  const regionsOf = async () => ({ regions: [], plateEstimate: false });
  const a = await filesOf({ decoder: decoderOf(street(false)), regionsOf }, "a");
  const b = await filesOf({ decoder: decoderOf(street(true)), regionsOf }, "b");
  for (const [name, bytes] of a.files) {
    expect(Buffer.compare(bytes, b.files.get(name) ?? new Uint8Array()), name).not.toBe(0);
  }
});

test("no file carries a thumbnail or anything else beside its picture", async () => {
  const { files } = await filesOf({ decoder: decoderOf(street(false)) }, "a");
  for (const [name, bytes] of files) {
    const { exif, xmp, icc, iptc } = await sharp(bytes).metadata();
    expect({ exif, xmp, icc, iptc }, name).toEqual({});
  }
});

const faults: readonly { readonly name: string; readonly parts: Partial<StillParts> }[] = [
  {
    name: "nobody looked at it",
    parts: { regionsOf: () => Promise.reject(new Error("a tile was not looked at")) },
  },
  {
    name: "the masks' place is thrown away",
    parts: {
      polygonsOf: () => {
        throw new RangeError("no such camera");
      },
    },
  },
  {
    name: "the decoder gives half a picture",
    parts: { decoder: decoderOf(street(false).subarray(0, width * height)) },
  },
];
for (const { name, parts } of faults) {
  test(`a picture that cannot be masked is in no file and not on the disk: ${name}`, async () => {
    const made = await filesOf({ decoder: decoderOf(street(false)), ...parts }, "a");
    expect([...made.files.keys()]).toEqual([]);
    expect(await onDisk(made)).toEqual([]);
    expect(made.rejected.length).toBeGreaterThan(0);
  });
}
