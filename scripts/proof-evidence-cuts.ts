/**
 * `npm run proof:evidence-cuts [-- --sets 100] [--json]`: sets of evidence over a link that is cut
 * every two seconds. All arrive whole, no part is sent more than twice on average, and no event
 * waits longer than a second behind a picture; exit code 1 when that is not so.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runEvidenceCuts } from "../test-fixtures/evidence-cuts.ts";

const { values } = parseArgs({
  options: {
    sets: { type: "string", default: "100" },
    json: { type: "boolean", default: false },
  },
});
const setCount = Number(values.sets);
const result = await runEvidenceCuts({
  setCount,
  cutEveryMs: 2_000,
  folder: await mkdtemp(join(tmpdir(), "kerbside-cuts-")),
  deadlineMs: 60_000 + setCount * 10_000,
  onProgress: (verified) => process.stderr.write(`\r${verified} of ${setCount} sets`),
});
process.stderr.write("\n");
const isProven =
  result.verifiedSets === setCount && result.sentPerPart <= 2 && result.eventWaitMsMax <= 1_000;
process.stdout.write(
  values.json
    ? `${JSON.stringify({ ok: isProven, ...result })}\n`
    : `${Object.entries(result)
        .map(([name, value]) => `${name.padEnd(16)} ${value}`)
        .join("\n")}\n`,
);
process.exitCode = isProven ? 0 : 1;
