/**
 * How a box is, as a person reads it: one fact a line, cameras as a table, problems last and in
 * words. Pure; no line can repaint a terminal, whatever a camera has said.
 */
import type { HealthMessage } from "../health/health-report.ts";
import { terminalText } from "../runtime/terminal-text.ts";

/** Open violations by stage; undefined when the store cannot be read. */
export interface OpenViolations {
  readonly warned: number;
  readonly reported: number;
}

export function statusTable(health: HealthMessage, open: OpenViolations | undefined): string {
  const lines = [
    ...factLines(health, open),
    "",
    ...cameraLines(health),
    ...(health.problems.length > 0 ? ["", "problems"] : []),
    ...health.problems.map(({ code, severity, detail }) => `  ${severity}: ${detail} (${code})`),
  ];
  return `${lines.map((line) => terminalText(line).trimEnd()).join("\n")}\n`;
}

function factLines(health: HealthMessage, open: OpenViolations | undefined): string[] {
  const { versions, configuration, uplink, store, disk, memoryBytes } = health;
  const device = health.source.split("/").at(-1) ?? health.source;
  const facts: readonly (readonly [string, string])[] = [
    ["device", `${device}: ${health.status}, up ${ageText(health.uptimeMs)}`],
    ["version", `${versions.agent} on Node ${versions.node}, ${configuration.slice(0, 12)}`],
    ["hub", `${uplink.state}${uplink.detail === "" ? "" : `: ${uplink.detail}`}`],
    ["outbox", outboxText(health)],
    ["looks", looksText(health)],
    ["restarts", restartsText(health)],
    ["violations", openText(open)],
    [
      "store",
      `${store.isFailing ? "cannot be written" : "works"}${store.wasHealed ? ", begun anew" : ""}`,
    ],
    [
      "disk",
      disk === null
        ? "unknown"
        : `${sizeText(disk.freeBytes)} of ${sizeText(disk.totalBytes)} free`,
    ],
    ["memory", sizeText(memoryBytes)],
  ];
  return facts.map(([name, text]) => `${name.padEnd(11)} ${text}`);
}

function outboxText({ outbox }: HealthMessage): string {
  const { waitingCount, oldestAgeMs, parkedCount, droppedCount } = outbox;
  const oldest = oldestAgeMs === null ? "" : `, the oldest for ${ageText(oldestAgeMs)}`;
  return `${waitingCount} waiting${oldest}; ${parkedCount} refused, ${droppedCount} dropped`;
}

function looksText({ inference }: HealthMessage): string {
  const { models, looksPerSecond, missedRatio, latencyMsP95 } = inference;
  const latency = latencyMsP95 === null ? "" : `, 95 % within ${Math.round(latencyMsP95)} ms`;
  const missed = `${(missedRatio * 100).toFixed(1)} % missed`;
  return `${looksPerSecond}/s, ${missed}${latency} (${models.join(", ") || "no detector"})`;
}

function restartsText({ inference }: HealthMessage): string {
  return `decoder ${inference.decoderRestarts}, inference ${inference.sessionRestarts}`;
}

function openText(open: OpenViolations | undefined): string {
  return open === undefined
    ? "unknown: the store cannot be read"
    : `${open.warned} warned, ${open.reported} reported`;
}

function cameraLines({ cameras, at }: HealthMessage): string[] {
  if (cameras.length === 0) return ["no camera is configured"];
  const rows = cameras.map((camera) => [
    camera.camera,
    camera.stream,
    camera.state,
    ageText(Math.max(0, Date.parse(at) - Date.parse(camera.since))),
    camera.lastPictureAgeMs === null ? "-" : ageText(camera.lastPictureAgeMs),
    String(camera.looksMet),
    String(camera.looksMissed),
    camera.failure === null ? camera.detail : `${camera.failure}: ${camera.detail}`,
  ]);
  return aligned([
    ["camera", "stream", "state", "for", "picture", "met", "missed", "detail"],
    ...rows,
  ]);
}

/** The last column may be as long as it likes. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** `3 d 4 h`, `12 min`, `7 s` */
export function ageText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [days, hours, minutes] = [86_400, 3_600, 60].map((unit) => Math.floor(seconds / unit));
  if (days !== undefined && days > 0) return `${days} d ${(hours ?? 0) % 24} h`;
  if (hours !== undefined && hours > 0) return `${hours} h ${(minutes ?? 0) % 60} min`;
  return minutes !== undefined && minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

function sizeText(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2;
  return mebibytes >= 1024
    ? `${(mebibytes / 1024).toFixed(1)} GiB`
    : `${Math.round(mebibytes)} MiB`;
}
