/**
 * Whether the agent's memory is flat: runs it for some minutes with cameras that break off, come
 * back, change their picture and their settings, and prints how fast its memory grows.
 *
 * Memory is that of the agent with all its children, shared pages in shares, every two seconds.
 * What starting leaves behind settles first (a third of the time). The last line is one JSON
 * object: the slope in MB an hour with its spread, and what it was measured on. Linux only.
 */
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { AgentProcess } from "../test-fixtures/agent-process.ts";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { madeClip } from "../test-fixtures/clips/made-clip.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { proportionalBytes } from "../test-fixtures/process-tree.ts";
import { slopeOf } from "./slope.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    cameras: { type: "string", default: "8" },
  },
});
const runMs = Number(values.minutes) * 60_000;
const cameraCount = Number(values.cameras);
const settleRatio = 1 / 3;
const sampleMs = 2_000;
const disturbMs = 3_000;
const rules = [{ kind: "illegal-parking", warnAfter: "2s", reportAfter: "4s", clearAfter: "2s" }];

const street = await loadClip(
  await cellClip({ seconds: 8, cars: [{ cell: 0 }, { cell: 3, from: 2, until: 6 }] }),
);
const other = await madeClip({ width: 640, height: 360, gopSeconds: 1 });
const paths = Array.from({ length: cameraCount }, (_, index) => `/camera-${index}`);
const server = await startCameraServer({
  streams: paths.map((path) => ({ path, clip: street })),
});
const junction = await Junction.make("street-nano");
try {
  await write(0);
  const agent = junction.start();
  await agent.running();
  const samples = await observe(agent);
  const settled = samples.filter(({ atMs }) => atMs >= runMs * settleRatio);
  const { perUnit, spread } = slopeOf(
    settled.map(({ atMs, bytes }) => ({ x: atMs / 3_600_000, y: bytes / 1e6 })),
  );
  const megabytes = settled.map(({ bytes }) => bytes / 1e6);
  const health = await agent.health();
  await agent.stop();
  console.log(
    JSON.stringify({
      cameras: cameraCount,
      minutes: runMs / 60_000,
      samples: settled.length,
      megabytesFirst: rounded(megabytes[0] ?? 0),
      megabytesLast: rounded(megabytes.at(-1) ?? 0),
      megabytesMin: rounded(Math.min(...megabytes)),
      megabytesMax: rounded(Math.max(...megabytes)),
      megabytesPerHour: rounded(perUnit),
      megabytesPerHourSpread: rounded(spread),
      looks: health.cameras.reduce(
        (sum, { looksMet, looksMissed }) => sum + looksMet + looksMissed,
        0,
      ),
      reloads: agent.lines.filter(({ message }) => message === "the new configuration runs").length,
      camerasLost: agent.lines.filter(({ message }) => message.startsWith("camera lost")).length,
    }),
  );
} finally {
  await junction.remove();
  await server.stop();
}

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

async function observe(agent: AgentProcess): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const startedMonoMs = performance.now();
  let disturbed = 0;
  for (;;) {
    const atMs = performance.now() - startedMonoMs;
    if (atMs >= runMs) return samples;
    if (agent.isEnded) throw new Error(`the agent ended:\n${agent.log()}`);
    const bytes = agent.tree().reduce((sum, { pid }) => sum + proportionalBytes(pid), 0);
    samples.push({ atMs, bytes });
    if (samples.length % 15 === 0) {
      console.error(`${Math.round(atMs / 1_000)} s: ${Math.round(bytes / 1e6)} MB`);
    }
    while (disturbed * disturbMs < atMs) await disturb(agent, disturbed++);
    await wait(sampleMs);
  }
}

/** One camera after the other has one trouble after the other; every fourth time a reload. */
async function disturb(agent: AgentProcess, count: number): Promise<void> {
  const path = paths[count % cameraCount] ?? "";
  switch (count % 4) {
    case 0:
      server.setFault(path, { kind: "reset", everyMs: 4_000 });
      break;
    case 1:
      server.setFault(path, { kind: "packet-loss", ratio: 0.02 });
      break;
    case 2:
      server.setFault(path, { kind: "switch-clip", clip: count % 8 === 2 ? other : street });
      break;
    case 3:
      for (const one of paths) server.setFault(one, undefined);
      await write(count);
      agent.signal("SIGHUP");
      break;
  }
}

/** Another file each time: a camera less, another period, another zone. */
async function write(count: number): Promise<void> {
  const away = count === 0 ? -1 : count % cameraCount;
  await junction.write({
    // Eight rings want more than this when all cameras have sent for a while.
    sections: { limits: { ringTotal: "16MiB" } },
    cameras: paths.flatMap((path, index) =>
      index === away
        ? []
        : [
            {
              id: path.slice(1),
              url: server.url(path),
              every: index % 2 === count % 2 ? "1s" : "2s",
              zones: [{ id: `zone-${count % 3}`, polygon: wholePicture, rules }],
            },
          ],
    ),
  });
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
