/**
 * What a replay decided, to read and to hand on: one line an event, and the whole as one object.
 *
 * Nothing in it depends on the machine or on how long the replay took.
 */
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import { kinds } from "../../pipelines/domain/kind.ts";
import type { ReplayResult } from "./replay.ts";
import { shownTime } from "./shown-time.ts";
import type { Judgement } from "./truth.ts";
import type { Decision } from "./virtual-box.ts";

/** `1:02:03.4`, from the start of the recording. */
export function offsetText(ms: number): string {
  const tenths = Math.round(Math.abs(ms) / 100);
  const [hours, minutes, seconds] = [tenths / 36_000, (tenths / 600) % 60, (tenths / 10) % 60].map(
    Math.floor,
  );
  const two = (value = 0): string => String(value).padStart(2, "0");
  const clock =
    (hours ?? 0) > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
  return `${ms < 0 ? "-" : "+"}${clock}.${tenths % 10}`;
}

const headings = ["AT", "TIME", "STAGE", "KIND", "CAMERA/ZONE", "SEVERITY", "VIOLATION", "WHY"];

/** Columns keep their width, so that lines can be printed while the replay runs. */
const widths = [11, 19, 9, 18, 24, 8, 20] as const;

export const eventHeading: string = row(headings);

export function eventLine({ change }: Decision, startMs: number, timeZone: string): string {
  return row([
    offsetText(change.atMs - startMs),
    shownTime(change.atMs, timeZone),
    change.stage,
    change.kind,
    `${change.cameraId}/${change.zoneId}`,
    change.severity,
    change.violationId,
    change.reason.en,
  ]);
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join("  ")
    .trimEnd();
}

/** The object of `--json`. */
export function replayObject(
  source: Readonly<Record<string, unknown>>,
  { box, looks, startMs, endMs, eventCount, kinds: counts, violations }: ReplayResult,
  judgement?: Judgement,
) {
  const { configurationHash, device } = box.config;
  return {
    source,
    configuration: configurationHash,
    from: rfc3339(startMs, device.timeZone),
    until: rfc3339(endMs, device.timeZone),
    looks: { ...looks },
    events: eventCount,
    kinds: mergedKinds(counts, judgement),
    violations,
    ...(judgement && { missed: judgement.missed, wrong: judgement.wrong }),
  };
}

/** How often each stage was told, and how rightly. */
function mergedKinds(counts: ReplayResult["kinds"], judgement: Judgement | undefined) {
  const names = kinds.filter((kind) => kind in counts || kind in (judgement?.kinds ?? {}));
  return Object.fromEntries(
    names.map((kind) => [kind, { ...counts[kind], ...judgement?.kinds[kind] }]),
  );
}

export function summaryText({ looks, startMs, endMs, eventCount, violations }: ReplayResult) {
  const left = [
    ...(looks.late > 0 ? [`${looks.late} late`] : []),
    ...(looks.unknown > 0 ? [`${looks.unknown} of cameras or views that are not configured`] : []),
  ];
  const not = left.length === 0 ? "" : ` (not used: ${left.join(", ")})`;
  const span = offsetText(endMs - startMs).slice(1);
  return `${looks.used} looks${not} over ${span}: ${eventCount} events of ${violations.length} violations\n`;
}
