/**
 * How fast a detection log replays: makes the log of some cameras for some days, runs
 * `kerbside replay` over it, and says how long that took.
 *
 * The street is simulated (`test-fixtures/simulated-kerb.ts`), what is measured is not: the log is
 * written by the agent's own store, as often as the agent does, and read by the command in a
 * process of its own. `--keep DIR` keeps the log there, or replays the one that is there.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DetectionLog } from "../agent/store/detection-log.ts";
import { storeLimits } from "../agent/store/limits.ts";
import { openDatabase } from "../agent/store/open-database.ts";
import { detectionFile } from "../agent/store/store-files.ts";
import { everyMs, SimulatedKerb } from "../test-fixtures/simulated-kerb.ts";
import { childrenCpuSeconds } from "./children-cpu.ts";

const { values } = parseArgs({
  options: {
    cameras: { type: "string", default: "24" },
    days: { type: "string", default: "7" },
    keep: { type: "string" },
  },
});
const cameraCount = Number(values.cameras);
const days = Number(values.days);
/** A Monday, 08:00 in Shanghai. */
const startMs = Date.UTC(2026, 5, 29, 0);
const lookCount = Math.round((days * 86_400_000) / everyMs) * cameraCount;

const folder = values.keep ?? mkdtempSync(join(tmpdir(), "kerbside-proof-"));
try {
  writeFileSync(join(folder, "junction.yaml"), configuration());
  const log = join(folder, detectionFile);
  if (!existsSync(log)) {
    const madeMs = timed(() => writeLog(log));
    say(`written in ${seconds(madeMs)} s`);
  }
  const mebibytes = (statSync(log).size / 2 ** 20).toFixed(0);
  say(`${lookCount} looks of ${cameraCount} cameras, ${days} days: ${mebibytes} MiB`);
  const cpuBefore = childrenCpuSeconds();
  const before = performance.now();
  const summary = await replayed(folder);
  const wallMs = performance.now() - before;
  const cpuMs = (childrenCpuSeconds() - cpuBefore) * 1_000;
  say(summary);
  say(`wall time      ${spent(wallMs)}`);
  say(`processor time ${spent(cpuMs)}, on one core`);
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

/** Start and end of the command included. */
function spent(ms: number): string {
  const perLook = ((ms * 1_000) / lookCount).toFixed(2);
  const speed = Math.round((days * 86_400_000) / ms);
  return `${seconds(ms)} s: ${perLook} µs a look, ${speed} times as fast as it happened`;
}

function timed(run: () => void): number {
  const before = performance.now();
  run();
  return performance.now() - before;
}

/** The command as it is typed. */
async function replayed(data: string): Promise<string> {
  const cli = join(import.meta.dirname, "../agent/cli/main.ts");
  const args = ["replay", "--log", data, "--config", join(data, "junction.yaml"), "--json"];
  const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  let rest = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.slice(-2).join("\n");
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`replay ended with ${code}`);
  const { looks, events, violations } = JSON.parse(rest.trim()) as {
    looks: { used: number };
    events: number;
    violations: readonly unknown[];
  }; // The command's own summary.
  if (looks.used !== lookCount) throw new Error(`${looks.used} looks of ${lookCount} were used`);
  return `${events} events of ${violations.length} violations`;
}

function configuration(): string {
  return JSON.stringify({
    version: 1,
    device: { id: "proof", division: "445102", location: [116.647, 23.67] },
    cameras: Array.from({ length: cameraCount }, (_, index) => ({
      id: `c${index}`,
      url: "rtsp://192.0.2.11/main",
      views: [{ id: "kerb", every: "2s", model: "yolox-nano" }],
      zones: [
        {
          id: "kerb",
          polygon: [
            [0.02, 0.4],
            [0.98, 0.4],
            [0.98, 0.62],
            [0.02, 0.62],
          ],
          rules: [
            {
              kind: "illegal-parking",
              warnAfter: "1m",
              reportAfter: "5m",
              allowed: [{ daily: "20:00-07:00" }, { daily: "09:00-17:00" }],
            },
          ],
        },
      ],
    })),
  });
}

function writeLog(path: string): void {
  const db = openDatabase(path, { schema: "detections", durability: "NORMAL" });
  const limits = storeLimits({ lookRowsMax: lookCount + 1, lookBytesMax: 64 * 2 ** 30 });
  const log = new DetectionLog(db, limits, startMs);
  const cameras = Array.from({ length: cameraCount }, (_, index) => new SimulatedKerb(index));
  for (let atMs = 0; atMs < days * 86_400_000; atMs += everyMs) {
    log.add(cameras.map((camera) => camera.look(startMs + atMs)));
  }
  log.close();
}
