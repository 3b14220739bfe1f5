/**
 * Eight hours without a hub, then all at once: `outage/outage.ts` from the command line.
 *
 * Prints what it found, with `--json` as one object on the last line; progress goes to standard
 * error. Exit code 1 when an event is missing or out of order, or memory grew by more than a fifth.
 */
import { parseArgs } from "node:util";
import { outage } from "./outage/outage.ts";

const usage = `Usage: npm run proof:outage -- [--events N] [--seconds N] [--json]

  --events N    that wait when the broker comes back (default 100000)
  --seconds N   of each measurement before (default 20)
`;
const memoryRatioMax = 1.2;

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "100000" },
    seconds: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});
const [events, seconds] = [Number(values.events), Number(values.seconds)];
if (![events, seconds].every((one) => Number.isInteger(one) && one >= 1)) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const result = await outage({ events, seconds, say });
  const text = values.json ? JSON.stringify(result) : JSON.stringify(result, undefined, 2);
  process.stdout.write(`${text}\n`);
  const { lost, outOfOrder, memoryRatio } = result;
  process.exitCode = lost === 0 && outOfOrder === 0 && memoryRatio <= memoryRatioMax ? 0 : 1;
}
