/**
 * What the agent says of its looks, read from its metrics page: running totals, and what came
 * between two readings.
 */
import type { Kind } from "../../../pipelines/domain/kind.ts";

export interface LookCounts {
  /** Streams that deliver. */
  readonly liveCount: number;
  readonly met: number;
  /** By reason; `late` ones were made all the same. */
  readonly missed: Readonly<Record<string, number>>;
  /** Looks that repeat the last analysis because nothing moved, by what said so. */
  readonly saved: Readonly<Record<string, number>>;
  /** What was left out on the way, by reason. */
  readonly left: Readonly<Record<string, number>>;
  /** Seconds that events waited for their evidence, by what they waited for; `events`: how many. */
  readonly waited: Readonly<Record<string, number>>;
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reasons that are always told, so that a 0 is seen. */
const knownReasons = ["late", "no-picture", "fetch-failed", "decode-failed", "inference-failed"];

const leftOut = {
  "lost-packets": "kerbside_capture_lost_packets_total",
  "looks-not-logged": "kerbside_looks_not_logged_total",
  "events-dropped": "kerbside_outbox_dropped",
} as const;

/** `isCounted`: of which cameras looks are counted. Default: all. */
export function lookCounts(
  text: string,
  isCounted: (camera: string) => boolean = () => true,
): LookCounts {
  const samples = samplesOf(text).filter(
    ({ labels: { camera } }) => camera === undefined || isCounted(camera),
  );
  const sum = (name: string): number =>
    samples.reduce((total, one) => (one.name === name ? total + one.value : total), 0);
  const byLabel = (metric: string, label: string): Record<string, number> => {
    const found: Record<string, number> = {};
    for (const { name, labels, value } of samples) {
      if (name !== metric) continue;
      const word = labels[label] ?? "unknown";
      found[word] = (found[word] ?? 0) + value;
    }
    return found;
  };
  const none = Object.fromEntries(knownReasons.map((each) => [each, 0]));
  return {
    liveCount: sum("kerbside_camera_live"),
    met: sum("kerbside_looks_met_total"),
    missed: { ...none, ...byLabel("kerbside_looks_missed_total", "reason") },
    saved: byLabel("kerbside_looks_saved_total", "by"),
    left: Object.fromEntries(Object.entries(leftOut).map(([reason, name]) => [reason, sum(name)])),
    waited: {
      ...byLabel("kerbside_evidence_seconds_sum", "of"),
      events: byLabel("kerbside_evidence_seconds_count", "of")["all"] ?? 0,
    },
  };
}

export function countsBetween(before: LookCounts, after: LookCounts): LookCounts {
  return {
    liveCount: after.liveCount,
    met: after.met - before.met,
    missed: difference(before.missed, after.missed),
    saved: difference(before.saved, after.saved),
    left: difference(before.left, after.left),
    waited: difference(before.waited, after.waited),
  };
}

export function countsTogether(all: readonly LookCounts[]): LookCounts {
  return all.reduce((sum, one) => ({
    liveCount: one.liveCount,
    met: sum.met + one.met,
    missed: total(sum.missed, one.missed),
    saved: total(sum.saved, one.saved),
    left: total(sum.left, one.left),
    waited: total(sum.waited, one.waited),
  }));
}

export function missedCount({ missed }: LookCounts): number {
  return sumOf(missed);
}

/** Milliseconds that an event waited for its evidence, on average, by what it waited for. */
export function evidenceMs({
  waited: { events = 0, ...seconds },
}: LookCounts): Readonly<Record<string, number>> | null {
  if (events === 0) return null;
  const means = Object.entries(seconds).map(([of, sum]) => [
    of,
    Math.round((1_000 * sum) / events),
  ]);
  return Object.fromEntries(means);
}

export function savedCount({ saved }: LookCounts): number {
  return sumOf(saved);
}

/** Looks that were made, in time or late; what was saved of their work does not make them fewer. */
export function madeCount({ met, missed }: LookCounts): number {
  return met + (missed["late"] ?? 0);
}

/** A look counts once for each kind that has rules in its view. */
export function perKind(count: number, kinds: readonly Kind[]): Readonly<Record<string, number>> {
  return Object.fromEntries(kinds.map((kind) => [kind, count]));
}

/** The text form of Prometheus, as far as our own metrics use it. */
function samplesOf(text: string): readonly Sample[] {
  return text.split("\n").flatMap((line) => {
    const parts = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (parts === null) return [];
    const [, name = "", labels = "", value = ""] = parts;
    const pairs = [...labels.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, key = "", text = ""]) => {
      return [key, text] as const;
    });
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

type Counts = Readonly<Record<string, number>>;

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function difference(before: Counts, after: Counts): Counts {
  return Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]),
  );
}

function total(one: Counts, other: Counts): Counts {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]),
  );
}
