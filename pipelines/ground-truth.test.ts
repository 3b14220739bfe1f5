/**
 * Human truth of four real clips as looks: every box as annotated, with seeded misses and jitter.
 *
 * People ticked which vehicles are parked and which stand in traffic. So parked ones must be
 * found, and nothing may be reported that did not stand that long, however often the detector
 * misses. The clips are shorter than ten seconds, so thresholds are a few seconds.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasShared, sharedFolder } from "../test-fixtures/shared.ts";
import { drawsOf } from "./domain/draws.ts";
import { boxOverlap, type NormBox, type NormPolygon, pxBoxToNorm } from "./domain/geometry.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules } from "./domain/rule.ts";
import { lookAt, ruleOf, rulesOf, runLooks, zoneOf } from "./testing/street.ts";

interface Track {
  readonly type: string;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly parkedFrames: readonly (readonly [number, number])[];
  readonly stoppedFrames: readonly (readonly [number, number])[];
  readonly boxes: readonly (readonly [number, number, number, number, number])[];
}
interface Truth {
  readonly fps: number;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  readonly tracks: readonly Track[];
}

const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
const wholePicture: NormPolygon = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];
/** The kerb row of tfl-blackfriars-parked-row, as an installer would draw it. */
const kerbRow: NormPolygon = [
  [215, 70],
  [262, 70],
  [352, 230],
  [352, 288],
  [285, 288],
  [255, 190],
  [232, 120],
].map(([x = 0, y = 0]) => ({ x: x / 352, y: y / 288 }));

describe.skipIf(!hasShared)("vehicles as people saw them", () => {
  const parked = [
    { missRatio: 0, everySeconds: 2, leastOf90: 90 },
    { missRatio: 0, everySeconds: 0.4, leastOf90: 90 },
    { missRatio: 0.3, everySeconds: 0.4, leastOf90: 80 },
  ];
  for (const { missRatio, everySeconds, leastOf90 } of parked) {
    test(`a parked row is found with ${missRatio} misses, a look every ${everySeconds} s`, () => {
      const truth = truthOf("tfl-blackfriars-parked-row");
      const rules = rulesFor(kerbRow, everySeconds, 5_000);
      const row = truth.tracks.filter(({ parkedFrames }) => parkedFrames.length > 0);
      expect(row).toHaveLength(9);
      let foundCount = 0;
      for (const seed of seeds) {
        const reported = reportedBoxes(rules, looksOf(truth, { everySeconds, missRatio, seed }));
        foundCount += row.filter((track) => reported.some((box) => isOn(box, track, truth))).length;
      }
      expect(foundCount).toBeGreaterThanOrEqual(leastOf90);
    });
  }

  const clips = [
    "tfl-blackfriars-parked-row",
    "tfl-blackfriars-queue-moves-off",
    "tfl-hydepark-queue",
    "tfl-pentonville-dense",
  ];
  for (const clip of clips) {
    test(`${clip}: nothing is reported that did not stand for the time`, () => {
      const truth = truthOf(clip);
      const stood = truth.tracks.filter((track) => standingSeconds(track, truth) >= 6);
      for (const everySeconds of [0.4, 1, 2]) {
        const rules = rulesFor(wholePicture, everySeconds, 7_000);
        for (const missRatio of [0, 0.3, 0.5]) {
          for (const seed of seeds) {
            const looks = looksOf(truth, { everySeconds, missRatio, seed });
            const wrong = reportedBoxes(rules, looks).filter(
              (box) => !stood.some((track) => isOn(box, track, truth)),
            );
            expect(wrong, `every ${everySeconds} s, misses ${missRatio}, seed ${seed}`).toEqual([]);
          }
        }
      }
    });
  }
});

function truthOf(clip: string): Truth {
  const path = join(sharedFolder() ?? "", "footage/gt", `${clip}.json`);
  return JSON.parse(readFileSync(path, "utf8")) as Truth; // The fixture's README describes it.
}

function rulesFor(polygon: NormPolygon, everySeconds: number, reportAfterMs: number): CameraRules {
  const everyMs = everySeconds * 1_000;
  const rule = ruleOf({ everyMs, warnAfterMs: 2_000, reportAfterMs, overlapMin: 0.4 });
  const zones = [zoneOf({ polygon, rules: [rule] })];
  return rulesOf({ views: rulesOf().views.map((view) => ({ ...view, everyMs })), zones });
}

function reportedBoxes(rules: CameraRules, looks: readonly Look[]): readonly NormBox[] {
  return runLooks(rules, looks)
    .changes.filter(({ stage }) => stage === "reported")
    .map(({ box }) => box);
}

/** Boxes jitter by up to 5 % of their size at each edge. */
function looksOf(
  truth: Truth,
  options: { readonly everySeconds: number; readonly missRatio: number; readonly seed: number },
): readonly Look[] {
  const random = drawsOf(options.seed);
  const looks: Look[] = [];
  const endSeconds = (truth.frames - 1) / truth.fps;
  for (let seconds = 0; seconds <= endSeconds; seconds += options.everySeconds) {
    const seen = truth.tracks.flatMap((track) => {
      const box = boxAt(track, seconds * truth.fps, truth);
      if (box === undefined || random() < options.missRatio) return [];
      const label = track.type === "bus" || track.type === "truck" ? track.type : "car";
      return [{ label, box: jittered(box, random) } as const];
    });
    looks.push(lookAt(seconds, seen));
  }
  return looks;
}

function boxAt(track: Track, frame: number, { width, height }: Truth): NormBox | undefined {
  if (frame < track.firstFrame || frame > track.lastFrame) return undefined;
  const before = track.boxes.findLast(([at]) => at <= frame);
  const after = track.boxes.find(([at]) => at >= frame);
  if (before === undefined || after === undefined) return undefined;
  const part = after[0] === before[0] ? 0 : (frame - before[0]) / (after[0] - before[0]);
  const at = (index: 1 | 2 | 3 | 4): number =>
    before[index] + (after[index] - before[index]) * part;
  return pxBoxToNorm(
    { xMin: at(1), yMin: at(2), xMax: at(3), yMax: at(4), unit: "px" },
    width,
    height,
  );
}

function jittered(box: NormBox, random: () => number): NormBox {
  const width = box.xMax - box.xMin;
  const height = box.yMax - box.yMin;
  const within = (value: number): number => Math.min(1, Math.max(0, value));
  const shift = (size: number): number => (random() - 0.5) * 0.1 * size;
  return {
    xMin: within(box.xMin + shift(width)),
    yMin: within(box.yMin + shift(height)),
    xMax: within(box.xMax + shift(width)),
    yMax: within(box.yMax + shift(height)),
  };
}

const standingRanges = ({ parkedFrames, stoppedFrames }: Track) => [
  ...parkedFrames,
  ...stoppedFrames,
];

function standingSeconds(track: Track, { fps }: Truth): number {
  return Math.max(0, ...standingRanges(track).map(([from, to]) => (to - from) / fps));
}

function isOn(box: NormBox, track: Track, truth: Truth): boolean {
  return standingRanges(track).some(([from, to]) => {
    const stood = boxAt(track, (from + to) / 2, truth);
    return stood !== undefined && boxOverlap(box, stood) > 0.4;
  });
}
