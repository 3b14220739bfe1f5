/**
 * The settings that rules run on: what the configuration's zones and rules become.
 *
 * All durations are whole milliseconds; all geometry is normalised. Defaults have been applied:
 * nothing here is optional because a file left it out, only because it may mean "none".
 */
import type { NormBox, NormPoint, NormPolygon } from "./geometry.ts";
import type { CameraId, ViewId, ZoneId } from "./ids.ts";
import type { Kind, Severity, SubKind } from "./kind.ts";
import type { LabelThresholds } from "./label.ts";
import type { GroundPoint, PermitRegister } from "./permit.ts";

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

/** `workday` includes make-up working days; `restday` a free Saturday or Sunday. */
export const dayTypes = ["workday", "restday", "holiday"] as const;
export type DayType = (typeof dayTypes)[number];

/**
 * A time in which something is allowed: half-open [start, end) in local time. An end at or before
 * the start crosses midnight and belongs to the day it starts on. 24:00 is minute 1440.
 */
export interface AllowedWindow {
  readonly startMinute: number;
  readonly endMinute: number;
  /** Absent: every day. Otherwise the starting day must match one of them. */
  readonly days?: readonly (Weekday | DayType)[];
  /** It goes on for so many minutes after its end: time to pack up. */
  readonly graceMinutes?: number;
  /** ISO dates (local), both inclusive, of the starting day. */
  readonly fromDate?: string;
  readonly toDate?: string;
}

/** Dates of one year that are not what their weekday says. A year that is absent has no data. */
export interface CalendarYear {
  readonly year: number;
  /** ISO dates that are public holidays. */
  readonly holidays: readonly string[];
  /** ISO dates of Saturdays and Sundays that are working days. */
  readonly makeupWorkdays: readonly string[];
}

export interface HolidayCalendar {
  readonly version: string;
  readonly years: readonly CalendarYear[];
}

export interface MatterCode {
  readonly standard: string;
  readonly edition: string;
  readonly code: string;
  readonly name: string;
  readonly objectType: "matter" | "component";
}

export interface RuleTimes {
  readonly warnAfterMs: number;
  readonly reportAfterMs: number;
  /** Observed absence, or observed order, after which the violation is cleared. */
  readonly clearAfterMs: number;
}

export interface UrgentRuleTimes {
  readonly tags: readonly string[];
  /** Of all it watches for, but for what has its own. */
  readonly times: RuleTimes;
  readonly timesOf?: Readonly<Partial<Record<SubKind, RuleTimes>>>;
}

/** What every kind's rule has, and what one kind alone asks for. */
export interface RuleSettings extends RuleTimes {
  readonly kind: Kind;
  /** What it watches for. Absent: the kind's usual sub-kinds. */
  readonly subKinds?: readonly SubKind[];
  /** Bicycles in the zone that make a pile-up. Absent: the usual number. */
  readonly pileUpCount?: number;
  /** Of street vending; absent: the usual ones. */
  readonly vending?: VendingSettings;
  /** Of bins and rubbish; absent: the usual ones. */
  readonly bins?: BinSettings;
  /** Of signs; absent: the usual ones. */
  readonly signs?: SignSettings;
  /** Times of single sub-kinds, where they are not the rule's own. */
  readonly timesOf?: Readonly<Partial<Record<SubKind, RuleTimes>>>;
  /** Shorter times while one of the zone's tags counts (`urgentTimes`). Absent: always the same. */
  readonly urgent?: UrgentRuleTimes;
  /** What the hub is told after an end: whether the place stayed clear for so long. Absent: nothing. */
  readonly recheckAfterMs?: number;
  /** How often the kind needs a look; never below the period of the view. */
  readonly everyMs: number;
  /** Lowest severity, when the file set one. */
  readonly severityMin?: Severity;
  readonly allowed: readonly AllowedWindow[];
  /** A thing that comes back at the same place within it names the earlier violation. */
  readonly recurrenceWindowMs: number;
  /** Times at the same place in seven days that are often. Absent: 3. */
  readonly recurrenceCount?: number;
  readonly evidenceRequire: "none" | "complete";
  /** Detections below it are not seen by the rule, 0..1. Absent: the model's own thresholds. */
  readonly scoreMin?: number;
  /** Share of the thing's footprint that must lie in the zone, 0..1. */
  readonly overlapMin: number;
}

export interface VendingSettings {
  /** From which score on cues together are a stall, 0..1. */
  readonly cueScoreMin: number;
  /** A stall near which nobody was seen for longer is not in trade; null: it always is. */
  readonly attendedMs: number | null;
}

export interface BinSettings {
  /** The bins to watch. Empty: every bin in the zone. */
  readonly named: readonly NamedBin[];
  /** Rubbish that covers this share of the picture … */
  readonly heapSizeMin: number;
  /** … and was observed for this long is a heap. */
  readonly heapAfterMs: number;
}

export interface SignSettings {
  /** Sightings by day, a period apart, after which a sign is told of … */
  readonly sightings: number;
  /** … when they fell on so many different days. */
  readonly days: number;
  /** When it is day: by the sun, at given local hours, or at any time. */
  readonly daylight:
    | "sun"
    | "always"
    | { readonly startMinute: number; readonly endMinute: number };
}

export interface NamedBin {
  /** What the city calls it: a component code, or a name. */
  readonly id: string;
  /** A point on the bin, 0..1 of the whole picture. */
  readonly at: NormPoint;
}

export interface ZoneSettings {
  readonly id: ZoneId;
  readonly polygon: NormPolygon;
  /** `school`, `fire-lane`, `blind-path`, `crossing`, `hospital`, … */
  readonly tags: readonly string[];
  readonly rules: readonly RuleSettings[];
}

export interface ViewSettings {
  readonly id: ViewId;
  readonly crop: NormBox;
  readonly everyMs: number;
  readonly model: string;
  /** In place of the model's own. Absent: none. */
  readonly thresholds?: LabelThresholds;
  readonly stream: "main" | "sub";
  /** How long an analysis may be used again while nothing moves. Absent: never. */
  readonly reuseMs?: number;
}

export interface UrgentTimes {
  /** By tag: when it counts. A tag that is not here always does. */
  readonly tagHours: Readonly<Record<string, readonly AllowedWindow[]>>;
  readonly peakHours: readonly AllowedWindow[];
}

/** Everything the rules of one camera need: the pure core's whole configuration. */
export interface CameraRules {
  readonly deviceId: string;
  readonly division: string;
  readonly cameraId: CameraId;
  readonly timeZone: string;
  readonly calendar: HolidayCalendar;
  readonly views: readonly ViewSettings[];
  readonly zones: readonly ZoneSettings[];
  /** When a place is urgent. Absent: its tags always are, no hour is. */
  readonly urgentTimes?: UrgentTimes;
  /** Absent: no list of permits is kept. */
  readonly permits?: PermitRegister;
  /** Where what the camera sees is, as far as anybody knows; absent when nobody does. */
  readonly position?: GroundPoint;
  /** Per sub-kind, from the versioned matter table. */
  readonly matters: Readonly<Record<string, MatterCode>>;
}
