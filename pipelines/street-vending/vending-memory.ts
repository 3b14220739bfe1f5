/** What is remembered between two looks of a place where somebody may be trading. */
export interface VendingMemory {
  /** By cue: in which share of the recent time it was there, 0..1. */
  readonly cues: Readonly<Record<string, number>>;
  /** When somebody was near last; null: nobody yet. */
  readonly attendedAtMs: number | null;
}
