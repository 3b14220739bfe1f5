/**
 * Evidence from a box to the hub's folder, over a real broker and a link that is cut.
 *
 * The short form of `npm run proof:evidence-cuts`.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runEvidenceCuts } from "../../test-fixtures/evidence-cuts.ts";

test("over a link that is cut all the time every set arrives whole and events go first", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kerbside-cuts-"));
  const result = await runEvidenceCuts({
    setCount: 4,
    cutEveryMs: 1_300,
    folder,
    deadlineMs: 40_000,
  });
  expect(result).toMatchObject({ verifiedSets: 4, refusedSets: 0 });
  expect(result.cuts).toBeGreaterThanOrEqual(1);
  expect(result.sentPerPart).toBeLessThanOrEqual(2);
  expect(result.eventWaitMsMax).toBeLessThanOrEqual(1_000);
});
