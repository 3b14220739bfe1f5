/**
 * Is the machine's wall clock to be believed? Pure.
 *
 * It is wrong before the product was made, before a time at which it was right, years after one
 * (unless a time service says that it set it), and while nobody has set it since the machine was
 * switched on: a service is there and waits for its server, and no clock with a battery runs.
 */
export interface ClockFacts {
  /** What the machine says. */
  readonly machineMs: number;
  /** Right once, with the time that has passed since as far as it is known; undefined: never. */
  readonly rightMs: number | undefined;
  readonly isSynced: boolean | null;
  readonly hasBatteryClock: boolean;
  /** Somebody set it since the machine was switched on: a time service, or a hand. */
  readonly wasSet: boolean;
}

export type ClockFault = "before-product" | "behind" | "ahead" | "not-set";

/** No agent ran before. */
const productFromMs = Date.UTC(2026, 0, 1);
/** A correction, not a clock that lost its time. */
const behindMsMax = 5 * 60_000;
/** A box may lie on a shelf, and a version be installed long after it was made. */
const yearMs = 365 * 86_400_000;
const aheadMsMax = { ofRight: 3 * yearMs, ofProduct: 10 * yearMs };

/** Undefined: it is right, as far as anybody can tell. */
export function clockFault(facts: ClockFacts): ClockFault | undefined {
  const { machineMs, rightMs, isSynced } = facts;
  if (machineMs < productFromMs) return "before-product";
  if (isSynced === true) return undefined;
  if (rightMs !== undefined && machineMs < rightMs - behindMsMax) return "behind";
  const mostMs =
    rightMs === undefined ? productFromMs + aheadMsMax.ofProduct : rightMs + aheadMsMax.ofRight;
  if (machineMs > mostMs) return "ahead";
  const isSet = facts.wasSet || facts.hasBatteryClock || isSynced === null;
  return isSet ? undefined : "not-set";
}

/** The time to go on with while the machine's is wrong: never behind what was right. */
export function timeInstead({ machineMs, rightMs }: ClockFacts, fault: ClockFault): number {
  const known = Math.max(rightMs ?? 0, productFromMs);
  return fault === "not-set" ? Math.max(machineMs, known) : known;
}

export function faultText(fault: ClockFault, { machineMs, rightMs }: ClockFacts): string {
  const now = new Date(machineMs).toISOString();
  const right = rightMs === undefined ? "" : new Date(rightMs).toISOString();
  switch (fault) {
    case "before-product":
      return `the clock says ${now}, before this program was made`;
    case "behind":
      return `the clock says ${now}, and it has been ${right}`;
    case "ahead":
      return `the clock says ${now}, years after ${right || "this program was made"}`;
    case "not-set":
      return `nobody has set the clock since the box was switched on (${now})`;
  }
}
