/**
 * What the detection log says of one violation: looks that saw it and looks that did not, times in
 * which nobody looked, starts of the agent.
 *
 * Asked of the boxes themselves, not of the rules: a box that shares enough with the violation's
 * counts as having seen it.
 */
import { detectionBox, detectionLabel } from "../../pipelines/domain/detections.ts";
import { boxOverlap, boxShareInside, type NormBox } from "../../pipelines/domain/geometry.ts";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import { labels } from "../../pipelines/domain/label.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { presenceLimits } from "../../pipelines/presence/presence.ts";
import { thingOf } from "../../pipelines/presence/thing.ts";
import type { DetectionReader } from "../store/detection-reader.ts";

export interface EvidenceQuestion {
  readonly cameraId: CameraId;
  readonly box: NormBox;
  /** What the detector called it; boxes of other things are not it. */
  readonly labels: readonly string[];
  readonly everyMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LogEvidence {
  /** The log reaches from before to behind the time that was asked for. */
  readonly isWhole: boolean;
  /** Looks at its place, and those of them that saw it. */
  readonly lookCount: number;
  readonly seenCount: number;
  /** The longest run of looks that did not see it, between two that did. */
  readonly longestMiss: (Span & { readonly count: number }) | undefined;
  /** Steps between looks that are too long to count as observed. */
  readonly gaps: readonly Span[];
  readonly startsAtMs: readonly number[];
}

const overlapMin = 0.4;
/** Longer steps are not observed. */
const { inViewShareMin, stepMsMax, stepPeriodsMax } = presenceLimits;

export function evidenceOf(reader: DetectionReader, question: EvidenceQuestion): LogEvidence {
  const { cameraId, fromMs, toMs, everyMs, box } = question;
  const longStepMs = Math.max(stepMsMax, stepPeriodsMax * everyMs);
  const span = reader.span();
  const gaps: Span[] = [];
  const startsAtMs: number[] = [];
  let lookCount = 0;
  let seenCount = 0;
  let lastMs: number | undefined;
  let run: { fromMs: number; count: number } | undefined;
  let longestMiss: LogEvidence["longestMiss"];
  const query = { cameraId, sinceMs: fromMs, untilMs: toMs + 1 };
  for (const steps of reader.steps(query)) {
    for (const step of steps) {
      if ("startedAtMs" in step) {
        if (step.startedAtMs >= fromMs && step.startedAtMs <= toMs)
          startsAtMs.push(step.startedAtMs);
        continue;
      }
      if (boxShareInside(box, step.look.crop) < inViewShareMin) continue;
      const atMs = step.look.capturedAtMs;
      if (lastMs !== undefined && atMs - lastMs > longStepMs)
        gaps.push({ fromMs: lastMs, toMs: atMs });
      lastMs = atMs;
      lookCount += 1;
      if (sees(step.look, question)) {
        seenCount += 1;
        if (run !== undefined && seenCount > 1 && run.count > (longestMiss?.count ?? 0)) {
          longestMiss = { fromMs: run.fromMs, toMs: atMs, count: run.count };
        }
        run = undefined;
      } else {
        run ??= { fromMs: atMs, count: 0 };
        run.count += 1;
      }
    }
  }
  const isWhole = span !== undefined && span.fromMs <= fromMs && span.toMs >= toMs;
  return { isWhole, lookCount, seenCount, longestMiss, gaps, startsAtMs };
}

function sees({ detections: found }: Look, { box, labels: names }: EvidenceQuestion): boolean {
  const things = new Set(labels.filter((label) => names.includes(label)).map(thingOf));
  for (let index = 0; index < found.count; index++) {
    if (!things.has(thingOf(detectionLabel(found, index)))) continue;
    if (boxOverlap(detectionBox(found, index), box) >= overlapMin) return true;
  }
  return false;
}
