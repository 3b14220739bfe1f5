/** One readable line an event: time, stage, what, where, how long, why. */
import type { ViolationEvent } from "../../pipelines/domain/event.ts";

export function eventLine({ data, sequence, historical }: ViolationEvent): string {
  const at = stageInstant(data).slice(11, 19);
  const parts = [
    at,
    `#${Number(sequence)}`,
    data.stage.padEnd(9),
    data.severity.padEnd(6),
    `${data.kind} (${data.subKind})`,
    `${data.camera}/${data.zone}`,
    `seen ${seconds(data.observedMs)}${data.unobservedMs > 0 ? ` + ${seconds(data.unobservedMs)} unobserved` : ""}`,
    `score ${data.score.toFixed(2)}`,
    data.violation.slice(0, 8),
  ];
  const late = historical === true ? " [historical]" : "";
  return `${parts.join("  ")}${late}\n          ${oneLine(data.reason.en)}`;
}

function stageInstant(data: ViolationEvent["data"]): string {
  switch (data.stage) {
    case "warned":
      return data.warnedAt ?? data.lastSeenAt;
    case "reported":
      return data.reportedAt ?? data.lastSeenAt;
    case "cleared":
    case "withdrawn":
      return data.clearedAt ?? data.lastSeenAt;
  }
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}
