/**
 * A recording through the rules of a configuration, as fast as the machine can.
 *
 * A recording is looks in order, with the restarts between them; where they come from (footage, a
 * box's detection log, rendered scenes) makes no difference here. Decisions are handed out as they
 * are made, so a long recording takes no memory for them.
 */
import type { AgentConfig } from "../../config/agent-config.ts";
import { type Kind, type Stage, stages } from "../../pipelines/domain/kind.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { Verdict } from "../../pipelines/verdicts/apply-verdict.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { type ReplayedViolation, ViolationList } from "./violation-list.ts";
import { type Decision, type LookCounts, VirtualBox } from "./virtual-box.ts";

export interface RecordedLook {
  readonly look: Look;
  /** Where it is at hand: footage. */
  readonly picture?: EncodedPicture;
}

/** A person's word on a violation, when it came. */
export interface RecordedVerdict {
  readonly verdict: Verdict;
  readonly atMs: number;
}

/** In order, some at a time; `restart`: the agent was started anew here. */
export type RecordingStep = RecordedLook | RecordedVerdict | "restart";
export type Recording = AsyncIterable<readonly RecordingStep[]>;

export interface ReplayOptions {
  readonly config: AgentConfig;
  readonly agentVersion: string;
  readonly recording: Recording;
  /** What times are counted from; by default the first look. */
  readonly startMs?: number;
  readonly signal: AbortSignal;
  /** Before the next look is taken. */
  readonly onLook?: (
    recorded: RecordedLook,
    made: readonly Decision[],
    box: VirtualBox,
  ) => Promise<void>;
  readonly onDecision: (decision: Decision, startMs: number) => void;
  readonly onProgress?: (capturedAtMs: number, startMs: number) => void;
}

export type StageCounts = Record<Exclude<Stage, "clue">, number>;

export interface ReplayResult {
  readonly box: VirtualBox;
  readonly looks: Readonly<LookCounts>;
  readonly startMs: number;
  readonly endMs: number;
  readonly eventCount: number;
  readonly kinds: Readonly<Partial<Record<Kind, StageCounts>>>;
  readonly violations: readonly ReplayedViolation[];
}

/** Undefined when it was stopped: what half a recording gave would mislead. */
export async function replay(options: ReplayOptions): Promise<ReplayResult | undefined> {
  const { config, agentVersion, recording, signal, onLook, onDecision, onProgress } = options;
  const box = new VirtualBox({ config, agentVersion });
  let { startMs } = options;
  let endMs = startMs ?? 0;
  let eventCount = 0;
  const kinds: Partial<Record<Kind, StageCounts>> = {};
  const { timeZone } = config.device;
  const list = new ViolationList({ startMs: () => startMs ?? 0, timeZone });
  const decided = (decision: Decision): void => {
    list.add(decision.change);
    count(kinds, decision.change);
    eventCount += 1;
    onDecision(decision, startMs ?? 0);
  };
  for await (const steps of recording) {
    for (const step of steps) {
      if (step === "restart") {
        box.restart();
        continue;
      }
      if ("verdict" in step) {
        for (const decision of box.judge(step.verdict, step.atMs)) decided(decision);
        continue;
      }
      const { capturedAtMs } = step.look;
      startMs ??= capturedAtMs;
      if (capturedAtMs > endMs) endMs = capturedAtMs;
      const made = box.offer(step.look);
      for (const decision of made) decided(decision);
      if (onLook !== undefined) await onLook(step, made, box);
    }
    if (signal.aborted) return undefined;
    onProgress?.(endMs, startMs ?? endMs);
  }
  const violations = list.rows();
  return { box, looks: box.looks, startMs: startMs ?? 0, endMs, eventCount, kinds, violations };
}

function count(
  kinds: Partial<Record<Kind, StageCounts>>,
  { kind, stage, recheck }: Decision["change"],
): void {
  // No stage: the place was looked at again.
  if (recheck !== undefined) return;
  const counts = kinds[kind] ?? noCounts();
  kinds[kind] = counts;
  counts[stage] += 1;
}

function noCounts(): StageCounts {
  const told = stages.filter((stage) => stage !== "clue");
  return Object.fromEntries(told.map((stage) => [stage, 0])) as StageCounts; // Every stage is a key.
}
