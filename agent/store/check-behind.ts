/**
 * Looks at the whole database behind the start and once a week, in a process of its own.
 *
 * A child, because SQLite cannot be stopped in the middle of a check, and the agent must end within
 * three seconds: a child can be killed. It reads beside the writer, at the lowest priority, with an
 * empty environment, and says one word.
 */
import { execFile } from "node:child_process";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";

/** What is wrong with it; undefined when it is sound, or nobody could find out. */
export type DatabaseCheck = (signal: AbortSignal) => Promise<string | undefined>;

/** The box has other things to do when it starts. */
const checkAfterMs = 5 * 60_000;
const checkEveryMs = 7 * 24 * 60 * 60_000;
const checkMsMax = 60 * 60_000;
const lowestPriority = 19;
const checkPath = fileURLToPath(new URL("./check-child.ts", import.meta.url));

interface CheckBehindParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly check: DatabaseCheck;
  readonly onDamage: (reason: string) => void;
}

export class CheckBehind {
  readonly #parts: CheckBehindParts;
  readonly #stopping = new AbortController();

  constructor(parts: CheckBehindParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#run().catch(() => {}); // Only the stop ends it.
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { clock, log, check, onDamage } = this.#parts;
    const { signal } = this.#stopping;
    await clock.sleep(checkAfterMs, signal);
    for (;;) {
      const startMonoMs = clock.monoMs();
      const reason = await check(signal);
      if (signal.aborted) return;
      if (reason !== undefined) {
        onDamage(reason);
        return;
      }
      const tookMs = Math.round(clock.monoMs() - startMonoMs);
      log.debug({ tookMs }, "the database was checked");
      await clock.sleep(checkEveryMs, signal);
    }
  }
}

/** `check-child.ts`: 0 sound, 1 damaged and why; whatever else it ends with says nothing. */
export function checkInChild(path: string): DatabaseCheck {
  return (signal) =>
    new Promise((resolve) => {
      const options = { signal, env: {}, timeout: checkMsMax, killSignal: "SIGKILL" } as const;
      const child = execFile(process.execPath, [checkPath, path], options, (error, found) => {
        resolve(error?.code === 1 && found !== "" ? found.trim() : undefined);
      });
      if (child.pid === undefined) return;
      try {
        setPriority(child.pid, lowestPriority);
      } catch {
        // It has ended already.
      }
    });
}
