/**
 * One violation explained from what the box holds: its events, people's words, the looks of the
 * detection log, and the rules run again over them. For `kerbside explain` and the box's page.
 *
 * Reads beside the running agent. What the log or the store has forgotten is said.
 */
import type { AgentConfig } from "../../config/agent-config.ts";
import { violationDataSchema } from "../../pipelines/domain/event.ts";
import { cameraId } from "../../pipelines/domain/ids.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { DetectionReader } from "../store/detection-reader.ts";
import type { VerdictRow } from "../store/store.ts";
import { StoreReader } from "../store/store-reader.ts";
import { explanation, type Revision } from "./explanation.ts";
import { type HeldBack, heldBack } from "./held-back.ts";
import { evidenceOf, type LogEvidence, type Span } from "./log-evidence.ts";
import { LogSource } from "./log-source.ts";
import { politely } from "./politely.ts";
import type { Language } from "./say.ts";
import { shownTime } from "./shown-time.ts";

export interface ExplainedViolation {
  /** Line by line. */
  readonly text: readonly string[];
  readonly revisions: readonly Revision[];
  readonly verdicts: readonly VerdictRow[];
  readonly log: LogEvidence | undefined;
  readonly held: HeldBack | undefined;
}

/** Enough for a queue to have moved off before: what excuses a thing began earlier. */
const beforeMs = 1_800_000;

/** Without `config` its rules are not run again. Throws when the box knows no such violation. */
export async function explainViolation({
  folder,
  violation,
  config,
  language,
}: {
  readonly folder: string;
  readonly violation: string;
  readonly config: AgentConfig | undefined;
  readonly language: Language;
}): Promise<ExplainedViolation> {
  const reader = new StoreReader(folder);
  try {
    const revisions = revisionsOf(reader, violation);
    const verdicts = reader.verdictsSince(0).filter(({ violationId }) => violationId === violation);
    const span = spanOf(revisions);
    const log = logOf(folder, revisions, span);
    const held = config && log && (await heldBackIn(folder, config, violation, revisions, span));
    const timeZone = config?.device.timeZone ?? zoneOf(revisions);
    const at = (atMs: number): string => shownTime(atMs, timeZone);
    const text = explanation({ violation, revisions, verdicts, log, held, at }, language);
    return { text, revisions, verdicts, log, held };
  } finally {
    reader.close();
  }
}

function revisionsOf(reader: StoreReader, violation: string): readonly Revision[] {
  const revisions = reader.revisions(violation).flatMap(({ event, outbox }) => {
    const data = violationDataSchema.safeParse(event["data"]);
    return data.success ? [{ time: String(event["time"]), data: data.data, outbox }] : [];
  });
  if (revisions.length > 0) return revisions;
  throw new AgentError(
    "USAGE",
    `this box knows no violation ${JSON.stringify(violation)}`,
    "kerbside events list shows ids; a clue that was never told has no event, and old events are forgotten.",
  );
}

/** From its first sight to the last thing that was told of it. */
function spanOf(revisions: readonly Revision[]): Span {
  const last = revisions.at(-1);
  return {
    fromMs: Date.parse(revisions[0]?.data.firstSeenAt ?? ""),
    toMs: Math.max(Date.parse(last?.time ?? ""), Date.parse(last?.data.lastSeenAt ?? "")),
  };
}

function logOf(
  folder: string,
  revisions: readonly Revision[],
  span: Span,
): LogEvidence | undefined {
  const data = revisions.at(-1)?.data;
  if (data === undefined) return undefined;
  let reader: DetectionReader;
  try {
    reader = new DetectionReader(folder);
  } catch (error) {
    // A log that is gone is an answer, not a fault.
    if (error instanceof AgentError) return undefined;
    throw error;
  }
  try {
    return evidenceOf(reader, {
      cameraId: cameraId(data.camera),
      box: data.box,
      labels: data.cues.map(({ label }) => label),
      everyMs: data.rule.everyMs,
      ...span,
    });
  } finally {
    reader.close();
  }
}

async function heldBackIn(
  folder: string,
  config: AgentConfig,
  violation: string,
  revisions: readonly Revision[],
  { fromMs, toMs }: Span,
): Promise<HeldBack | undefined> {
  const camera = revisions[0]?.data.camera ?? "";
  if (!config.cameras.some(({ id }) => id === camera)) return undefined;
  const source = new LogSource({
    folder,
    cameraId: camera,
    sinceMs: () => fromMs - beforeMs,
    untilMs: () => toMs + 1,
  });
  try {
    const opened = await source.open(config);
    const recording = politely(opened.recording);
    return await heldBack({ ...opened, recording, cameraId: cameraId(camera), violation });
  } finally {
    await source.close();
  }
}

/** As far as the events say: their offset. */
function zoneOf([first]: readonly Revision[]): string {
  return /[+-]\d\d:\d\d$/.exec(first?.time ?? "")?.[0] ?? "UTC";
}
