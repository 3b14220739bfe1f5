/**
 * The command lines of all processes of this machine, sampled while something runs: what anybody
 * who can log in here would have seen with `ps`.
 */
import { readdirSync, readFileSync } from "node:fs";

const everyMs = 20;

export class ProcessList {
  /** Each command line once. */
  readonly seen = new Set<string>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const line = commandLine(name);
      if (line !== "") this.seen.add(line);
    }
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").trim();
  } catch {
    return ""; // It has ended meanwhile.
  }
}
