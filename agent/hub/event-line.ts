/** One readable line a message: when, what stage, what, where, how long it was seen. */
import type { ViolationData } from "../../pipelines/domain/event.ts";
import type { DeviceAddress } from "../uplink/topics.ts";
import type { BoxEvent, LiveMessage } from "./read-message.ts";

export function eventLine(event: BoxEvent): string {
  const device = event.source.split("/").at(-1) ?? event.source;
  const number = `#${Number(event.sequence)}`;
  const late = event.historical === true ? "  historical" : "";
  switch (event.type) {
    case "city.kerbside.violation.v1":
      return `${violationLine(event.data, device)}  ${number}${late}`;
    case "city.kerbside.dropped.v1": {
      const { count, firstSequence, lastSequence, reason } = event.data;
      return `${clockTime(event.time)} dropped    ${device} gave up ${count} events (#${firstSequence} to #${lastSequence}): ${reason}  ${number}${late}`;
    }
    case "city.kerbside.store.v1":
      return `${clockTime(event.time)} store      ${device}: ${event.data.what}  ${number}${late}`;
    case "city.kerbside.surge.v1": {
      const { kind, grid, count, usualPerHour } = event.data;
      const where = grid === null ? device : `${device} grid ${grid}`;
      return `${clockTime(event.time)} surge      ${where}: ${count} ${kind} in an hour, usually ${usualPerHour}  ${number}${late}`;
    }
    case "city.kerbside.evidence-dropped.v1": {
      const { violation, revision, files, reason } = event.data;
      return `${clockTime(event.time)} dropped    ${device} ${files} files of ${violation} revision ${revision} (${reason})  ${number}${late}`;
    }
    case "city.kerbside.camera.v1": {
      const { camera, state, detail } = event.data;
      return `${clockTime(event.time)} camera     ${device} ${camera} ${state}: ${detail}  ${number}${late}`;
    }
    case "city.kerbside.test.v1": {
      const { requestedBy, note } = event.data;
      const said = note === "" ? "" : `: ${note}`;
      return `${clockTime(event.time)} test       ${device}: asked by ${requestedBy}${said}  ${number}${late}`;
    }
  }
}

function violationLine(data: ViolationData, device: string): string {
  const unobserved =
    data.unobservedMs >= 1_000 ? ` + ${duration(data.unobservedMs)} unobserved` : "";
  const parts = [
    `${clockTime(stageInstant(data))} ${data.stage.padEnd(9)}`,
    data.severity.padEnd(6),
    `${data.kind} (${data.subKind})`,
    `${device} ${data.camera}/${data.zone}`,
    `seen ${duration(data.observedMs)}${unobserved}`,
    ...(data.recheck === undefined ? [] : [`checked again: ${data.recheck.outcome}`]),
    `score ${data.score.toFixed(2)}`,
    data.violation.slice(0, 12),
  ];
  return parts.join("  ");
}

/** Undefined for what is no news to a reader. */
export function liveLine({ device }: DeviceAddress, live: LiveMessage): string | undefined {
  switch (live.name) {
    case "status": {
      const { at, online, reason, cameras } = live.message;
      const what = online ? "online " : "offline";
      const suffix = online ? `, ${cameras} ${cameras === 1 ? "camera" : "cameras"}` : "";
      return `${clockTime(at)} ${what}    ${device} (${reason})${suffix}`;
    }
    case "result": {
      const { at, command, outcome, reason } = live.message;
      return `${clockTime(at)} result     ${device}: ${command ?? "a command"} ${outcome}: ${reason}`;
    }
    case "health":
    case "counts":
      return undefined;
  }
}

function stageInstant(data: ViolationData): string {
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

/** As the box's place tells the time, or marked as UTC where the message has that. */
function clockTime(instant: string): string {
  const isUtc = instant.endsWith("Z") || instant.endsWith("+00:00");
  return `${instant.slice(11, 19)}${isUtc ? "Z" : " "}`;
}

function duration(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}
