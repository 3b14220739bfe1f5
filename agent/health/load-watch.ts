/**
 * How many looks the views ask for and how many are made: the factor by which all are stretched
 * when the box has less than its views ask for.
 *
 * Counted over some seconds, however often somebody asks. Looks that a camera cost (it was away, a
 * picture was damaged) are no overload: the factor is above 1 only while the scheduler says so.
 */
import type { HealthInput } from "./health-report.ts";

export type Load = HealthInput["load"];

export interface LoadReading {
  readonly monoMs: number;
  /** The scheduler stretches all views. */
  readonly isOverloaded: boolean;
  /** What views of cameras that deliver ask for. */
  readonly askedPerSecond: number;
  /** Looks delivered since the start, late ones too. */
  readonly madeCount: number;
}

const windowMs = 5_000;

export class LoadWatch {
  #from: { readonly monoMs: number; readonly madeCount: number } | undefined;
  #madePerSecond: number | undefined;

  measured({ monoMs, isOverloaded, askedPerSecond, madeCount }: LoadReading): Load {
    const from = this.#from;
    if (from === undefined) {
      this.#from = { monoMs, madeCount };
    } else if (monoMs - from.monoMs >= windowMs) {
      this.#madePerSecond = ((madeCount - from.madeCount) * 1_000) / (monoMs - from.monoMs);
      this.#from = { monoMs, madeCount };
    }
    const madePerSecond = this.#madePerSecond ?? askedPerSecond;
    const isStretched = isOverloaded && madePerSecond > 0 && madePerSecond < askedPerSecond;
    return {
      isOverloaded,
      askedPerSecond,
      madePerSecond,
      stretch: isStretched ? askedPerSecond / madePerSecond : 1,
    };
  }
}
