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
import { SightWatch } from "../calibration/moved/sight-watch.ts";
import { greyOfClip, greyOfRgb } from "../test-fixtures/moved/grey-picture.ts";
import { type MovedResult, runMoved, samplePeriodMs } from "../test-fixtures/moved/moved-case.ts";
import { hourMs, StreetDay, streetCamera, streetScene } from "../test-fixtures/moved/street-day.ts";
import { renderPicture } from "../test-fixtures/scenes/render.ts";
import { sharedFolder } from "../test-fixtures/shared.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    hours: { type: "string", default: "24" },
    /** Simulated seconds between two pictures of the day; the watch is told ten all the same. */
    every: { type: "string", default: "10" },
    seed: { type: "string", default: "3" },
  },
});
const foundMsMax = 30_000;

const results: MovedResult[] = [];
for await (const result of clipCases()) tell(result);
for (const result of sceneCases()) tell(result);
const day = runDay(Number(values.hours), Number(values.every) * 1_000);

const found = results.filter(({ foundMs }) => foundMs !== undefined && foundMs <= foundMsMax);
const falseAlarms = day.falseAlarms + results.reduce((sum, result) => sum + result.falseAlarms, 0);
const summary = {
  cases: results.length,
  found: found.length,
  missed: results.length - found.length,
  falseAlarms,
  slowestMs: Math.max(...found.map(({ foundMs = 0 }) => foundMs)),
  negativeHours: Number(values.hours),
  negativePictures: day.pictures,
  millisPerPicture: day.millisPerPicture,
};
process.stderr.write(
  `${summary.found} of ${summary.cases} moves found, the slowest after ${summary.slowestMs / 1_000} s; ` +
    `${falseAlarms} false alarms, ${day.pictures} pictures of ${values.hours} h; ` +
    `${day.millisPerPicture} ms a picture\n`,
);
if (values.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
process.exitCode = summary.missed === 0 && falseAlarms === 0 ? 0 : 1;

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
  const middle = "crop=iw*0.8:ih*0.8";
  const moves: readonly (readonly [string, string])[] = [
    ["2 % to the right", `${middle}:iw*0.116:ih*0.1`],
    ["2 % up", `${middle}:iw*0.1:ih*0.1-iw*0.018`],
    ["5 % to the right", `${middle}:iw*0.14:ih*0.1`],
    ["12 %", `${middle}:iw*0.2:ih*0.12`],
    ["turned by 2 degrees", `rotate=2*PI/180,${middle}:iw*0.1:ih*0.1`],
    ["turned by -4 degrees", `rotate=-4*PI/180,${middle}:iw*0.1:ih*0.1`],
    ["larger by 4 %", "crop=iw*0.77:ih*0.77:iw*0.115:ih*0.115"],
    ["larger by 11 %", "crop=iw*0.72:ih*0.72:iw*0.14:ih*0.14"],
    ["another street", `hflip,${middle}:iw*0.1:ih*0.1`],
  ];
  // The carpark's camera moves by itself within its clip: nothing can be said of it.
  const names = readdirSync(folder).filter((name) => /^(?!carpark).*\.mp4$/.test(name));
  for (const name of names) {
    const file = join(folder, name);
    const before = await greyOfClip(file, `${middle}:iw*0.1:ih*0.1`);
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
  const lights = {
    day: { light: { hour: 11 } },
    dusk: { light: { hour: 17.5, moves: false } },
    night: { light: { hour: 21 } },
    infrared: { light: { hour: 22 }, weather: { infrared: true, noise: 0.4 } },
    rain: { light: { hour: 14 }, weather: { rain: 0.6, wet: 0.8 } },
  };
  const moves = {
    "turned by 1.5 degrees": { headingDeg: 50.5 },
    "raised by 1.5 degrees": { pitchDeg: 13.5 },
    "turned by -4 degrees": { headingDeg: 45 },
    "turned by 12 degrees": { headingDeg: 61 },
    "turned away": { headingDeg: 109 },
    "zoomed by 5 %": { fieldOfViewDeg: 69 },
    "hung 60 cm higher": { heightM: 6.2 },
  };
  for (const [light, more] of Object.entries(lights)) {
    const traffic = { seed: 1, vehiclesPerMinute: 8, twoWheelersPerMinute: 4, personsPerMinute: 8 };
    const still = streetScene(light, { traffic, ...more });
    const seen = new Map<number, Uint8Array>();
    const before = (index: number) => {
      const known = seen.get(index) ?? greyOfRgb(renderPicture(still, index * samplePeriodMs));
      seen.set(index, known);
      return known;
    };
    for (const [move, change] of Object.entries(moves)) {
      const camera = { ...streetCamera, ...change };
      const moved = streetScene(light, { traffic, ...more, camera });
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

function runDay(hours: number, everyMs: number) {
  const street = new StreetDay(Number(values.seed));
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
