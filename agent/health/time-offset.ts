/**
 * How far the machine's clock is from the time that its service keeps, in numbers.
 *
 * Whoever answers first is believed: chrony, systemd-timesyncd, then the kernel, which keeps what
 * any service told it (ntpd, ptp4l) and is asked through `adjtimex` or busybox. Nobody answers on a
 * machine without any of them: then nothing is known, and that is said.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TimeOffset } from "../runtime/clock.ts";

export interface OffsetTools {
  readonly chronyc: string;
  readonly timedatectl: string;
  readonly adjtimex: string;
  readonly busybox: string;
}

const systemTools: OffsetTools = {
  chronyc: "/usr/bin/chronyc",
  timedatectl: "/usr/bin/timedatectl",
  adjtimex: "/sbin/adjtimex",
  busybox: "/bin/busybox",
};
const askMsMax = 2_000;

/** Undefined: no time service that runs says it. */
export async function readTimeOffset(
  tools: OffsetTools = systemTools,
): Promise<TimeOffset | undefined> {
  const ask = [
    async () => fromChrony(await outputOf(tools.chronyc, ["-c", "-n", "tracking"])),
    async () => fromTimesyncd(await outputOf(tools.timedatectl, ["timesync-status"])),
    async () => fromKernel(await outputOf(tools.adjtimex, ["--print"])),
    async () => fromKernel(await outputOf(tools.busybox, ["adjtimex"])),
  ];
  for (const answer of ask) {
    const offset = await answer();
    if (offset !== undefined) return offset;
  }
  return undefined;
}

/** Seconds by commas: what the clock lacks is the fifth, delay and dispersion of the way to the root. */
export function fromChrony(line: string): TimeOffset | undefined {
  const fields = line.trim().split(",");
  if (fields.length < 14 || fields[13] === "Not synchronised") return undefined;
  const [lacks, delay, dispersion] = [fields[4], fields[10], fields[11]].map(Number);
  return offsetOf(milliseconds(lacks), milliseconds(delay), milliseconds(dispersion));
}

/** Of its last answer from a server: it may be half an hour old. */
export function fromTimesyncd(text: string): TimeOffset | undefined {
  const [lacks, delay, distance] = ["Offset", "Delay", "Root distance"].map((name) =>
    spanMs(new RegExp(`^ *${name}: ([^(\n]+)`, "m").exec(text)?.[1]?.trim() ?? ""),
  );
  return offsetOf(lacks, delay, distance);
}

/** Status bits: 0x40 nobody keeps it, 0x2000 the offset is in nanoseconds. */
export function fromKernel(text: string): TimeOffset | undefined {
  const [lacks, most, status] = ["offset", "maxerror", "status"].map((name) => {
    const found = new RegExp(`\\b${name}: +(-?\\d+)`).exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  });
  if (lacks === undefined || most === undefined || status === undefined) return undefined;
  if ((status & 0x40) !== 0) return undefined;
  const perMs = (status & 0x2000) !== 0 ? 1e6 : 1e3;
  return offsetOf(lacks / perMs, 0, most / 1e3);
}

/** `lacksMs`: what must be added to the clock; half of a delay may lie on one way alone. */
function offsetOf(
  lacksMs: number | undefined,
  delayMs: number | undefined,
  distanceMs: number | undefined,
): TimeOffset | undefined {
  if (lacksMs === undefined || delayMs === undefined || distanceMs === undefined) return undefined;
  const boundMs = Math.abs(lacksMs) + Math.abs(delayMs) / 2 + Math.abs(distanceMs);
  if (!Number.isFinite(boundMs)) return undefined;
  // Without a minus in front of zero.
  return { offsetMs: 0 - lacksMs, boundMs };
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `-1min 2.5s` as systemd writes it; `0` alone has no unit. */
function spanMs(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  const isWhole = /^[+-]?(\d+(\.\d+)?(us|ms|s|min|h|d) ?)+$/.test(text);
  if (!isWhole) return undefined;
  let sum = 0;
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|h|d)/g)) {
    sum += Number(value) * (unitMs[unit ?? ""] ?? Number.NaN);
  }
  return text.startsWith("-") ? -sum : sum;
}

async function outputOf(tool: string, args: readonly string[]): Promise<string> {
  const env = { LC_ALL: "C", TZ: "UTC" };
  const options = { timeout: askMsMax, env, encoding: "utf8" } as const;
  const answer = await promisify(execFile)(tool, [...args], options).catch((error: unknown) =>
    // adjtimex tells by its end that nobody keeps the clock, and prints all the same.
    typeof error === "object" && error !== null && "stdout" in error
      ? { stdout: String(error.stdout) }
      : { stdout: "" },
  );
  return answer.stdout;
}
