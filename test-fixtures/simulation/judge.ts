/**
 * The promises, judged at the end of a world by what is on disk, what the hub has, and the truth.
 *
 * The truth is the plan's: who stood where from when to when, which camera saw it, when the box
 * was up. Nothing here asks the rules.
 */
import type { ViolationData } from "../../pipelines/domain/event.ts";
import { chanceSplits, isByChance, type SeenPlaces } from "./chance.ts";
import type { HubBook } from "./hub-book.ts";
import { type CameraPlan, clearAfterMs, type Span, type Stay, type WorldPlan } from "./plan.ts";
import type { StoredEvent, StoreWatch } from "./store-watch.ts";
import type { Witness } from "./witness.ts";

export interface Outcome {
  readonly plan: WorldPlan;
  readonly witness: Witness;
  readonly watch: StoreWatch;
  readonly hub: HubBook;
  readonly events: readonly StoredEvent[];
  readonly waitingCount: number;
  /** Moments at which a detector looked, by camera. */
  readonly looks: ReadonlyMap<string, readonly number[]>;
  /** What these saw, by camera. */
  readonly seen: ReadonlyMap<string, readonly SeenPlaces[]>;
  /** When no agent ran. */
  readonly downs: readonly Span[];
}

interface Told {
  readonly id: string;
  readonly sequence: number;
  /** When it was written, true time. */
  readonly atMs: number;
  readonly data: ViolationData;
}

export function judge(outcome: Outcome): void {
  const { watch, events } = outcome;
  everythingArrived(outcome);
  const told = events.flatMap(({ sequence, id, payload }): Told[] => {
    const event = JSON.parse(payload) as { type: string; data: ViolationData };
    if (!event.type.includes("violation")) return [];
    return [{ id, sequence, atMs: watch.writtenAtMs.get(id) ?? 0, data: event.data }];
  });
  const byViolation = Map.groupBy(told, ({ data }) => data.violation);
  for (const [violation, its] of byViolation) storyIsLegal(outcome, violation, its);
  oneOpenAtATime(outcome, told);
  for (const one of told) observedEnough(outcome, one);
  for (const one of told) neverAllowed(outcome, one);
  verdictsHold(outcome, told, byViolation);
  for (const stay of outcome.plan.stays) notForgotten(outcome, stay, told);
}

/** An event may wait for its evidence and then for its turn: the last ones are on their way. */
const onTheWayMs = 30_000;

/** What the store acknowledged is there, and the hub has it or knows that it was dropped. */
function everythingArrived({ plan, witness, watch, hub, events, waitingCount }: Outcome): void {
  const isOnTheWay = (id: string) =>
    (watch.writtenAtMs.get(id) ?? 0) > plan.endMs - onTheWayMs && !hub.contents.has(id);
  const kept = new Set(events.map(({ id }) => id));
  for (const id of watch.acknowledged) {
    if (!kept.has(id)) {
      witness.breaks("what was acknowledged is kept", `${id} is not in the store any more`);
    }
  }
  for (const [index, { sequence, id, payload }] of events.entries()) {
    if (sequence !== index + 1) {
      witness.breaks("numbers have no gap", `event ${index + 1} has number ${sequence}`);
      return;
    }
    const content = hub.contents.get(id);
    if (content === undefined && !hub.dropped.has(sequence) && !isOnTheWay(id)) {
      witness.breaks("no event is lost", `${sequence} ${id} never arrived, nobody dropped it`);
    }
    if (content !== undefined && content !== payload) {
      witness.breaks("what arrives is what was decided", `${id} arrived as something else`);
    }
  }
  if (waitingCount > events.filter(({ id }) => isOnTheWay(id)).length) {
    witness.breaks("the outbox runs empty", `${waitingCount} rows wait at the end`);
  }
}

function storyIsLegal({ witness }: Outcome, violation: string, told: readonly Told[]): void {
  const revisions = told.map(({ data }) => data.revision);
  if (revisions.some((revision, index) => revision !== index + 1)) {
    witness.breaks("revisions are 1, 2, 3", `${violation} has ${revisions.join(", ")}`);
  }
  const stages = told.map(({ data }) => data.stage).join(" ");
  if (!/^warned( warned)*( reported)*( cleared| withdrawn)?$/.test(stages)) {
    witness.breaks("stages go forward", `${violation}: ${stages}`);
  }
}

function oneOpenAtATime({ witness }: Outcome, told: readonly Told[]): void {
  const open = new Map<string, string>();
  for (const { data } of told) {
    const place = placeOf(data);
    const other = open.get(place);
    if (data.stage === "cleared" || data.stage === "withdrawn") {
      if (other === data.violation) open.delete(place);
      continue;
    }
    if (other !== undefined && other !== data.violation) {
      witness.breaks("one open violation a thing", `${other} and ${data.violation} at ${place}`);
    }
    open.set(place, data.violation);
  }
}

/** The least that the truth must have shown before a thing may be told of. */
function observedEnough(outcome: Outcome, { id, atMs, data }: Told): void {
  const { plan, witness } = outcome;
  const isReport = data.stage === "reported";
  if (data.stage !== "warned" && !isReport) return;
  const camera = plan.cameras.find((one) => one.id === data.camera);
  if (camera === undefined) return;
  const stays = plan.stays.filter(
    (stay) => placeOf(data) === `${stay.camera}/${stay.place}` && stay.fromMs < atMs,
  );
  const least = isReport ? plan.reportAfterMs : plan.warnAfterMs;
  const stepMax = Math.max(30_000, 3 * camera.everyMs);
  const clockSteps = [...plan.wallSteps, ...camera.clockSteps].filter(
    (step) => step.atMs < atMs && stays.some(({ untilMs }) => untilMs > step.atMs - 300_000),
  );
  const slackMs = 2 * camera.everyMs + 2_000 + 3 * clockSteps.length * stepMax;
  const looks = outcome.looks.get(data.camera) ?? [];
  const blind = blindSpans(plan, camera);
  const most = possibleMs({ looks, blind, stepMax }, stays, atMs);
  if (most + slackMs < Math.max(least, data.observedMs)) {
    witness.breaks(
      "no violation from time that nobody observed",
      `${id} is ${data.stage} with ${data.observedMs} ms (least ${least}), ${Math.round(most)} ms were there to be seen`,
    );
  }
}

interface Sight {
  readonly looks: readonly number[];
  readonly blind: readonly Span[];
  readonly stepMax: number;
}

/** A clock that is set back shows a time that was before: until it is over, none passes. */
function blindSpans(plan: WorldPlan, camera: CameraPlan): readonly Span[] {
  const steps = [
    ...plan.wallSteps,
    ...camera.clockSteps.flatMap(({ atMs, byMs }) => [
      { atMs, byMs: -Math.abs(byMs) },
      { atMs: atMs + 120_000, byMs: -Math.abs(byMs) },
    ]),
  ].toSorted((a, b) => a.atMs - b.atMs);
  return steps
    .filter(({ byMs }) => byMs < 0)
    .map(({ atMs, byMs }) => ({ fromMs: atMs, untilMs: atMs - byMs + camera.everyMs }));
}

/** Observed time that surely counted. */
function seenBetween({ looks, blind, stepMax }: Sight, fromMs: number, untilMs: number): number {
  let sum = observedIn(looks, fromMs, untilMs, stepMax);
  for (const span of blind) {
    sum -= Math.max(0, Math.min(span.untilMs, untilMs) - Math.max(span.fromMs, fromMs));
  }
  return sum;
}

/** Of the last stay, and of those before it whose end nobody saw. */
function possibleMs(
  { looks, blind, stepMax }: Sight,
  stays: readonly Stay[],
  atMs: number,
): number {
  let sum = 0;
  let laterFromMs: number | undefined;
  for (const stay of stays.toReversed()) {
    const seenAwayMs =
      laterFromMs === undefined
        ? 0
        : seenBetween({ looks, blind, stepMax }, stay.untilMs, laterFromMs);
    if (seenAwayMs > 2 * clearAfterMs + 4 * stepMax) break;
    sum += observedIn(looks, stay.fromMs, Math.min(stay.untilMs, atMs), stepMax);
    laterFromMs = stay.fromMs;
  }
  return sum;
}

function observedIn(
  looks: readonly number[],
  fromMs: number,
  untilMs: number,
  stepMax: number,
): number {
  let sum = 0;
  for (let index = firstFrom(looks, fromMs); index < looks.length; index++) {
    const [before, now] = [looks[index - 1] ?? 0, looks[index] ?? 0];
    if (now > untilMs) break;
    if (before < fromMs) continue;
    const step = now - before;
    if (step > 0 && step <= stepMax * 1.05) sum += step;
  }
  return sum;
}

function firstFrom(looks: readonly number[], fromMs: number): number {
  let [low, high] = [0, looks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((looks[middle] ?? 0) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function neverAllowed({ plan, witness }: Outcome, { id, data }: Told): void {
  if (plan.cameras.find((camera) => camera.id === data.camera)?.isAllowed !== true) return;
  witness.breaks("what is allowed is never told of", `${id} stood where it may`);
}

/**
 * A thing that was dismissed or permitted does not come back while it stands there, but where chance
 * alone made it look like another one (`chance.ts`): that is counted.
 */
function verdictsHold(
  { plan, witness, hub, seen }: Outcome,
  told: readonly Told[],
  byViolation: ReadonlyMap<string, readonly Told[]>,
): void {
  for (const { violation, verdict, acceptedAtMs } of hub.verdicts.values()) {
    if (verdict === "confirmed" || acceptedAtMs === undefined) continue;
    const last = byViolation.get(violation)?.at(-1);
    if (last === undefined || last.data.stage === "cleared") continue;
    if (last.data.stage !== "withdrawn") {
      witness.breaks("a verdict holds", `${violation} was ${verdict} and is ${last.data.stage}`);
      continue;
    }
    const place = placeOf(last.data);
    // The hub may hear of it much later, when another car stands there.
    const quietFromMs = last.atMs;
    const stay = plan.stays.find(
      (one) =>
        `${one.camera}/${one.place}` === place &&
        one.fromMs < quietFromMs &&
        one.untilMs > quietFromMs,
    );
    const again = told.find(
      ({ atMs, data }) =>
        placeOf(data) === place &&
        data.violation !== violation &&
        atMs > quietFromMs &&
        atMs < (stay?.untilMs ?? 0),
    );
    if (again === undefined || stay === undefined) continue;
    const camera = plan.cameras.find(({ id }) => id === stay.camera);
    const looks = seen.get(stay.camera) ?? [];
    const againMs = again.atMs - again.data.observedMs - again.data.unobservedMs;
    if (camera !== undefined && isByChance(camera, looks, stay, againMs)) {
      witness.allows(`${violation} was ${verdict}, by chance ${again.id} seemed another thing`);
      continue;
    }
    witness.breaks("a verdict holds", `${violation} was ${verdict}, ${again.id} is the same thing`);
  }
}

/** A car that stood there long enough, with nothing in the way, was told of. */
function notForgotten(outcome: Outcome, stay: Stay, told: readonly Told[]): void {
  const { plan, witness, downs } = outcome;
  const camera = plan.cameras.find(({ id }) => id === stay.camera);
  if (camera === undefined || camera.isAllowed) return;
  const settleMs = 60_000;
  const at = (atMs: number): Span => ({ fromMs: atMs, untilMs: atMs + settleMs });
  const trouble = [
    ...downs.map(({ fromMs, untilMs }) => ({ fromMs, untilMs: untilMs + settleMs })),
    ...camera.gaps,
    ...plan.diskFull.map(({ fromMs, untilMs }) => ({ fromMs, untilMs: untilMs + settleMs })),
    ...plan.diskSlow,
    ...blindSpans(plan, camera).map(({ fromMs, untilMs }) => ({
      fromMs,
      untilMs: untilMs + settleMs,
    })),
    ...camera.clockSteps.flatMap(({ atMs }) => [at(atMs), at(atMs + 120_000)]),
    ...plan.wallSteps.map(({ atMs }) => at(atMs)),
  ];
  const neededMs = plan.reportAfterMs + 90_000 + 8 * camera.everyMs;
  const within = { fromMs: stay.fromMs, untilMs: Math.min(stay.untilMs, plan.endMs - 60_000) };
  const plainMs = longestWithout(trouble, within);
  if (plainMs < neededMs) return;
  const place = `${stay.camera}/${stay.place}`;
  const ends = new Map<string, number>();
  for (const { data, atMs } of told) {
    if (data.stage === "cleared" || data.stage === "withdrawn") ends.set(data.violation, atMs);
  }
  const knownFromMs = firstOf(outcome, stay).fromMs;
  const isTold = told.some(({ data, atMs }) => {
    if (placeOf(data) !== place || atMs > stay.untilMs + 300_000) return false;
    const isEnough = data.stage === "reported" || data.stage === "withdrawn";
    return isEnough && (ends.get(data.violation) ?? plan.endMs) >= knownFromMs;
  });
  if (isTold) return;
  const what = `a car at ${place} stood ${Math.round(plainMs / 1_000)} s in plain sight and was not reported`;
  // Where it looked like another one, its time rightly begins anew.
  const splits = chanceSplits(camera, outcome.seen.get(camera.id) ?? [], { ...stay, ...within });
  if (longestWithout([...trouble, ...splits], within) < neededMs) {
    witness.allows(`${what}: by chance it seemed another thing on the way`);
    return;
  }
  witness.breaks("none is forgotten", what);
}

/** The longest time in it that is in none of these. */
function longestWithout(spans: readonly Span[], within: Span): number {
  let freeFromMs = within.fromMs;
  let longestMs = 0;
  for (const { fromMs, untilMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (fromMs >= within.untilMs) break;
    longestMs = Math.max(longestMs, fromMs - freeFromMs);
    freeFromMs = Math.max(freeFromMs, untilMs);
  }
  return Math.max(longestMs, within.untilMs - freeFromMs);
}

/** Of those in its place before it whose end nobody saw: to the box they are one thing. */
function firstOf({ plan, looks }: Outcome, stay: Stay): Stay {
  const camera = plan.cameras.find(({ id }) => id === stay.camera);
  if (camera === undefined) return stay;
  const stepMax = Math.max(30_000, 3 * camera.everyMs);
  const blind = blindSpans(plan, camera);
  const sight = { looks: looks.get(stay.camera) ?? [], blind, stepMax };
  const earlier = plan.stays.filter(
    (one) => one.camera === stay.camera && one.place === stay.place && one.fromMs < stay.fromMs,
  );
  let first = stay;
  for (const one of earlier.toReversed()) {
    const awayMs = seenBetween(sight, one.untilMs, first.fromMs);
    if (awayMs > 2 * clearAfterMs + 4 * stepMax) break;
    first = one;
  }
  return first;
}

function placeOf({ camera, box }: ViolationData): string {
  const x = (box.xMin + box.xMax) / 2;
  return `${camera}/${Math.round((x - 0.12) / 0.18)}`;
}
