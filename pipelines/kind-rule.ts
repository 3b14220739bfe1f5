/**
 * What a kind adds to the common way of presence, zone, schedule and stages.
 *
 * One folder a kind exports one of these; `kind-rules.ts` lists them. At every sighting of a thing
 * in a zone the kind is asked for its judgement: is this a violation now, which one, and what
 * speaks for it. Time, windows, permits, stages and revisions are the same for all of them.
 */
import type { Kind, ReasonCode, Stage, SubKind } from "./domain/kind.ts";
import type { Permit } from "./domain/permit.ts";
import type { CameraRules, RuleSettings, ZoneSettings } from "./domain/rule.ts";
import type { Presence } from "./presence/presence.ts";
import type { Sighting } from "./presence/sighting.ts";
import type { Thing } from "./presence/thing.ts";
import type { Scene } from "./scene.ts";
import type { CaseMemory, Excuse, OpenCase } from "./stages/open-case.ts";
import type { PassedOver } from "./stages/review.ts";
import type { EndReason, Reason, ViolationChange } from "./violation-change.ts";

export interface KindRule {
  readonly kind: Kind;
  /** The things that can be the violation of each sub-kind. */
  readonly thingsOf: Readonly<Partial<Record<SubKind, readonly Thing[]>>>;
  /** Sub-kinds that a rule watches for when it names none. */
  readonly usualSubKinds: readonly SubKind[];
  /** Things that are no violation of the sub-kind and tell something about it. */
  readonly sideThingsOf?: Readonly<Partial<Record<SubKind, readonly Thing[]>>>;
  /** A sub-kind that is many things of one sort in one zone. */
  readonly heap?: {
    readonly subKind: SubKind;
    readonly of: Thing;
    readonly countMin: (rule: RuleSettings) => number;
  };
  readonly judge: (facts: CaseFacts) => Judgement;
  /** It counts days, or looks at the sun: nothing is judged while the time of day is unknown. */
  readonly isByTheClock?: true;
  /** False while its things cannot be seen as they are: no look then says that one is gone. */
  readonly isObservable?: (rule: RuleSettings, rules: CameraRules, atMs: number) => boolean;
  /** Observed absence after which this case is over; absent: what the rule says. */
  readonly clearAfterOf?: (open: OpenCase, rule: RuleSettings) => number;
  /** The permit was given for this thing, not for another in its place. Absent: always. */
  readonly isPermitFor?: (permit: Permit, open: OpenCase, rule: RuleSettings) => boolean;
  /** What a person is shown of a case that ends untold. Absent, or undefined: nothing. */
  readonly reviewOf?: (
    open: OpenCase,
  ) => { readonly sightings: number; readonly days: number } | undefined;
  /** What is counted of a case that ends untold, and that a person is not shown. */
  readonly passedOverOf?: (open: OpenCase) => PassedOver;
  /**
   * Two things of which one is told are one case, by themselves or through others of the camera:
   * absent, their boxes must be on one thing.
   */
  readonly isOneCase?: (told: Presence, other: Presence, presences: Iterable<Presence>) => boolean;
  /** At most 200 characters in Chinese, one sentence a person can act on. */
  readonly reasonOf: (facts: ReasonFacts) => Reason;
  /** A short sentence that a loudspeaker or a notice in an app may carry, for `warned`. */
  readonly noticeOf?: (subKind: SubKind) => Reason;
}

/** One sighting of one thing in one zone. */
export interface CaseFacts {
  readonly presence: Presence;
  readonly sighting: Sighting;
  readonly zone: ZoneSettings;
  readonly rule: RuleSettings;
  /** The case as it was before this look; fresh when the thing is new here. */
  readonly open: OpenCase;
  readonly scene: Scene;
}

export interface Judgement {
  /**
   * `violating`: time between two such looks counts. `right`: the thing is there and in order; a
   * told case ends when that was observed for `clearAfter`. `unsure`: nothing counts, nothing ends.
   */
  readonly answer: "violating" | "right" | "unsure";
  readonly subKind: SubKind;
  /** With `right`: what the presence had been observed for when that began, when it is known. */
  readonly rightSinceMs?: number | null;
  /** Its standing has another explanation: no stage is reached meanwhile. Time goes on. */
  readonly excuse?: Excuse | null;
  /** Absent: as `stands` says of the presence. */
  readonly isStanding?: boolean;
  /** Stages that the case has reached, for a kind that counts something else than dwell. */
  readonly reached?: readonly ("warned" | "reported")[];
  readonly reasonCode?: ReasonCode;
  /** What the kind remembers of the case until its next look. Absent: as it was. */
  readonly memory?: CaseMemory;
  /** Absent: the labels that the detector gave, and its score. */
  readonly cues?: ViolationChange["cues"];
  readonly score?: number;
  /** People around it; a crowd is urgent. */
  readonly crowdCount?: number;
  /** How many things it is; 1 when absent. */
  readonly objectCount?: number;
  /** What the city calls the thing, when the configuration names it. */
  readonly objectId?: string;
}

export interface ReasonFacts {
  readonly stage: Exclude<Stage, "clue">;
  readonly subKind: SubKind;
  readonly reasonCode: ReasonCode | null;
  readonly endReason: EndReason | null;
  readonly zoneId: string;
  /** What the detector called it, the most frequent first. */
  readonly labels: readonly string[];
  readonly objectCount: number;
  readonly objectId: string | null;
  /** Observed time outside allowed windows. */
  readonly forbiddenMs: number;
  readonly unobservedMs: number;
  readonly rule: ViolationChange["rule"];
}
