/**
 * A line that fills on a terminal, for commands that take longer than a second.
 *
 * Silent elsewhere: a log full of half-drawn bars helps nobody.
 */
import type { CommandIo } from "./command.ts";

const width = 30;
const firstAfterMs = 1000;
const everyMs = 100;

export interface ProgressBar {
  update(done: number, total: number): void;
  /** Takes the line away; further calls do nothing. */
  end(): void;
}

export function progressBar(
  { stderr, isTty }: Pick<CommandIo, "stderr" | "isTty">,
  title: string,
  nowMs: () => number = () => performance.now(),
): ProgressBar {
  const startedAtMs = nowMs();
  let nextAtMs = startedAtMs + firstAfterMs;
  let isDrawn = false;
  return {
    update: (done, total) => {
      const now = nowMs();
      if (!isTty || now < nextAtMs || total <= 0) return;
      nextAtMs = now + everyMs;
      isDrawn = true;
      stderr(`\r\x1b[K${title} ${line(done, total, now - startedAtMs)}`);
    },
    end: () => {
      nextAtMs = Number.POSITIVE_INFINITY;
      if (isDrawn) stderr("\r\x1b[K");
      isDrawn = false;
    },
  };
}

function line(done: number, total: number, elapsedMs: number): string {
  const share = Math.min(1, done / total);
  const filled = Math.round(share * width);
  const bar = "█".repeat(filled) + "░".repeat(width - filled);
  const leftSeconds = done > 0 ? Math.ceil((elapsedMs / 1000) * (1 / share - 1)) : undefined;
  const left = leftSeconds === undefined ? "" : `, ${leftSeconds} s left`;
  return `${bar} ${done} of ${total}${left}`;
}
