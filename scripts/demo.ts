/**
 * The demo: real cameras on loopback, a broker, the agent as it runs on a box, and a hub.
 *
 * Everything is the real part talking over real sockets; only the street comes from files. Ends
 * by itself; exit code 0 when everything that was expected came and nothing else, 1 when not.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hashPassword } from "../agent/console/password.ts";
import { writeUsers } from "../agent/console/users.ts";
import { startEmbeddedBroker } from "../agent/hub/embedded-broker.ts";
import { type Hub, startHub } from "../agent/hub/hub.ts";
import type { LedgerSummary } from "../agent/hub/ledger.ts";
import { isClean, summaryJson, summaryLine } from "../agent/hub/summary.ts";
import { startCameraServerProcess } from "../test-fixtures/camera-server/camera-server-process.ts";
import {
  demoConfiguration,
  demoStreams,
  type Expectation,
  expectations,
  login,
  watchSeconds,
} from "./demo-junction.ts";
import { Screen } from "./demo-screen.ts";

const cliFile = join(import.meta.dirname, "../agent/cli/main.ts");

const usage = `Usage: scripts/demo [--out DIR] [--json]

  --out DIR   keep what the hub received in DIR/events.jsonl, the box's evidence in DIR/evidence and
              its public key in DIR/device.pub
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
  const folder = await mkdtemp(join(tmpdir(), "kerbside-demo-"));
  const data = join(folder, "data");
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    screen.say(
      "cameras: three streams of rendered streets over RTSP; at one a car stops for 18 s and leaves",
    );
    const cameras = await startCameraServerProcess({ streams: demoStreams });
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
    const page = await makePageUser(data);
    screen.say(`agent: kerbside run junction.yaml, for ${watchSeconds} s`);
    const { agent, running } = startAgent(file, data, (url) => {
      report(`the box's page: ${url} (user ${page.user}, password ${page.password})`);
    });
    undo.push(() => end(agent));
    await Promise.race([running, once(agent, "exit"), once(interrupted.signal, "abort")]);
    await watch(hub, agent);
    await end(agent);
    await hub.stop();
    isHubStopped = true;
    if (options.out !== undefined) await keepEvidence(data, options.out);
    return conclude(hub.summary());
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** `running`: when it says so; its cameras come right after. */
function startAgent(file: string, data: string, onPage: (url: string) => void) {
  const agent = spawn(process.execPath, [cliFile, "run", file, "--data", data], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, CAM_PW: login.password },
  });
  const running = new Promise<void>((resolve) => {
    screen.follow(agent.stderr, (line) => {
      if (line.includes('"message":"running"')) resolve();
      const [, url] = /"url":"([^"]+)","message":"the box's page is served"/.exec(line) ?? [];
      if (url !== undefined) onPage(url);
    });
  });
  return { agent, running };
}

/** For as long as the demo runs. */
async function makePageUser(data: string) {
  const user = "demo";
  const password = randomBytes(9).toString("base64url");
  const roles = ["editor", "live"] as const;
  await writeUsers(data, [{ name: user, hash: await hashPassword(password), roles }]);
  return { user, password };
}

/** The box's own folder, as it is: `kerbside evidence verify` takes it with the key beside it. */
async function keepEvidence(data: string, out: string): Promise<void> {
  const kept = join(out, "evidence");
  await rm(kept, { recursive: true, force: true });
  await cp(join(data, "evidence"), kept, { recursive: true });
  await cp(join(data, "device.pub"), join(out, "device.pub"));
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
  const judged = expectations.map((expectation) => judge(expectation, summary));
  const expected = judged.filter(({ isExpected }) => isExpected).length;
  const unexpected = summary.violations.length - expected;
  for (const line of ["", ...judged.map(({ line }) => line), summaryLine(summary)]) report(line);
  if (unexpected > 0) report(`${unexpected} that nobody expected`);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...summaryJson(summary), unexpected })}\n`);
  }
  const isRight = judged.every((one) => one.isRight) && unexpected === 0;
  return isRight && isClean(summary) ? 0 : 1;
}

/** One violation of this kind at this camera, with these stages; or none. */
function judge({ camera, kind, what, stages }: Expectation, { violations }: LedgerSummary) {
  const found = violations.filter((one) => one.last.data.camera === camera && one.kind === kind);
  const isExpected = stages.length > 0 && found.some((one) => one.stages.join() === stages.join());
  const isRight = found.length === (isExpected ? 1 : 0) && isExpected === stages.length > 0;
  const seen = found.map((one) => one.stages.join(" → ")).join("; ") || "nothing";
  return {
    isExpected,
    isRight,
    line: `${isRight ? "✓" : "✗"} ${camera.padEnd(8)}  ${what}: ${seen}`,
  };
}

/** With --json, standard output is for the summary alone. */
function report(line: string): void {
  if (options.json) screen.say(line);
  else screen.print(line);
}
