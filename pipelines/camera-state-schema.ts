/**
 * What a stored camera state must be, field by field: a disk that flips a bit leaves JSON that
 * parses, and rules that read a presence without its place would end the agent at every start.
 *
 * `fieldsOf` makes the compiler ask for each field of a type, so that a new one is not forgotten.
 * Bounds are wide: they keep out what no state can hold, not what is unlikely.
 */
import { z } from "zod";
import type { NormBox } from "./domain/geometry.ts";
import { kinds, reasonCodes, severities, subKinds } from "./domain/kind.ts";
import { labels } from "./domain/label.ts";
import type { MatterCode } from "./domain/rule.ts";
import type { BinMemory } from "./overflowing-bin/bin-memory.ts";
import type { Deviation } from "./presence/deviation.ts";
import type { HourSeen } from "./presence/hours-seen.ts";
import type { Departure, LaneFlow, Release } from "./presence/lane-flow.ts";
import type { Gap, Presence } from "./presence/presence.ts";
import type { PastViolation } from "./stages/history.ts";
import type { CaseMemory, CaseStart, OpenCase, Quiet } from "./stages/open-case.ts";
import type { PendingRecheck } from "./stages/pending-recheck.ts";
import type { ReviewEntry, ReviewList } from "./stages/review.ts";
import type { PersonNear, VendingMemory } from "./street-vending/vending-memory.ts";
import type { SignMemory, Tally } from "./unlicensed-signage/sign-memory.ts";
import type { Reason, Recheck, ViolationChange } from "./violation-change.ts";

function fieldsOf<Type>() {
  return <Shape extends Record<keyof Required<Type>, z.ZodType>>(shape: Shape) => z.object(shape);
}

/** The last day that a `Date` knows. */
const msMax = 8.64e15;
const instant = z.number().min(-msMax).max(msMax);
const time = z.number().min(0).max(msMax);
const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
/** A mean may be a rounding off. */
const share = z.number().min(-0.01).max(1.01);
/** A box may reach out of the picture, never lie far from it. */
const side = z.number().min(-2).max(3);
const number = z.number().min(-1e6).max(1e6);
const id = z.string().min(1).max(300);
const text = z.string().max(2_000);
const listMax = 2_000;
const kind = z.enum(kinds);
const subKind = z.enum(subKinds);
const thing = z.enum([...labels, "motor-vehicle", "heap"]);

const box = fieldsOf<Omit<NormBox, "unit">>()({
  xMin: side,
  yMin: side,
  xMax: side,
  yMax: side,
}).refine(({ xMin, yMin, xMax, yMax }) => xMin < xMax && yMin < yMax, {
  message: "a box has an area",
});

const deviation = fieldsOf<Deviation>()({
  sway: number,
  stretch: number,
  across: number,
  down: number,
  wider: number,
  higher: number,
});

const hourSeen = fieldsOf<HourSeen>()({ hits: count, misses: count });

const gap = fieldsOf<Gap>()({
  missCount: count,
  crossedCount: count,
  absentMs: time,
  isAbsent: z.boolean(),
  coveredCount: count,
  coveredMs: time,
  cover: box.nullable(),
  doubtCount: count,
  doubtMs: time,
  isBroken: z.boolean(),
  hourMisses: z.record(z.string(), count).optional(),
  laneMoved: z.boolean().optional(),
});

const presence = fieldsOf<Presence>()({
  id,
  thing,
  viewIds: z.array(id).max(listMax),
  place: box,
  box,
  spread: number,
  deviation,
  isRestless: z.boolean(),
  labelWeights: z.partialRecord(z.enum(labels), count),
  score: share,
  firstSeenAtMs: instant,
  lastSeenAtMs: instant,
  lastLookAtMs: instant,
  observedMs: time,
  unobservedMs: time,
  /** Means are weighed by it. */
  seenCount: count.min(1),
  recentHits: count,
  recentMisses: count,
  gap,
  moveUps: number.optional(),
  hours: z.record(z.string(), hourSeen).optional(),
  heap: z.object({ zoneId: id, count }).optional(),
});

const matter = fieldsOf<MatterCode>()({
  standard: text,
  edition: text,
  code: text,
  name: text,
  objectType: z.enum(["matter", "component"]),
});

const reason = fieldsOf<Reason>()({ zh: text, en: text });

const recheck = fieldsOf<Recheck>()({
  outcome: z.enum(["stays-clear", "came-back", "not-observed"]),
  clearMs: time,
  recurredAs: id.nullable(),
});

const change = fieldsOf<ViolationChange>()({
  violationId: id,
  revision: count,
  stage: z.enum(["warned", "reported", "cleared", "withdrawn"]),
  kind,
  subKind,
  severity: z.enum(severities),
  severityFact: text,
  matter,
  cameraId: id,
  viewId: id,
  zoneId: id,
  zoneTags: z.array(text).max(listMax),
  atMs: instant,
  firstSeenAtMs: instant,
  warnedAtMs: instant.nullable(),
  reportedAtMs: instant.nullable(),
  lastSeenAtMs: instant,
  clearedAtMs: instant.nullable(),
  observedMs: time,
  unobservedMs: time,
  clockUncertaintyMs: time,
  box,
  score: share,
  cues: z.array(z.object({ label: text, score: share })).max(listMax),
  reasonCode: z.enum(reasonCodes).nullable(),
  objectCount: count,
  objectId: text.nullable(),
  rule: z.object({ warnAfterMs: time, reportAfterMs: time, clearAfterMs: time, everyMs: time }),
  evidenceRequire: z.enum(["complete", "none"]),
  reason,
  notice: reason.nullable(),
  endReason: z
    .enum(["gone", "put-right", "permit", "verdict", "camera-moved", "rule-removed"])
    .nullable(),
  occurrences: z.object({ days7: count, days30: count }),
  recursFrom: id.nullable(),
  permitsChecked: z.array(text).max(20_000),
  permitsVersion: text.nullable(),
  calendar: z.enum(["known", "missing", "unused"]),
  calendarVersion: text,
  model: text,
  recheck: recheck.optional(),
  caseNo: text.nullable(),
});

const binMemory = fieldsOf<BinMemory>()({
  fullness: share,
  isOverflowing: z.boolean(),
  againstSinceMs: time.nullable(),
  cleanSinceMs: time.optional(),
  ownShare: share.optional(),
});

const personNear = fieldsOf<PersonNear>()({ box, seenCount: count, missCount: count });

const vendingMemory = fieldsOf<VendingMemory>()({
  cues: z.record(z.string(), share),
  attendedAtMs: instant.nullable(),
  people: z.array(personNear).max(listMax),
  lookCount: count.optional(),
  mayTrade: z.boolean().optional(),
});

const tally = fieldsOf<Tally>()({ count, days: z.array(number).max(listMax) });

const signMemory = fieldsOf<SignMemory>()({
  sightings: tally,
  differing: tally,
  carriedCount: count,
  lastSightingAtMs: instant,
  looks: z
    .array(
      z
        .string()
        .regex(/^[0-9a-f]*$/)
        .max(1_000),
    )
    .max(listMax),
});

const memory = fieldsOf<CaseMemory>()({
  bin: binMemory.optional(),
  vending: vendingMemory.optional(),
  sign: signMemory.optional(),
  riddenShare: share.optional(),
});

const caseStart = fieldsOf<CaseStart>()({ atMs: instant, observedMs: time, unobservedMs: time });

const quiet = fieldsOf<Quiet>()({
  by: z.enum(["verdict", "permit"]),
  untilMs: instant.optional(),
});

const openCase = fieldsOf<OpenCase>()({
  violationId: id,
  presenceId: id,
  zoneId: id,
  kind,
  subKind,
  stage: z.enum(["clue", "warned", "reported"]),
  answer: z.enum(["violating", "right", "unsure"]),
  since: caseStart.nullable(),
  forbiddenMs: time,
  rightMs: time,
  revision: count,
  warnedAtMs: instant.nullable(),
  reportedAtMs: instant.nullable(),
  isClueCounted: z.boolean(),
  isAllowedCounted: z.boolean(),
  memory,
  heldBy: text.nullable(),
  lastChange: change.nullable(),
  quiet: quiet.optional(),
  caseNo: text.optional(),
}).refine(({ stage, lastChange }) => (stage === "clue") === (lastChange === null), {
  message: "a case is told of exactly when it is no clue",
  path: ["lastChange"],
});

const past = fieldsOf<PastViolation>()({
  violationId: id,
  kind,
  place: box,
  warnedAtMs: instant,
  endedAtMs: instant.optional(),
});

const departure = fieldsOf<Departure>()({ atMs: instant, stoodMs: time, place: box.optional() });
const release = fieldsOf<Release>()({
  atMs: instant,
  stoodMs: time,
  count,
  places: z.array(box).max(listMax).optional(),
});
const laneFlow = fieldsOf<LaneFlow>()({
  departures: z.array(departure).max(listMax),
  releases: z.array(release).max(listMax),
});

const reviewEntry = fieldsOf<ReviewEntry>()({
  kind,
  zoneId: id,
  place: box,
  firstSeenAtMs: instant,
  lastSeenAtMs: instant,
  score: share,
  sightings: count,
  days: count,
  times: count,
});
const reviewList = fieldsOf<ReviewList>()({
  entries: z.array(reviewEntry).max(listMax),
  droppedCount: count,
  passedOver: z.record(z.string(), count).optional(),
});

const pendingRecheck = fieldsOf<PendingRecheck>()({
  cleared: change,
  place: box,
  viewIds: z.array(id).max(listMax),
  clearMs: time,
  lastLookAtMs: instant.nullable(),
});

/** All of a state but what is looked at before. */
export const stateFields = {
  lastLookAtMs: z.record(z.string(), instant),
  presences: z.array(presence).max(listMax),
  cases: z.array(openCase).max(listMax),
  history: z.array(past).max(listMax),
  laneFlows: z.record(z.string(), laneFlow),
  review: reviewList.optional(),
  rechecks: z.array(pendingRecheck).max(listMax).optional(),
};
