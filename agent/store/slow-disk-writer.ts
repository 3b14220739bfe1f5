/**
 * The child of `disk-full.e2e.test.ts` on a disk that flushes slowly: commits one revision, then
 * fifty at once, and prints how long each took and how often the main thread had its turn.
 */
import { revisionOf, t0 } from "./sample-rows.ts";
import { openStore } from "./sqlite-store.ts";

const store = await openStore({ folder: process.argv[2] ?? "" });
const commit = (name: string) =>
  store.commit({ cameraStates: [], revisions: [revisionOf(name, 1, "reported")], nowMs: t0 });

let turnCount = 0;

async function msOf(run: () => Promise<unknown>): Promise<number> {
  const startMonoMs = performance.now();
  await run();
  return Math.round(performance.now() - startMonoMs);
}

// The first of a run also makes the files that later ones find.
await commit("first");
const oneMs = await msOf(() => commit("one"));
const turns = setInterval(() => {
  turnCount += 1;
}, 5);
const fiftyMs = await msOf(() =>
  Promise.all(Array.from({ length: 50 }, (_, index) => commit(`many-${index}`))),
);
clearInterval(turns);
await store.close();
process.stdout.write(`${JSON.stringify({ oneMs, fiftyMs, turnCount })}\n`);
