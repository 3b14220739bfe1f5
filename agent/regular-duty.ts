/**
 * Something that is done again and again while the agent runs: the next time begins when the last
 * has ended and the period is over. One that fails is logged and comes again.
 */
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";

export function doRegularly(
  {
    clock,
    log,
    signal,
  }: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
  { afterMs, everyMs }: { readonly afterMs: number; readonly everyMs: number },
  duty: () => Promise<void>,
): void {
  const run = async () => {
    await clock.sleep(afterMs, signal);
    while (!signal.aborted) {
      await duty().catch((error: unknown) => log.error({ err: error }, "a regular duty failed"));
      await clock.sleep(everyMs, signal);
    }
  };
  run().catch(() => {}); // Only the stop ends it.
}
