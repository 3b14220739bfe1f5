/** What is remembered between two looks of a place where somebody may be trading. */
import type { NormBox } from "../domain/geometry.ts";

export interface VendingMemory {
  /** By cue: in which share of the recent time it was there, 0..1. */
  readonly cues: Readonly<Partial<Record<Cue, number>>>;
  /** When somebody stayed near last; null: nobody yet. */
  readonly attendedAtMs: number | null;
  /** Those near in the last looks: who is there again lingers, who is not passes. */
  readonly people: readonly PersonNear[];
  /** Looks that were counted, up to a bound; absent: none. */
  readonly lookCount?: number;
  /** The last look found it trading, or too little to say that it no longer is. */
  readonly mayTrade?: boolean;
}

export interface PersonNear {
  /** Mean of the last boxes. */
  readonly box: NormBox;
  /** Looks that saw somebody there, up to a bound. */
  readonly seenCount: number;
  /** Looks since then that did not. */
  readonly missCount: number;
}

/** What speaks for trade; `people` are persons who linger, not those who pass. */
export const cueNames = ["stall", "goods", "two-wheeler", "table", "umbrella", "people"] as const;
export type Cue = (typeof cueNames)[number];

export const noVendingMemory: VendingMemory = { cues: {}, attendedAtMs: null, people: [] };
