/**
 * Whether the agent runs for hours as in its first minute: `soak/soak.ts` from the command line.
 *
 * Prints what it found, with `--json` as one object on the last line; progress goes to standard
 * error. `--plot FILE` draws memory against time. Exit code 1 when something does not hold.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { drawMemory } from "./soak/memory-plot.ts";
import { soak } from "./soak/soak.ts";

const usage = `Usage: npm run proof:soak -- [--minutes N] [--cameras N] [--seed N] [--plot FILE] [--json]

  --minutes N   how long, beside a minute to begin and one to end (default 10); memory is judged from 10 on
  --cameras N   every third one flaps (default 16)
  --seed N      of the cameras' troubles (default 1)
  --plot FILE   memory against time as a PNG
`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    cameras: { type: "string", default: "16" },
    seed: { type: "string", default: "1" },
    plot: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [minutes, cameras, seed] = [
  Number(values.minutes),
  Number(values.cameras),
  Number(values.seed),
];
if (!(minutes > 0) || !Number.isInteger(cameras) || !(cameras >= 3) || !Number.isInteger(seed)) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const { result, plot } = await soak({ minutes, cameras, seed, say });
  if (values.plot !== undefined) {
    const { perHour, perHourSpread } = result.megabytes.own;
    const title = `${cameras} cameras: ${perHour} +- ${perHourSpread} mb an hour`;
    await writeFile(values.plot, await drawMemory({ ...plot, title }));
  }
  const text = values.json ? JSON.stringify(result) : JSON.stringify(result, undefined, 2);
  process.stdout.write(`${text}\n`);
  process.exitCode = result.broken.length === 0 ? 0 : 1;
}
