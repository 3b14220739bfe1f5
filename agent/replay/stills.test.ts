/**
 * Goal: a picture that shows a violation raises its kind after the kind's own time, others do not.
 * Method: pictures of one colour, and a detector that says what a row wants; days in a moment.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LabelledBox } from "../../models/evaluation/evaluate.ts";
import { detectionsOf } from "../../pipelines/domain/detections.ts";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import type { Kind } from "../../pipelines/domain/kind.ts";
import type { Label } from "../../pipelines/domain/label.ts";
import type { ViewJob } from "../inference/ports.ts";
import type { SeenView } from "./replay-detector.ts";
import { stillPicture } from "./still-picture.ts";
import { usualStillConfig } from "./still-rules.ts";
import { stillWatches } from "./still-watch.ts";
import { type JudgedStill, judgeStills } from "./stills.ts";

let folder = "";
let path = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-stills-"));
  path = join(folder, "grey.png");
  const grey = { width: 64, height: 48, channels: 3, background: "#888888" } as const;
  await sharp({ create: grey }).png().toFile(path);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (label: Label, x: number): LabelledBox => ({
  label,
  box: { xMin: x, yMin: 0.4, xMax: x + 0.1, yMax: 0.6 },
});
const config = usualStillConfig("street-nano");
const [camera] = config.cameras;
if (camera === undefined) throw new Error("the usual rules have a camera");
const watches = stillWatches(config, camera);

async function judged(
  kind: Kind,
  truths: readonly LabelledBox[],
  found: readonly LabelledBox[],
): Promise<Pick<JudgedStill, "due" | "told" | "isPlaced"> | undefined> {
  const view = camera?.rules.views[0];
  if (view === undefined || camera === undefined) throw new Error("it has a view");
  const detections = detectionsOf(found.map((one) => ({ ...one, score: 0.9 })));
  const seen: SeenView = { detections, crop: wholePicture, pictureWidth: 64, pictureHeight: 48 };
  const results: JudgedStill[] = [];
  await judgeStills({
    stills: [{ picture: { name: "grey", path }, truths }],
    watches: watches.filter((watch) => watch.kind === kind),
    jobs: [{ cameraId: camera.id, viewId: view.id, model: { modelTag: "tiny" } } as ViewJob], // No more is read of it.
    detector: { see: async () => [seen] },
    agentVersion: "0",
    startMs: Date.parse("2026-01-05T08:00:00+08:00"),
    signal: new AbortController().signal,
    onJudged: async (one) => {
      results.push(one);
    },
    onProgress: () => undefined,
  });
  const [one] = results;
  return one && { due: one.due, told: one.told, isPlaced: one.isPlaced };
}

const rows: readonly {
  readonly name: string;
  readonly kind: Kind;
  readonly truths: readonly LabelledBox[];
  readonly found?: readonly LabelledBox[];
  readonly want: Pick<JudgedStill, "due" | "told" | "isPlaced">;
}[] = [
  {
    name: "a bin that overflows",
    kind: "overflowing-bin",
    truths: [at("overflowing-bin", 0.2)],
    want: { due: ["bin-overflow"], told: ["bin-overflow"], isPlaced: true },
  },
  {
    name: "a bin in order",
    kind: "overflowing-bin",
    truths: [at("bin", 0.2)],
    want: { due: [], told: [], isPlaced: false },
  },
  {
    name: "rubbish beside a bin that the detector sees",
    kind: "overflowing-bin",
    truths: [at("bin", 0.2), at("garbage", 0.31)],
    want: { due: ["bin-overflow"], told: ["bin-overflow"], isPlaced: true },
  },
  {
    name: "rubbish on the ground",
    kind: "overflowing-bin",
    truths: [at("garbage", 0.5)],
    want: { due: ["exposed-garbage"], told: ["exposed-garbage"], isPlaced: true },
  },
  {
    name: "one that is told in another place is right, and not placed",
    kind: "overflowing-bin",
    truths: [at("overflowing-bin", 0.2)],
    found: [at("overflowing-bin", 0.7)],
    want: { due: ["bin-overflow"], told: ["bin-overflow"], isPlaced: false },
  },
  {
    name: "a board, after two days",
    kind: "unlicensed-signage",
    truths: [at("signboard", 0.5)],
    want: { due: ["outdoor-ad"], told: ["outdoor-ad"], isPlaced: true },
  },
  {
    name: "a board that the detector does not see",
    kind: "unlicensed-signage",
    truths: [at("signboard", 0.5)],
    found: [],
    want: { due: ["outdoor-ad"], told: [], isPlaced: false },
  },
  {
    name: "a stall with somebody behind it",
    kind: "street-vending",
    truths: [at("stall", 0.5)],
    found: [at("stall", 0.5), at("person", 0.52)],
    want: { due: ["stall"], told: ["stall"], isPlaced: true },
  },
  {
    name: "a stall that nobody attends is not in trade",
    kind: "street-vending",
    truths: [at("stall", 0.5)],
    want: { due: ["stall"], told: [], isPlaced: false },
  },
  {
    name: "a car",
    kind: "illegal-parking",
    truths: [at("car", 0.5)],
    want: { due: ["motor-vehicle"], told: ["motor-vehicle"], isPlaced: true },
  },
];
for (const { name, kind, truths, found = truths, want } of rows) {
  test(name, async () => {
    expect(await judged(kind, truths, found)).toEqual(want);
  });
}

test("each kind is watched as long as its usual rule needs", () => {
  const rules = camera.rules.zones.flatMap((zone) => zone.rules);
  for (const { kind, everyMs, lookCount } of watches) {
    const own = rules.filter((rule) => rule.kind === kind);
    const longestMs = Math.max(...own.map(({ reportAfterMs }) => reportAfterMs));
    expect([kind, everyMs]).toEqual([kind, own[0]?.everyMs]);
    expect(lookCount * everyMs).toBeGreaterThan(
      kind === "unlicensed-signage" ? 2 * 86_400_000 : longestMs,
    );
  }
  expect(watches).toHaveLength(4);
});

test("a picture that is no JPEG becomes one of its size", async () => {
  const still = await stillPicture(path, {
    cameraId: config.cameras[0]?.id ?? camera.id,
    capturedAtMs: 5,
  });
  const { format } = await sharp(still.picture.units[0]).metadata();
  expect([still.width, still.height, format]).toEqual([64, 48, "jpeg"]);
});

test("a file that is no picture is named", async () => {
  const wrong = join(folder, "none.jpg");
  await expect(stillPicture(wrong, { cameraId: camera.id, capturedAtMs: 0 })).rejects.toThrow(
    /none\.jpg is no picture/,
  );
});
