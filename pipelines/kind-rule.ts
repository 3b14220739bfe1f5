/**
 * What a kind adds to the common way of presence, zone, schedule and stages.
 *
 * One folder a kind exports one of these; `kind-rules.ts` lists them. A kind says which things it
 * looks for, when a standing thing does not count yet, and how to tell a person.
 */
import type { Kind, Stage, SubKind } from "./domain/kind.ts";
import type { LaneFlow } from "./presence/lane-flow.ts";
import type { Presence } from "./presence/presence.ts";
import type { Thing } from "./presence/thing.ts";
import type { EndReason, Reason, ViolationChange } from "./violation-change.ts";

export interface KindRule {
  readonly kind: Kind;
  /** Things that can be this kind's violation. */
  readonly things: readonly Thing[];
  readonly subKindOf: (presence: Presence) => SubKind;
  /** True while its standing has another explanation: no stage is reached meanwhile. */
  readonly isExcused: (presence: Presence, flow: LaneFlow, atMs: number) => boolean;
  /** At most 200 characters in Chinese, one sentence a person can act on. */
  readonly reasonOf: (facts: ReasonFacts) => Reason;
}

export interface ReasonFacts {
  readonly stage: Exclude<Stage, "clue">;
  readonly endReason: EndReason | null;
  readonly zoneId: string;
  /** What the detector called it, the most frequent first. */
  readonly labels: readonly string[];
  /** Observed time outside allowed windows. */
  readonly forbiddenMs: number;
  readonly unobservedMs: number;
  readonly rule: ViolationChange["rule"];
}
