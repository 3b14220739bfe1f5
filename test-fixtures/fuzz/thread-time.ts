/**
 * Whether an input takes too long, by the processor time of its thread: on a busy machine a thread
 * may stand still for seconds by itself. Where the system does not tell, and for what waits, by the
 * clock.
 */
import { readFileSync } from "node:fs";
import type { SharedInput } from "./shared-input.ts";

/** Of `/proc/…/stat`. */
const tickMs = 10;
/** Something that only waits may do so for so many times its bound. */
const waitFactor = 15;

export class ThreadTime {
  readonly #shared: SharedInput;
  readonly #boundMs: number;
  #number = -1;
  #cpuMsAtFirst = 0;

  constructor(shared: SharedInput, boundMs: number) {
    this.#shared = shared;
    this.#boundMs = boundMs;
  }

  /** To be asked again and again; what an input used before the first time does not count. */
  isOver(): boolean {
    const { number } = this.#shared;
    const busyMs = this.#shared.busyMs();
    if (busyMs === 0) {
      this.#number = -1;
      return false;
    }
    const cpuMs = cpuMsOf(this.#shared.thread);
    if (number !== this.#number) {
      this.#number = number;
      this.#cpuMsAtFirst = cpuMs ?? 0;
      return false;
    }
    if (busyMs <= this.#boundMs) return false;
    if (cpuMs === undefined || busyMs > waitFactor * this.#boundMs) return true;
    return cpuMs - this.#cpuMsAtFirst > this.#boundMs;
  }
}

function cpuMsOf(thread: number): number | undefined {
  if (thread === 0) return undefined;
  try {
    const text = readFileSync(`/proc/self/task/${thread}/stat`, "latin1");
    // Behind the name, which may hold blanks: user and system time are the 12th and 13th.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return undefined;
  }
}
