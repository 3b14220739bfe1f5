/**
 * Looks at a process's children again and again, and keeps each command line and environment that
 * it ever saw: what a process list would have shown. Its own environment is not looked at, only
 * its command line. Linux only.
 */
import { readFileSync } from "node:fs";
import { processTree } from "./process-tree.ts";

const everyMsDefault = 25;

export class ProcessWatch {
  /** `command line of ffmpeg (41)` to what it was. */
  readonly seen = new Map<string, string>();
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number, everyMs = everyMsDefault) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const tree = processTree(this.#pid);
    for (const { pid, commandLine } of tree) {
      // Forked and not yet another program: what is seen of it is still the parent's.
      if (pid !== this.#pid && commandLine === tree[0]?.commandLine) continue;
      const name = commandLine.split(" ", 1)[0]?.split("/").at(-1) ?? "";
      this.seen.set(`command line of ${name} (${pid})`, commandLine);
      if (pid !== this.#pid) this.seen.set(`environment of ${name} (${pid})`, environmentOf(pid));
    }
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").replaceAll("\0", "\n");
  } catch {
    return ""; // It has ended meanwhile.
  }
}
