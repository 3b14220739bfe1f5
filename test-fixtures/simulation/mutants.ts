/**
 * Faults built in on purpose: the promises are worth what they catch.
 *
 * Each is a port that lies or an option that is wrong; nothing of it is in the product. Every one
 * must be caught within 200 seeds (`simulation.test.ts` knows a seed for each).
 */
export interface Mutant {
  /** Writes are answered before they are made. */
  readonly answersBeforeCommit?: true;
  /** The database is opened with `synchronous = OFF`. */
  readonly syncsNothing?: true;
  /** While a camera is away, its last picture comes again and again. */
  readonly inventsPictures?: true;
  /** A row of the outbox goes now and then, and nobody is told. */
  readonly losesRows?: true;
  /** The outbox is opened without its bound. */
  readonly isUnbounded?: true;
  /** Rows of the outbox are read newest first. */
  readonly swapsRows?: true;
  /** A start gets the rules' state of one write earlier. */
  readonly loadsOldState?: true;
  /** A verdict's effect is not written. */
  readonly forgetsVerdicts?: true;
  /** A publish counts as taken when it was handed over. */
  readonly trustsSilence?: true;
  /** The configuration's allowed hours are not read. */
  readonly forbidsAll?: true;
  /** At its limit the outbox gives up what was reported first. */
  readonly dropsReportedFirst?: true;
  /** One minute in four the rules get no boxes, though the detector saw them. */
  readonly hidesThings?: true;
}

export const mutants = {
  "ack-before-commit": { answersBeforeCommit: true },
  "missing-fsync": { syncsNothing: true },
  "unobserved-dwell": { inventsPictures: true },
  "dropped-row": { losesRows: true },
  "unbounded-outbox": { isUnbounded: true },
  "swapped-rows": { swapsRows: true },
  "old-state": { loadsOldState: true },
  "verdict-forgotten": { forgetsVerdicts: true },
  "ack-before-broker": { trustsSilence: true },
  "allowed-ignored": { forbidsAll: true },
  "reported-dropped-first": { dropsReportedFirst: true },
  "hidden-things": { hidesThings: true },
} as const satisfies Readonly<Record<string, Mutant>>;

export type MutantName = keyof typeof mutants;

export function isMutantName(name: string): name is MutantName {
  return Object.hasOwn(mutants, name);
}
