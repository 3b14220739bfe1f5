/**
 * What a live viewer costs the box, and how far behind the street its picture is.
 *
 *   npm run proof:console [-- --viewers 4] [--seconds 20] [--json]
 *
 * One camera with 1080p25 H.264 of 4 Mbit/s; processor time of the agent without viewers, with
 * viewers, and after they went. Viewers read as a browser does, through the WebSocket; they are in
 * another process than the agent, so nothing of theirs is counted.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { hashPassword } from "../agent/console/password.ts";
import { writeUsers } from "../agent/console/users.ts";
import { AgentProcess } from "../test-fixtures/agent-process.ts";
import { startCameraServerProcess } from "../test-fixtures/camera-server/camera-server-process.ts";

class Viewer {
  readonly #socket: WebSocket;
  #zeroMs = 0;
  #isCounting = false;
  readonly #seen = { pictures: 0, bytes: 0, delaysMs: [] as number[] };

  constructor(url: string, cookie: string) {
    const address = new URL("/live/street", url.replace("http", "ws"));
    const headers = { cookie, origin: new URL(url).origin };
    this.#socket = new WebSocket(address, { headers });
    this.#socket.on("message", (data: Buffer, isBinary) => this.#take(data, isBinary));
  }

  begin(): void {
    this.#isCounting = true;
  }

  end() {
    this.#socket.terminate();
    return this.#seen;
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (!isBinary) {
      const message = JSON.parse(data.toString()) as { kind: string; zeroMs?: number }; // The box's.
      this.#zeroMs = message.zeroMs ?? this.#zeroMs;
      return;
    }
    const at = data.indexOf("tfdt");
    if (!this.#isCounting || at === -1) return;
    this.#seen.pictures += 1;
    this.#seen.bytes += data.length;
    this.#seen.delaysMs.push(Date.now() - this.#zeroMs - data.readUInt32BE(at + 12));
  }
}

const { values } = parseArgs({
  options: {
    viewers: { type: "string", default: "4" },
    seconds: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});
const viewers = Number(values.viewers);
const seconds = Number(values.seconds);
const login = { user: "proof", password: "only for this proof" };

const folder = await mkdtemp(join(tmpdir(), "kerbside-proof-console-"));
const dataFolder = join(folder, "data");
const clip = { pattern: "street", width: 1920, height: 1080, fps: 25, bitrateKbit: 4_000 } as const;
const cameras = await startCameraServerProcess({
  streams: [{ path: "/street", clip: { made: { ...clip, withCabac: true } } }],
});
const file = join(folder, "box.yaml");
await writeFile(
  file,
  `version: 1
device: { id: proof, division: "445102", timezone: Asia/Shanghai }
health: { listen: false }
console: { listen: 127.0.0.1:0 }
cameras:
  - id: street
    url: ${cameras.url("/street")}
    views: [{ id: all, crop: [0, 0, 1, 1], every: 10m, model: street-nano }]
    zones:
      - { id: all, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], rules: [{ kind: illegal-parking }] }
`,
);
await writeUsers(dataFolder, [
  { name: login.user, hash: await hashPassword(login.password), roles: ["live"] },
]);
const agent = new AgentProcess({ file, dataFolder });
try {
  const served = await agent.line(({ message }) => message === "the box's page is served", 60_000);
  const url = String(served["url"]);
  await agent.line(({ message }) => message.startsWith("camera live"), 60_000);
  const cookie = await logIn(url);
  await wait(8_000);
  const before = await coresOver(seconds);
  const watching = Array.from({ length: viewers }, () => new Viewer(url, cookie));
  await wait(3_000);
  for (const viewer of watching) viewer.begin();
  const during = await coresOver(seconds);
  const seen = watching.map((viewer) => viewer.end());
  await wait(3_000);
  const after = await coresOver(seconds);
  const aViewer = (during - before) / viewers;
  const children = agent.tree().filter(({ commandLine }) => commandLine.startsWith("ffmpeg"));
  const delays = seen.flatMap(({ delaysMs }) => delaysMs).toSorted((a, b) => a - b);
  const result = {
    viewers,
    seconds,
    coresBefore: rounded(before),
    coresWithViewers: rounded(during),
    coresAfter: rounded(after),
    coresAViewer: rounded(aViewer),
    picturesPerSecond: rounded(
      seen.reduce((sum, { pictures }) => sum + pictures, 0) / viewers / seconds,
    ),
    megabitPerSecondAViewer: rounded(
      (seen.reduce((sum, { bytes }) => sum + bytes, 0) * 8) / viewers / seconds / 1e6,
    ),
    delayMsMedian: Math.round(delays[Math.floor(delays.length / 2)] ?? -1),
    delayMsP95: Math.round(delays[Math.floor(delays.length * 0.95)] ?? -1),
    processesLeft: children.length,
  };
  const isHeld = aViewer <= 0.03 && result.processesLeft === 0;
  if (values.json) process.stdout.write(`${JSON.stringify({ ok: isHeld, ...result })}\n`);
  else for (const [name, value] of Object.entries(result)) console.log(`${name}: ${value}`);
  process.exitCode = isHeld ? 0 : 1;
} finally {
  await agent.end();
  await cameras.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function logIn(url: string): Promise<string> {
  const answer = await fetch(new URL("/api/session", url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(login),
  });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

/** Of the agent and all its children. */
async function coresOver(overSeconds: number): Promise<number> {
  const used = () => agent.tree().reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const usedBefore = used();
  const atMs = performance.now();
  await wait(overSeconds * 1_000);
  return (used() - usedBefore) / (performance.now() - atMs);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
