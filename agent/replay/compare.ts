/**
 * Two replays of one recording: which violations appear, disappear or change when a zone, a
 * threshold or a window is edited.
 *
 * The same violation is one of the same id; where the edit made other ids, one of the same kind
 * whose box and time are shared the most.
 */
import { boxOverlap } from "../../pipelines/domain/geometry.ts";
import type { ReplayedViolation } from "./violation-list.ts";

/** One fact of a violation that is not the same; times from the start of the recording. */
export interface Change {
  readonly what: "stage" | "zone" | "severity" | "warned" | "reported" | "ended";
  readonly before: string | number | null;
  readonly after: string | number | null;
}

export interface Comparison {
  readonly same: number;
  readonly disappeared: readonly ReplayedViolation[];
  readonly appeared: readonly ReplayedViolation[];
  readonly changed: readonly {
    readonly before: ReplayedViolation;
    readonly after: ReplayedViolation;
    readonly changes: readonly Change[];
  }[];
}

export function compare(
  before: readonly ReplayedViolation[],
  after: readonly ReplayedViolation[],
): Comparison {
  const byId = new Map(after.map((violation) => [violation.violation, violation]));
  const pairs = new Map<ReplayedViolation, ReplayedViolation>();
  for (const violation of before) {
    const same = byId.get(violation.violation);
    if (same !== undefined) pairs.set(violation, same);
  }
  const taken = new Set(pairs.values());
  const lonely = before.filter((violation) => !pairs.has(violation));
  const free = after.filter((violation) => !taken.has(violation));
  for (const [one, other] of likeliest(lonely, free)) pairs.set(one, other);

  const matched = new Set(pairs.values());
  const changed = [...pairs]
    .map(([one, other]) => ({ before: one, after: other, changes: changesBetween(one, other) }))
    .filter(({ changes }) => changes.length > 0);
  return {
    same: pairs.size - changed.length,
    disappeared: before.filter((violation) => !pairs.has(violation)),
    appeared: after.filter((violation) => !matched.has(violation)),
    changed,
  };
}

export function isSame({ disappeared, appeared, changed }: Comparison): boolean {
  return disappeared.length + appeared.length + changed.length === 0;
}

const overlapMin = 0.5;

/** Greedy, best overlap first: a thing has one place, so few pairs compete. */
function likeliest(
  before: readonly ReplayedViolation[],
  after: readonly ReplayedViolation[],
): readonly (readonly [ReplayedViolation, ReplayedViolation])[] {
  const pairs = before
    .flatMap((one) => after.map((other) => ({ one, other, overlap: overlapOf(one, other) })))
    .filter(({ overlap }) => overlap >= overlapMin)
    .toSorted((a, b) => b.overlap - a.overlap);
  const taken = new Set<ReplayedViolation>();
  return pairs.flatMap(({ one, other }) => {
    if (taken.has(one) || taken.has(other)) return [];
    taken.add(one).add(other);
    return [[one, other] as const];
  });
}

/** Of their boxes, when it may be one thing. */
function overlapOf(one: ReplayedViolation, other: ReplayedViolation): number {
  const isOneThing =
    one.camera === other.camera &&
    one.kind === other.kind &&
    one.firstSeenAtMs <= other.lastSeenAtMs &&
    other.firstSeenAtMs <= one.lastSeenAtMs;
  return isOneThing ? boxOverlap(one.box, other.box) : 0;
}

function changesBetween(one: ReplayedViolation, other: ReplayedViolation): readonly Change[] {
  const facts: readonly Change[] = [
    { what: "stage", before: one.stage, after: other.stage },
    { what: "zone", before: one.zone, after: other.zone },
    { what: "severity", before: one.severity, after: other.severity },
    { what: "warned", before: one.warnedAtMs, after: other.warnedAtMs },
    { what: "reported", before: one.reportedAtMs, after: other.reportedAtMs },
    { what: "ended", before: one.endedAtMs, after: other.endedAtMs },
  ];
  return facts.filter(({ before, after }) => before !== after);
}
