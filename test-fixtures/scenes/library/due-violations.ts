/** The violations of a scene with the times of their stages, by counting observed time. */
import type { TrueViolation } from "../../../agent/replay/truth.ts";
import type { LibraryScene, Offence, SceneRule, Span } from "./library-scene.ts";

export interface DueViolation extends TrueViolation {
  readonly thing: string;
  readonly warnedAtMs: number | null;
  readonly reportedAtMs: number | null;
  readonly clearedAtMs: number | null;
}

/** Only what is at least warned of: a clue is no event. */
export function dueViolations(entry: LibraryScene): readonly DueViolation[] {
  return entry.offences
    .map((offence) => dueViolation(entry, offence))
    .filter(({ warnedAtMs, reportedAtMs }) => warnedAtMs !== null || reportedAtMs !== null);
}

function dueViolation(entry: LibraryScene, offence: Offence): DueViolation {
  const { kind, subKind, zone, thing, fromMs, untilMs = Number.POSITIVE_INFINITY } = offence;
  const base = { kind, subKind, zone, thing };
  if (offence.stages !== undefined) return { ...base, ...offence.stages };
  const rule = ruleOf(entry, offence);
  const away = [...(entry.outages ?? []), ...(offence.unseen ?? [])];
  const end = entry.scene.durationMs;
  const within = (atMs: number, limitMs: number): number | null =>
    atMs <= limitMs && atMs < end ? atMs : null;
  const warnedAtMs = within(after(fromMs, durationMs(rule.warnAfter), away), untilMs);
  const reportedAtMs = within(after(fromMs, durationMs(rule.reportAfter), away), untilMs);
  const isTold = warnedAtMs !== null || reportedAtMs !== null;
  const goneAtMs = after(untilMs, durationMs(rule.clearAfter), entry.outages ?? []);
  return { ...base, warnedAtMs, reportedAtMs, clearedAtMs: isTold ? within(goneAtMs, end) : null };
}

/** When so much time has been observed. */
function after(fromMs: number, observedMs: number, away: readonly Span[]): number {
  let atMs = fromMs;
  let left = observedMs;
  for (const span of away.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (span.untilMs <= atMs) continue;
    const before = Math.max(0, span.fromMs - atMs);
    if (before >= left) break;
    left -= before;
    atMs = span.untilMs;
  }
  return atMs + left;
}

/** A zone may have one rule for cars and another for bicycles. */
function ruleOf({ scene, zones }: LibraryScene, { zone, kind, subKind }: Offence): SceneRule {
  const ofKind = zones.find(({ id }) => id === zone)?.rules.filter((each) => each.kind === kind);
  const rule = ofKind?.find(({ of }) => of?.includes(subKind)) ?? ofKind?.[0];
  if (rule === undefined) throw new Error(`${scene.name} has no rule ${kind} in zone ${zone}`);
  return rule;
}

const units: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function durationMs(written: string): number {
  const [, amount, unit = ""] = /^(\d+)([smhd])$/.exec(written) ?? [];
  const unitMs = units[unit];
  if (amount === undefined || unitMs === undefined) throw new Error(`no duration: ${written}`);
  return Number(amount) * unitMs;
}
