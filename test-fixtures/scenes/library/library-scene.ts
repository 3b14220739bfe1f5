/**
 * A scene with what the rules must make of it: zones, rules, and the violations that are due.
 *
 * A scene says when something is against a rule and when it ends; the times at which stages are due
 * follow by counting observed time (`due-violations.ts`), not by running any rule.
 */
import type { Kind, SubKind } from "../../../pipelines/domain/kind.ts";
import type { Scene } from "../description.ts";

export interface LibraryScene {
  readonly scene: Scene;
  /** What it shows, and what makes it hard. */
  readonly about: string;
  /** What the clock says at the start: RFC 3339, with zone. */
  readonly startsAt: string;
  /** Period of the looks. */
  readonly everyMs: number;
  /** What the camera's one view is cut to: left, top, right, bottom; default: around its zones. */
  readonly crop?: readonly [number, number, number, number];
  readonly zones: readonly SceneZone[];
  /** The permit list that its configuration names. */
  readonly permits?: readonly ScenePermit[];
  /** What is against a rule; empty: a hard negative, nothing may be told. */
  readonly offences: readonly Offence[];
  /** Nobody looks: the camera is away. */
  readonly outages?: readonly Span[];
  /** The agent is started anew. */
  readonly restartsAtMs?: readonly number[];
}

export interface SceneZone {
  readonly id: string;
  /** Corners on the ground; or at `zM` above it, for a wall. */
  readonly ground: readonly (readonly [number, number])[];
  readonly heights?: readonly number[];
  readonly tags?: readonly string[];
  /** As the configuration file writes them. */
  readonly rules: readonly SceneRule[];
}

export interface SceneRule {
  readonly kind: Kind;
  readonly of?: readonly SubKind[];
  readonly warnAfter: `${number}s` | `${number}m`;
  readonly reportAfter: `${number}s` | `${number}m`;
  readonly clearAfter: `${number}s` | `${number}m` | `${number}h`;
  readonly [setting: string]: unknown;
}

/** A row of the list; it holds for a zone, or for a polygon that is drawn as zones are. */
export interface ScenePermit {
  readonly number: string;
  readonly kinds: readonly Kind[];
  readonly place: { readonly zone: string } | Pick<SceneZone, "ground" | "heights">;
  /** First and last day, both included. */
  readonly from: string;
  readonly to?: string;
  readonly hours?: readonly string[];
  /** A sign that is registered with its appearance: as this thing looks at that time. */
  readonly looksLike?: { readonly thing: string; readonly atMs: number };
}

export interface Offence {
  readonly kind: Kind;
  readonly subKind: SubKind;
  readonly zone: string;
  /** Id of the thing in the scene. */
  readonly thing: string;
  /** From when to when it is against the rule; without an end it stays so. */
  readonly fromMs: number;
  readonly untilMs?: number;
  /** Hidden or otherwise not to be seen, longer than a presence bears. */
  readonly unseen?: readonly Span[];
  /** Where time does not decide (signs): the times at which stages are due. */
  readonly stages?: {
    readonly warnedAtMs: number | null;
    readonly reportedAtMs: number | null;
    readonly clearedAtMs: number | null;
  };
}

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}
