/**
 * Goal: footage replays as the camera would have been seen: what parks is found once, what waits or
 * drives is not reported, and the same file gives the same output.
 * Method: a made clip with the detector of the tests; real clips with YOLOX-nano, whose content was
 * written down by people who watched them. Only what is truly parked is looped.
 */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boxOverlap, type NormBox, pxBoxToNorm } from "../../pipelines/domain/geometry.ts";
import { cellClip } from "../../test-fixtures/clips/cell-clip.ts";
import { footage } from "../../test-fixtures/clips/footage.ts";
import { Junction, type Polygon, wholePicture } from "../../test-fixtures/junction-file.ts";
import { hasShared } from "../../test-fixtures/shared.ts";
import { writeTinyDetector } from "../../test-fixtures/tiny-detector.ts";
import type { ReplayedViolation } from "../replay/violation-list.ts";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-replay-e2e-"));
  await writeTinyDetector(join(folder, "models"), { withWeights: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Camera {
  readonly model: string;
  readonly every: string;
  readonly polygon: Polygon;
  readonly reportAfter: string;
  readonly crop?: readonly [number, number, number, number];
}

async function configFile(name: string, camera: Camera): Promise<string> {
  const { model, every, polygon, reportAfter, crop = [0, 0, 1, 1] } = camera;
  const rules = [{ kind: "illegal-parking", warnAfter: "2s", reportAfter, clearAfter: "2s" }];
  const path = join(folder, name);
  const document = {
    version: 1,
    device: { id: "test", division: "445102", location: [116.647, 23.67] },
    cameras: [
      {
        id: "east",
        url: "rtsp://192.0.2.11/main",
        views: [{ id: "all", crop, every, model }],
        zones: [{ id: "zone", polygon, rules }],
      },
    ],
  };
  await writeFile(path, JSON.stringify(document));
  return path;
}

async function replay(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const io = testIo({ cwd: folder, env });
  const code = await runLine(["replay", ...args], io);
  const last = io.out().trimEnd().split("\n").at(-1) ?? "";
  return { code, out: io.out(), err: io.err(), last };
}

interface Summary {
  readonly looks: { readonly used: number };
  readonly violations: readonly ReplayedViolation[];
}
const summaryOf = (last: string): Summary => JSON.parse(last) as Summary; // The command's own.

describe("a made clip", () => {
  const models = () => ({ KERBSIDE_MODELS: join(folder, "models") });
  const camera = { model: "tiny", every: "500ms", polygon: wholePicture, reportAfter: "4s" };

  test("a car that stands from 1 to 8 s is warned, reported and cleared at its times", async () => {
    const clip = await cellClip({ seconds: 12, cars: [{ cell: 2, from: 1, until: 8 }] });
    const config = await configFile("cell.yaml", camera);
    const { code, last } = await replay(models(), clip, "--config", config, "--json");
    expect(code).toBe(0);
    const { looks, violations } = summaryOf(last);
    expect(looks.used).toBe(24);
    expect(violations).toMatchObject([
      { stage: "cleared", firstSeenAtMs: 1_000, warnedAtMs: 3_000, reportedAtMs: 5_000 },
    ]);
    expect(violations[0]?.firstSeenAt).toBe("2026-01-05T08:00:01.000+08:00");
  });

  test("played three times it is one dwell, and the output is the same every time", async () => {
    const clip = await cellClip({ seconds: 4, cars: [{ cell: 1 }] });
    const config = await configFile("loop.yaml", camera);
    const args = [clip, "--config", config, "--loop", "3", "--json"];
    const first = await replay(models(), ...args);
    const { looks, violations } = summaryOf(first.last);
    expect(looks.used).toBe(24);
    expect(violations).toMatchObject([{ stage: "reported", observedMs: 4_000 }]);
    expect((await replay(models(), ...args)).out).toBe(first.out);
    const played = await replay(models(), clip, "--config", config, "--for", "12s", "--json");
    expect(played.out).toBe(first.out);
  });

  test("pictures show each decision, and one now and then when asked", async () => {
    const clip = await cellClip({ seconds: 12, cars: [{ cell: 2, from: 1, until: 8 }] });
    const config = await configFile("picture.yaml", camera);
    const drawn = ["--picture", "pictures", "--picture-every", "6s"];
    await replay(models(), clip, "--config", config, ...drawn);
    expect((await readdir(join(folder, "pictures"))).toSorted()).toEqual([
      "0000000.0-east-all-look.jpg",
      "0000003.0-east-all-warned.jpg",
      "0000005.0-east-all-reported.jpg",
      "0000006.0-east-all-look.jpg",
      "0000010.0-east-all-cleared.jpg",
    ]);
  });

  test("a view that the camera does not have is wrong use", async () => {
    const clip = await cellClip({ seconds: 4, cars: [{ cell: 1 }] });
    const config = await configFile("view.yaml", camera);
    const { code, err } = await replay(models(), clip, "--config", config, "--view", "kerb");
    expect([code, err]).toEqual([2, expect.stringContaining("has no view kerb; it has all")]);
  });
});

describe.skipIf(!hasShared)("real footage", () => {
  let junction: Junction;
  beforeAll(async () => {
    junction = await Junction.make("yolox-nano");
  });
  afterAll(() => junction?.remove());

  async function play(clip: string, camera: Omit<Camera, "model" | "every">, loop = 1) {
    const file = footage(clip);
    if (file === undefined) throw new Error(`footage ${clip} is missing`);
    const config = await configFile(`${clip}.yaml`, {
      model: "yolox-nano",
      every: "1s",
      ...camera,
    });
    const data = ["--data", junction.dataFolder, "--loop", String(loop)];
    const { code, last, err } = await replay({}, file, "--config", config, ...data, "--json");
    expect(code, err).toBe(0);
    return summaryOf(last).violations;
  }
  const px = (xMin: number, yMin: number, xMax: number, yMax: number, size: [number, number]) =>
    pxBoxToNorm({ xMin, yMin, xMax, yMax, unit: "px" }, ...size);

  test("a standing coach is one violation over three plays, also behind the lorry", async () => {
    const polygon: Polygon = [
      [0.4, 0.3],
      [0.85, 0.3],
      [0.85, 0.78],
      [0.4, 0.78],
    ];
    const told = await play("tfl-tooley-standing-coach", { polygon, reportAfter: "5s" }, 3);
    const coach: NormBox = px(192, 107, 285, 203, [352, 288]);
    const its = told.filter(({ box }) => boxOverlap(box, coach) > 0.6);
    expect(its).toMatchObject([{ stage: "reported", endedAtMs: null }]);
    expect(told.length).toBeLessThanOrEqual(2);
  });

  test("a car on a private drive is one violation", async () => {
    const polygon: Polygon = [
      [0.91, 0.42],
      [1, 0.42],
      [1, 0.56],
      [0.91, 0.56],
    ];
    const crop = [0.6, 0.2, 1, 0.8] as const;
    const told = await play("suburb-red-light-queue", { polygon, reportAfter: "5s", crop }, 2);
    expect(told).toMatchObject([{ stage: "reported", endedAtMs: null }]);
    const car = px(600, 157, 630, 185, [640, 352]);
    expect(boxOverlap(told[0]?.box ?? car, car)).toBeGreaterThan(0.3);
  });

  const silent = [
    { clip: "suburb-red-light-queue", reportAfter: "30s" },
    { clip: "tfl-hydepark-queue", reportAfter: "10s" },
    { clip: "tfl-blackfriars-queue-moves-off", reportAfter: "7s" },
    { clip: "tfl-pentonville-dense", reportAfter: "10s" },
    { clip: "tfl-shaftesbury-shops-queue", reportAfter: "10s" },
    { clip: "tfl-a13-night", reportAfter: "10s" },
    { clip: "slow-lanes-topdown", reportAfter: "6s" },
    { clip: "carpark-pass-through", reportAfter: "6s" },
  ];
  for (const { clip, reportAfter } of silent) {
    test(`${clip}: nothing is reported`, async () => {
      const told = await play(clip, { polygon: wholePicture, reportAfter });
      expect(told.filter(({ reportedAtMs }) => reportedAtMs !== null)).toEqual([]);
    });
  }

  test("the queue at the red light ends when it moves off, and is nobody else's", async () => {
    const polygon: Polygon = [
      [0.38, 0.28],
      [0.52, 0.28],
      [0.68, 0.42],
      [0.68, 0.5],
      [0.5, 0.5],
    ];
    const told = await play("suburb-red-light-queue", { polygon, reportAfter: "24s" });
    expect(told.length).toBeGreaterThanOrEqual(1);
    for (const { observedMs } of told) expect(observedMs).toBeLessThanOrEqual(23_000);
  });
});
