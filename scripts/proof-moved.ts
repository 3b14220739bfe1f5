/**
 * Moves cameras on purpose and lets others be: is every move found within 30 seconds, and nothing
 * else taken for one?
 *
 * Real clips, where they are at hand, and rendered streets in five lights are shifted, turned and
 * enlarged from 2 % of the picture's width upward; a rendered day has everything that is taken for
 * a move. The last line of `--json` holds the numbers.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isMisplaced } from "../calibration/moved/sight.ts";
import { SightWatch } from "../calibration/moved/sight-watch.ts";
import { drawsOf } from "../pipelines/domain/draws.ts";
import {
  drawnClipMoves,
  drawnSceneMoves,
  drawnStreet,
} from "../test-fixtures/moved/drawn-moves.ts";
import { greyOfClip, greyOfRgb } from "../test-fixtures/moved/grey-picture.ts";
import { clipMoves, sceneMoves } from "../test-fixtures/moved/known-moves.ts";
import { type MovedResult, runMoved, samplePeriodMs } from "../test-fixtures/moved/moved-case.ts";
import { hourMs, StreetDay } from "../test-fixtures/moved/street-day.ts";
import { renderPicture } from "../test-fixtures/scenes/render.ts";
import { sharedFolder } from "../test-fixtures/shared.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    hours: { type: "string", default: "24" },
    /** Simulated seconds between two pictures of the day; the watch is told ten all the same. */
    every: { type: "string", default: "10" },
    seed: { type: "string", default: "3" },
    /** Moves, streets and their light drawn from the seed, not those that the rules were made on. */
    drawn: { type: "boolean", default: false },
  },
});
const foundMsMax = 30_000;
const draw = drawsOf(Number(values.seed));

const results: MovedResult[] = [];
for await (const result of clipCases()) tell(result);
for (const result of sceneCases()) tell(result);
const day = runDay(Number(values.hours), Number(values.every) * 1_000);
const starts = runStarts();

const found = results.filter(({ foundMs }) => foundMs !== undefined && foundMs <= foundMsMax);
const falseAlarms = day.falseAlarms + results.reduce((sum, result) => sum + result.falseAlarms, 0);
const summary = {
  cases: results.length,
  found: found.length,
  missed: results.length - found.length,
  falseAlarms,
  starts,
  slowestMs: Math.max(...found.map(({ foundMs = 0 }) => foundMs)),
  negativeHours: Number(values.hours),
  negativePictures: day.pictures,
  millisPerPicture: day.millisPerPicture,
};
process.stderr.write(
  `${summary.found} of ${summary.cases} moves found, the slowest after ${summary.slowestMs / 1_000} s; ` +
    `${falseAlarms} false alarms, ${day.pictures} pictures of ${values.hours} h; ` +
    `${day.millisPerPicture} ms a picture\n` +
    `first starts with a still of the day: ${starts.right} of ${starts.cases} right, ${starts.unknown} unknown\n`,
);
if (values.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
const isWrongStart = starts.right + starts.unknown < starts.cases;
process.exitCode = summary.missed === 0 && falseAlarms === 0 && !isWrongStart ? 0 : 1;

function tell(result: MovedResult): void {
  results.push(result);
  const { name, foundMs, sight, falseAlarms: wrong } = result;
  const when = foundMs === undefined ? "MISSED" : `${foundMs / 1_000} s`;
  const alarms = wrong === 0 ? "" : `, ${wrong} false alarms before`;
  process.stderr.write(`${name.padEnd(48)} ${when.padStart(6)}  ${sight.state}${alarms}\n`);
}

/** The middle eight tenths of a clip, and the same from elsewhere in it. */
async function* clipCases(): AsyncGenerator<MovedResult> {
  const shared = sharedFolder();
  if (shared === undefined) {
    process.stderr.write("no shared footage here: rendered streets alone\n");
    return;
  }
  const folder = join(shared, "footage");
  // The carpark's camera moves by itself within its clip: nothing can be said of it.
  const names = readdirSync(folder).filter((name) => /^(?!carpark).*\.mp4$/.test(name));
  for (const name of names) {
    const file = join(folder, name);
    const { start, moves } = values.drawn ? drawnClipMoves(draw) : clipMoves;
    const before = await greyOfClip(file, start);
    // Those of London have 352 by 288 pixels.
    const aspect = name.startsWith("tfl") ? 352 / 288 : 16 / 9;
    for (const [move, filter] of moves) {
      const after = await greyOfClip(file, filter);
      yield runMoved({
        name: `${name.replace(".mp4", "")}: ${move}`,
        aspect,
        isMove: true,
        before: (index) => pick(before, index),
        after: (index) => pick(after, index),
      });
    }
  }
}

function pick(pictures: readonly Uint8Array[], index: number): Uint8Array {
  const picture = pictures[index % pictures.length];
  if (picture === undefined) throw new Error("the clip holds no picture");
  return picture;
}

function* sceneCases(): Generator<MovedResult> {
  const sets = values.drawn ? drawnSceneMoves(draw) : sceneMoves;
  for (const { light, still, moves } of sets) {
    const seen = new Map<number, Uint8Array>();
    const before = (index: number) => {
      const known = seen.get(index) ?? greyOfRgb(renderPicture(still, index * samplePeriodMs));
      seen.set(index, known);
      return known;
    };
    for (const [move, moved] of moves) {
      yield runMoved({
        name: `${light}: ${move}`,
        aspect: 16 / 9,
        isMove: true,
        before,
        after: (index) => greyOfRgb(renderPicture(moved, index * samplePeriodMs)),
      });
    }
  }
}

/** A calibration's still is of the day; the agent may start in any light, before a turned camera. */
function runStarts() {
  const sets = values.drawn ? drawnSceneMoves(draw, { isOneStreet: true }) : sceneMoves;
  const [byDay] = sets;
  if (byDay === undefined) throw new Error("there is no street");
  const reference = greyOfRgb(renderPicture(byDay.still, 90 * samplePeriodMs));
  const counts = { cases: 0, right: 0, unknown: 0 };
  for (const { light, still, moves } of sets) {
    for (const [name, scene] of [["in place", still] as const, ...moves]) {
      const watch = new SightWatch({ aspect: 16 / 9, reference });
      for (let index = 0; index < 3; index += 1) {
        const atMs = 1_000_000 + index * samplePeriodMs;
        watch.add(greyOfRgb(renderPicture(scene, index * samplePeriodMs)), atMs);
      }
      const { state } = watch.sight;
      const isRight = name === "in place" ? state === "in-place" : isMisplaced(watch.sight);
      counts.cases += 1;
      if (isRight) counts.right += 1;
      else if (state === "learning") counts.unknown += 1;
      if (!isRight) process.stderr.write(`first start by ${light}, ${name}: ${state}\n`);
    }
  }
  return counts;
}

function runDay(hours: number, everyMs: number) {
  const street = new StreetDay(Number(values.seed), values.drawn ? drawnStreet(draw) : {});
  const watch = new SightWatch({ aspect: 16 / 9 });
  let [pictures, falseAlarms, spentMs] = [0, 0, 0];
  for (let atMs = 0; atMs < hours * hourMs; atMs += everyMs) {
    const grey = street.picture(atMs);
    pictures += 1;
    const before = performance.now();
    const hasChanged = watch.add(grey, 1_000_000 + pictures * samplePeriodMs);
    spentMs += performance.now() - before;
    const { state } = watch.sight;
    if (!hasChanged || state === "learning" || state === "in-place") continue;
    falseAlarms += 1;
    process.stderr.write(`${(10 + atMs / hourMs).toFixed(2)} h: ${state}, and nobody touched it\n`);
  }
  return { pictures, falseAlarms, millisPerPicture: Math.round((spentMs / pictures) * 100) / 100 };
}
