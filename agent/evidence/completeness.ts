/**
 * Whether the evidence of a revision is complete: eleven checks, each by its number.
 *
 * Pure: facts in, numbers out. A fact that nobody knows fails its check; nothing is assumed. A
 * `warned` revision is asked for what can be there by then, a `reported` one for the whole set.
 */
import type { Kind, SubKind } from "../../pipelines/domain/kind.ts";

export interface ViewFacts {
  readonly role: "first-seen" | "warned" | "reported" | "cleared";
  readonly capturedAtMs: number;
  readonly uncertaintyMs: number;
  readonly isClockSynced: boolean;
  readonly width: number;
  readonly height: number;
  /** The detector saw the thing where the violation is. */
  readonly isSameThing: boolean;
  /** Of the thing's footprint, in its zone. */
  readonly zoneShare: number;
  /** Mean deviation of a Laplacian over the thing, as libvips measures it. */
  readonly sharpness: number;
  /** 0..255, over the thing. */
  readonly luma: number;
  /** Shorter side of the thing's box in pixels of the picture. */
  readonly thingPx: number;
  /** Of the thing's box, behind other things. */
  readonly coveredShare: number;
  readonly isMasked: boolean;
}

export interface CompletenessFacts {
  readonly stage: "warned" | "reported" | "cleared" | "withdrawn";
  readonly kind: Kind;
  readonly subKind: SubKind;
  readonly timeZoneDateOf: (atMs: number) => string;
  readonly atMs: number;
  /** Whole views of this and earlier revisions, in the order in which they were made. */
  readonly views: readonly ViewFacts[];
  readonly hasCloseUp: boolean;
  readonly hasClip: boolean;
  readonly warnedAtMs: number | null;
  readonly reportedAtMs: number | null;
  readonly reportAfterMs: number;
  /** Of the rule: least share of the thing in its zone. */
  readonly zoneShareMin: number;
  /** Names of what decided: agent, model, configuration, calendar. */
  readonly versions: readonly string[];
  readonly isCalendarMissing: boolean;
  /** The rule, asked again with the facts that are stored. */
  readonly isDecidedAgain: boolean;
  /** Every file goes into a signed manifest that names the one before it. */
  readonly isChained: boolean;
  readonly isEveryFileMasked: boolean;
  readonly place: {
    readonly hasPoint: boolean;
    readonly isInDivision: boolean;
    readonly isInGrid: boolean;
    readonly hasAddress: boolean;
    readonly hasMatter: boolean;
  };
  /** ISO dates; undefined: not named. */
  readonly site: readonly (string | undefined)[];
}

export interface Completeness {
  readonly complete: boolean;
  /** Numbers of the checks that failed, rising. */
  readonly failed: readonly number[];
}

interface Demand {
  readonly views: number;
  /** Between two views that count. */
  readonly spacingMs: number;
  /** From the first to the last, beside the rule's own time. */
  readonly spanMs: number;
  readonly days: number;
  readonly closeUp: boolean;
  readonly clip: boolean;
}

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

const wide: Demand = { views: 2, spacingMs: 0, spanMs: 0, days: 1, closeUp: false, clip: false };
const vending: Demand = { ...wide, views: 3, clip: true };
const vehicle: Demand = { ...wide, views: 3, spacingMs: 10 * second, closeUp: true, clip: true };
const bicycle: Demand = { ...wide, spacingMs: 5 * minute, closeUp: true };
const bin: Demand = { ...wide, spacingMs: 10 * minute };
const sign: Demand = { ...wide, views: 3, spanMs: day, days: 2 };

function demandOf({ kind, subKind }: CompletenessFacts): Demand {
  switch (kind) {
    case "street-vending":
      return vending;
    case "illegal-parking":
      return subKind === "motor-vehicle" ? vehicle : bicycle;
    case "overflowing-bin":
      return bin;
    case "unlicensed-signage":
      return sign;
  }
}

const widthMin = 1_280;
const heightMin = 720;
const uncertaintyMsMax = 1_000;
const sharpnessMin = 0.5;
const lumaMin = 20;
const lumaMax = 240;
const thingPxMin = 40;
const coveredShareMax = 0.5;

export function checkCompleteness(facts: CompletenessFacts): Completeness {
  const failed = checks.flatMap((holds, index) => (holds(facts) ? [] : [index + 1]));
  return { complete: failed.length === 0, failed };
}

/** Numbered from 1, as the event tells them. */
const checks: readonly ((facts: CompletenessFacts) => boolean)[] = [
  hasPictures,
  hasTimes,
  isSameThingThroughout,
  isClear,
  ({ versions, isCalendarMissing }) =>
    !isCalendarMissing && versions.every((version) => version.length > 0),
  ({ isDecidedAgain }) => isDecidedAgain,
  ({ isChained }) => isChained,
  ({ views, isEveryFileMasked }) => isEveryFileMasked && views.every(({ isMasked }) => isMasked),
  ({ warnedAtMs }) => warnedAtMs !== null,
  ({ place }) =>
    place.hasPoint && place.isInDivision && place.isInGrid && place.hasAddress && place.hasMatter,
  ({ site, timeZoneDateOf, atMs }) =>
    site.every((date) => date !== undefined && date <= timeZoneDateOf(atMs)),
];

function hasPictures(facts: CompletenessFacts): boolean {
  const { stage, views, hasCloseUp, hasClip } = facts;
  const demand = demandOf(facts);
  const isLarge = views.every(({ width, height }) => width >= widthMin && height >= heightMin);
  const isEnough = violating(views).length >= (isWhole(facts) ? demand.views : 2);
  const hasEnd = stage !== "cleared" || views.some(({ role }) => role === "cleared");
  const hasRest = !isWhole(facts) || ((hasCloseUp || !demand.closeUp) && (hasClip || !demand.clip));
  return isLarge && isEnough && hasEnd && hasRest;
}

function hasTimes(facts: CompletenessFacts): boolean {
  const { views, reportAfterMs, timeZoneDateOf } = facts;
  const demand = demandOf(facts);
  const isKnown = views.every(
    ({ isClockSynced, uncertaintyMs }) => isClockSynced && uncertaintyMs <= uncertaintyMsMax,
  );
  const isRising = views.every(
    ({ capturedAtMs }, index) => capturedAtMs > (views[index - 1]?.capturedAtMs ?? -Infinity),
  );
  const times = violating(views).map(({ capturedAtMs }) => capturedAtMs);
  const [first, last] = [times[0], times.at(-1)];
  if (!isKnown || !isRising || first === undefined || last === undefined) return false;
  if (!isWhole(facts)) return true;
  const days = new Set(times.map(timeZoneDateOf)).size;
  return (
    last - first >= Math.max(reportAfterMs, demand.spanMs) &&
    spaced(times, demand.spacingMs) >= demand.views &&
    days >= demand.days
  );
}

function isSameThingThroughout({ views, zoneShareMin }: CompletenessFacts): boolean {
  const seen = violating(views);
  return (
    seen.length > 0 &&
    seen.every(({ isSameThing, zoneShare }) => isSameThing && zoneShare >= zoneShareMin)
  );
}

function isClear({ views }: CompletenessFacts): boolean {
  const seen = violating(views);
  return (
    seen.length > 0 &&
    seen.every(
      ({ sharpness, luma, thingPx, coveredShare }) =>
        sharpness >= sharpnessMin &&
        luma >= lumaMin &&
        luma <= lumaMax &&
        thingPx >= thingPxMin &&
        coveredShare <= coveredShareMax,
    )
  );
}

/** It was reported: the whole set is asked for. */
function isWhole({ reportedAtMs }: CompletenessFacts): boolean {
  return reportedAtMs !== null;
}

/** The views that show the thing. */
function violating(views: readonly ViewFacts[]): readonly ViewFacts[] {
  return views.filter(({ role }) => role !== "cleared");
}

/** Most views of which each is so far from the one before; times rise. */
function spaced(times: readonly number[], spacingMs: number): number {
  let count = 0;
  let lastMs = -Infinity;
  for (const atMs of times) {
    if (atMs - lastMs < spacingMs) continue;
    count += 1;
    lastMs = atMs;
  }
  return count;
}
