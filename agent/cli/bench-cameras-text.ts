/** What `kerbside bench cameras` measured or found, for eyes. */
import type { CamerasBenchResult } from "../bench/cameras/cameras.ts";
import type { FoundCameras } from "../bench/cameras/find.ts";
import type { Spread } from "../bench/spread.ts";
import { textTable } from "./text-table.ts";

export function readableCost(result: CamerasBenchResult): string {
  const { spread, latencyMs, floor, keyframe } = result;
  const parts = Object.entries(result.coresByPart).filter(([, cores]) => cores > 0);
  const drops = Object.entries(result.drops).filter(([, count]) => count > 0);
  const rows = [
    `${result.cameras} cameras, a look every ${result.every}, on ${result.coresOfMachine} cores of ${result.processor}`,
    `${result.stream}; keyframes ${kilobytes(keyframe.bytesMin)} to ${kilobytes(keyframe.bytesMax)} KB; ${result.content}`,
    `${result.turns} turns of ${result.seconds} s: median, quartiles (lowest to highest)`,
    figure("agent", "cores", spread["cores"]),
    figure("floor", "cores", spread["floorCores"]),
    figure("agent / floor", "", spread["overheadRatio"]),
    figure("a camera", "cores", spread["coresPerCamera"]),
    figure("cameras' server", "cores", spread["cameraServerCores"]),
    figure("looks", "a second", spread["looksPerSecond"]),
    row("by part", named(parts)),
    row(
      "floor of",
      `receiving ${floor.receiveCores} cores, a picture ${floor.decodeCpuMs} ms, a run ${floor.runCpuMs} ms; both at once take ${floor.busyRatio} times as long`,
    ),
    row(
      "memory",
      `${result.megabytes} MB: ${result.baseMegabytes} MB and ${result.megabytesPerCamera} MB a camera`,
    ),
    row("looks", `${result.met} in time, ${result.missed} missed${saved(result)}`),
    row("left out", drops.length === 0 ? "nothing" : named(drops)),
    latencyMs === null
      ? row("events", "none came in a turn")
      : row(
          "events",
          `${latencyMs.count}; from picture to hub ${latencyMs.median} ms at the median, p95 ${latencyMs.p95}, p99 ${latencyMs.p99}`,
        ),
  ];
  if (result.evidenceMs !== null) {
    rows.push(row("evidence", `ms: ${named(Object.entries(result.evidenceMs))}`));
  }
  if (result.peer !== undefined) {
    rows.push(
      row("others", `${result.peer}, ${result.peerCameras} cameras`),
      row(
        "others / agent",
        `${result.peerRatio}: ${result.peerCoresPerCamera} cores a camera, ${result.peerLooks} looks, ${result.peerMissed} missed`,
      ),
    );
  }
  return `${rows.join("\n")}\n`;
}

export function readableFound(found: FoundCameras): string {
  const { cameras, limitCameras, share, isConfirmed } = found;
  const carried =
    cameras === null
      ? "not even the fewest that were tried were carried"
      : `${cameras} cameras, ${isConfirmed ? "confirmed" : "not confirmed: the time was over"}`;
  return [
    `a look every ${found.every} on ${found.coresOfMachine} cores of ${found.processor}`,
    `${found.stream}; ${found.content}`,
    row("carried", carried),
    row("limit", `${limitCameras} cameras by the floor; carried ${share ?? "none"} of it`),
    row(
      "floor",
      `${found.floorCoresPerCamera} cores a camera, the cameras' server ${found.cameraServerCoresPerCamera}`,
    ),
    "",
    textTable(
      ["CAMERAS", "SECONDS", "LOOKS", "MISSED", "CORES", ""],
      found.trials.map((trial) => [
        String(trial.cameras),
        String(trial.seconds),
        String(trial.met + trial.missed),
        String(trial.missed),
        String(trial.cores),
        trial.isHeld ? "held" : "",
      ]),
    ),
  ].join("\n");
}

function figure(name: string, unit: string, one: Spread | undefined): string {
  if (one === undefined) return row(name, "not measured");
  const value = `${one.median} ${unit}`.trim().padEnd(20);
  return row(name, `${value}  ${one.quartiles.join(" to ")}  (${one.min} to ${one.max})`);
}

const row = (name: string, text: string): string => `${name.padEnd(16)}${text}`;

function named(entries: readonly (readonly [string, number])[]): string {
  return entries.map(([name, value]) => `${name} ${value}`).join(", ");
}

function saved({ saved: count, savedBy }: CamerasBenchResult): string {
  if (count === 0) return "";
  return `; ${count} repeat the last analysis (${named(Object.entries(savedBy))})`;
}

const kilobytes = (bytes: number): number => Math.round(bytes / 1_000);
