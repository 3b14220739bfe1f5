/**
 * Whether anything is lost, doubled or out of order when processes are killed:
 * `kill/kill-run.ts` from the command line.
 *
 * Prints what it found, with `--json` as one object on the last line; progress goes to standard
 * error. Exit code 1 when something does not hold.
 */
import { parseArgs } from "node:util";
import { killProof } from "./kill/kill-run.ts";

const usage = `Usage: npm run proof:kill -- [--times N] [--seed N] [--forget N] [--json]

  --times N    kills (default 200: a quarter of an hour)
  --seed N     of the moments and the processes (default 1)
  --forget N   the hub forgets the N-th event it is handed: the proof must then say that it is lost
`;

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    forget: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [times, seed] = [Number(values.times), Number(values.seed)];
const forgets = values.forget === undefined ? undefined : Number(values.forget);
if (![times, seed, forgets ?? 1].every((one) => Number.isInteger(one) && one >= 1)) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const result = await killProof({
    times,
    seed,
    ...(forgets === undefined ? {} : { forgets }),
    say,
  });
  const text = values.json ? JSON.stringify(result) : JSON.stringify(result, undefined, 2);
  process.stdout.write(`${text}\n`);
  const { lost, doubled, gaps, invented, presencesBroken, unobservedDwell } = result;
  const broken = [lost, doubled, gaps, invented, presencesBroken, unobservedDwell];
  process.exitCode = broken.every((count) => count === 0) ? 0 : 1;
}
