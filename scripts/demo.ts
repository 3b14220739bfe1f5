/**
 * The demo: real cameras on loopback, a broker, the agent as it runs on a box, and a hub.
 *
 * Everything is the real part talking over real sockets; only the street comes from files. Ends
 * by itself; exit code 0 when everything that was expected came and nothing else, 1 when not, 3
 * when it cannot run here.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbeddedBroker } from "../agent/hub/embedded-broker.ts";
import { type Hub, startHub } from "../agent/hub/hub.ts";
import type { LedgerSummary } from "../agent/hub/ledger.ts";
import { isClean, summaryJson, summaryLine } from "../agent/hub/summary.ts";
import { startCameraServerProcess } from "../test-fixtures/camera-server/camera-server-process.ts";
import { sharedFolder } from "../test-fixtures/shared.ts";
import {
  demoConfiguration,
  demoStreams,
  expectations,
  login,
  watchSeconds,
} from "./demo-junction.ts";
import { Screen } from "./demo-screen.ts";

const cliFile = join(import.meta.dirname, "../agent/cli/main.ts");

const usage = `Usage: scripts/demo [--out DIR] [--json]

  --out DIR   keep what the hub received in DIR/events.jsonl
  --json      print the summary as one JSON object, the last line of standard output
`;

const { values: options } = parseArgs({
  options: {
    out: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const screen = new Screen();
const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());
process.once("SIGTERM", () => interrupted.abort());

if (options.help) {
  process.stdout.write(usage);
} else {
  process.exitCode = await runDemo();
}

async function runDemo(): Promise<number> {
  const shared = sharedFolder();
  if (shared === undefined) {
    screen.say(
      "The demo needs footage and a detector in ../shared (or KERBSIDE_SHARED); there is none here.",
    );
    return 3;
  }
  const folder = await mkdtemp(join(tmpdir(), "kerbside-demo-"));
  const data = join(folder, "data");
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    await kerbside(
      "models",
      "add",
      "yolox-nano",
      "--data",
      data,
      "--file",
      join(shared, "models/yolox-nano-416.onnx"),
    );
    screen.say(
      "cameras: four streams of real footage over RTSP; in one a passing car is held for 20 s",
    );
    const cameras = await startCameraServerProcess({ streams: await demoStreams() });
    undo.push(() => cameras.stop());
    const broker = await startEmbeddedBroker();
    undo.push(() => broker.stop());
    const hub = await startHub({
      url: broker.url,
      clientId: "kerbside-hub",
      ...(options.out === undefined ? {} : { outFolder: options.out }),
      acknowledges: true,
      print: report,
    });
    let isHubStopped = false;
    undo.push(async () => {
      if (!isHubStopped) await hub.stop();
    });
    const file = join(folder, "junction.yaml");
    const { port: brokerPort } = broker;
    await writeFile(file, demoConfiguration({ cameraPort: cameras.port, brokerPort }));
    screen.say(`agent: kerbside run junction.yaml, for ${watchSeconds} s`);
    screen.say(
      "(three clips play once and then fall silent: the agent says so with `camera lost`)",
    );
    const agent = startAgent(file, data);
    undo.push(() => end(agent));
    await watch(hub, agent);
    await end(agent);
    await hub.stop();
    isHubStopped = true;
    return conclude(hub.summary());
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

async function kerbside(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [cliFile, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`kerbside ${args[0]} ended with ${code}`);
}

function startAgent(file: string, data: string): ChildProcess {
  const agent = spawn(process.execPath, [cliFile, "run", file, "--data", data], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, CAM_PW: login.password },
  });
  screen.follow(agent.stderr);
  return agent;
}

/** Until the time is over, or somebody has seen enough. */
async function watch(hub: Hub, agent: ChildProcess): Promise<void> {
  const startedAtMs = performance.now();
  const shareDone = () => (performance.now() - startedAtMs) / (watchSeconds * 1_000);
  while (shareDone() < 1 && agent.exitCode === null && !interrupted.signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    screen.progress(shareDone(), `${hub.summary().eventCount} events`);
  }
  screen.endProgress();
  if (agent.exitCode !== null && !interrupted.signal.aborted) {
    throw new Error(`the agent ended by itself with ${agent.exitCode}`);
  }
}

async function end(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const ended = once(agent, "exit");
  agent.kill("SIGTERM");
  await ended;
}

function conclude(summary: LedgerSummary): number {
  const problems: string[] = [];
  const lines: string[] = [];
  let unexpected = 0;
  for (const { camera, what, stages, countMin, countMax } of expectations) {
    const found = summary.violations.filter(({ last }) => last.data.camera === camera);
    const good = found.filter((one) => one.stages.join() === stages.join());
    const bad = found.length - Math.min(good.length, countMax);
    unexpected += bad;
    const isRight = good.length >= countMin && bad === 0;
    const seen = found.map((one) => one.stages.join(" → ")).join("; ") || "nothing";
    lines.push(`${isRight ? "✓" : "✗"} ${camera.padEnd(10)} ${what}: ${seen}`);
    if (!isRight) problems.push(camera);
  }
  for (const line of ["", ...lines, summaryLine(summary)]) report(line);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...summaryJson(summary), unexpected })}\n`);
  }
  return problems.length === 0 && isClean(summary) ? 0 : 1;
}

/** With --json, standard output is for the summary alone. */
function report(line: string): void {
  if (options.json) screen.say(line);
  else screen.print(line);
}
