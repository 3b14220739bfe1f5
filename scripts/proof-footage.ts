/**
 * How fast footage replays: makes a 1080p stream as a camera sends it, runs `kerbside replay` over
 * it with the detector that ships, and says how many times faster than it happened that was.
 *
 * One view, a look every 2 s, a keyframe every 2 s. The stream is one piece played again and again
 * in one file, so every look is decoded and detected anew.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { madeClipFile, streetClip } from "../test-fixtures/clips/made-clip.ts";
import { runTool } from "../test-fixtures/run-tool.ts";
import { childrenCpuSeconds } from "./children-cpu.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "8" },
    model: { type: "string", default: "street-nano" },
  },
});
const seconds = Math.round(Number(values.minutes) * 60);
const folder = mkdtempSync(join(tmpdir(), "kerbside-proof-"));
try {
  const footage = join(folder, "street.mp4");
  await writeFootage(footage);
  writeFileSync(join(folder, "junction.yaml"), configuration());
  const cpuBefore = childrenCpuSeconds();
  const before = performance.now();
  const looks = await replayed(footage);
  const wallSeconds = (performance.now() - before) / 1_000;
  const cpuSeconds = childrenCpuSeconds() - cpuBefore;
  const speed = (spent: number) => `${(seconds / spent).toFixed(1)} times real time`;
  process.stdout.write(
    `${seconds} s of 1080p, a keyframe every 2 s, ${looks} looks with ${values.model}\n` +
      `wall time      ${wallSeconds.toFixed(1)} s: ${speed(wallSeconds)}\n` +
      `processor time ${cpuSeconds.toFixed(1)} s: ${speed(cpuSeconds / 2)} on two cores, ` +
      `${((cpuSeconds * 1_000) / looks).toFixed(0)} ms a look, start included\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Copied packet by packet: the encoder's work is done once and kept. */
async function writeFootage(path: string): Promise<void> {
  const piece = await madeClipFile(streetClip);
  const again = Math.ceil(seconds / (streetClip.seconds ?? seconds)) - 1;
  const input = ["-v", "error", "-stream_loop", String(again), "-i", piece];
  await runTool("ffmpeg", [...input, "-c", "copy", "-t", String(seconds), path]);
}

/** The command as it is typed; how many looks it took. */
async function replayed(footage: string): Promise<number> {
  const cli = join(import.meta.dirname, "../agent/cli/main.ts");
  const config = join(folder, "junction.yaml");
  const args = ["replay", footage, "--config", config, "--data", folder, "--json"];
  const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`replay ended with ${code}`);
  const { looks } = JSON.parse(output.trim().split("\n").at(-1) ?? "") as {
    looks: { used: number };
  }; // The command's own summary.
  if (looks.used < seconds / 2 - 2) throw new Error(`only ${looks.used} looks were used`);
  return looks.used;
}

function configuration(): string {
  return JSON.stringify({
    version: 1,
    device: { id: "proof", division: "445102", location: [116.647, 23.67] },
    cameras: [
      {
        id: "east",
        url: "rtsp://192.0.2.11/main",
        location: [116.647, 23.67],
        views: [{ id: "kerb", every: "2s", model: values.model }],
        zones: [
          {
            id: "kerb",
            polygon: [
              [0.02, 0.4],
              [0.98, 0.4],
              [0.98, 0.9],
              [0.02, 0.9],
            ],
            rules: [{ kind: "illegal-parking" }],
          },
        ],
      },
    ],
  });
}
