/**
 * Goal: a camera that means harm costs only itself: cameras beside it miss nothing, memory stays
 * bounded, and the log has one clear line for each change of state.
 * Method: the agent as a process with good cameras and every malicious one at once, over real
 * sockets; what is counted is the agent's own health page and the system's view of its memory.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentProcess } from "../test-fixtures/agent-process.ts";
import {
  type CameraServerProcess,
  startCameraServerProcess,
} from "../test-fixtures/camera-server/camera-server-process.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import {
  type MaliciousCameras,
  startMaliciousCameras,
} from "../test-fixtures/malicious-cameras.ts";
import { proportionalBytes } from "../test-fixtures/process-tree.ts";
import type { HealthMessage } from "./health/health-report.ts";

const goodIds = ["good-1", "good-2", "good-3"] as const;

/** What each is said to be, and a word that says why. */
const rows: Readonly<Record<string, { readonly want: string; readonly says: string }>> = {
  "negative-length": { want: "corrupt", says: "description is empty" },
  "two-gigabytes": { want: "corrupt", says: "a body of 2147483648 bytes was announced" },
  "giant-frames": { want: "corrupt", says: "bytes within a second" },
  "tiny-frames": { want: "corrupt", says: "packets within a second" },
  "parameter-sets": { want: "corrupt", says: "within a second" },
  keyframes: { want: "corrupt", says: "keyframes within a second" },
  drip: { want: "corrupt", says: "expected an answer to OPTIONS" },
  "redirect-loop": { want: "not-found", says: "more than 5 redirects" },
  "endless-401": { want: "unauthorised", says: "401" },
  "login-letters": { want: "unauthorised", says: "401" },
  "many-tracks": { want: "corrupt", says: "more than" },
  "many-formats": { want: "codec-unsupported", says: "expected H264 or H265" },
  "never-answers": { want: "timeout", says: "no answer to OPTIONS" },
  "unasked-answers": { want: "corrupt", says: "messages within a second" },
  "asks-and-never-reads": { want: "corrupt", says: "messages within a second" },
  "early-data": { want: "reset", says: "closed the connection" },
  "wrong-number": { want: "timeout", says: "no answer to DESCRIBE" },
  "giant-line": { want: "corrupt", says: "headers are longer" },
  "huge-picture": { want: "codec-unsupported", says: "pictures of 16384×16384" },
};

let good: CameraServerProcess;
let malicious: MaliciousCameras;
let junction: Junction;
let agent: AgentProcess;
let health: HealthMessage;
let peakBytes = 0;

const stateLines = (camera: string) =>
  agent.lines.filter((line) => line.camera === camera && line.message.startsWith("camera "));

const hasFailed = (camera: string, want: string): boolean =>
  stateLines(camera).some(({ failure }) => failure === want);

beforeAll(async () => {
  const clip = { file: await cellClip({ seconds: 4, cars: [{ cell: 0 }] }) };
  good = await startCameraServerProcess({
    streams: goodIds.map((id) => ({ path: `/${id}`, clip })),
  });
  malicious = await startMaliciousCameras();
  junction = await Junction.make();
  const urls = [
    ...malicious.names.map((name) => [name, malicious.url(name)] as const),
    ...goodIds.map((id) => [id, good.url(`/${id}`)] as const),
  ];
  const rule = { kind: "illegal-parking", warnAfter: "2s", reportAfter: "5s" };
  await junction.write({
    cameras: urls.map(([id, url]) => ({
      id,
      url,
      every: "1s",
      zones: [{ id: "kerb", polygon: wholePicture, rules: [rule] }],
    })),
    // What cameras cost is bounded here; evidence of the good ones has a process of its own.
    sections: { evidence: { pictures: false } },
  });
  agent = junction.start();
  await agent.running();
  const watch = setInterval(() => {
    const bytes = agent.tree().reduce((sum, { pid }) => sum + proportionalBytes(pid), 0);
    peakBytes = Math.max(peakBytes, bytes);
  }, 250);
  await agent.until(
    () => Object.entries(rows).every(([name, { want }]) => hasFailed(name, want)),
    "a word of every camera",
  );
  clearInterval(watch);
  health = await agent.health();
}, 60_000);

afterAll(async () => {
  await junction?.remove();
  await malicious?.stop();
  await good?.stop();
});

for (const [name, { want, says }] of Object.entries(rows)) {
  test(`${name}: one line that says ${want}`, () => {
    const lines = stateLines(name);
    const failed = lines.filter(({ failure }) => failure !== undefined);
    // Pictures may come before the flood shows; then it was live once.
    expect(lines.length).toBeLessThanOrEqual(
      ["keyframes", "parameter-sets"].includes(name) ? 2 : 1,
    );
    expect(failed.map(({ failure }) => failure)).toEqual([want]);
    expect(JSON.stringify(failed[0])).toContain(says);
    expect(JSON.stringify(failed[0]).length).toBeLessThan(700);
  });
}

test("no decoder died of it, and nothing is an error of ours", () => {
  expect(agent.lines.filter(({ message }) => /decoder|bug/.test(message))).toEqual([]);
  expect(agent.lines.filter(({ level }) => level === "error")).toEqual([]);
});

test("good cameras miss nothing", () => {
  for (const id of goodIds) {
    const one = health.cameras.find(({ camera }) => camera === id);
    expect(one).toMatchObject({ state: "live", looksMissed: 0 });
    expect(one?.looksMet).toBeGreaterThan(5);
    expect(stateLines(id).map(({ message }) => message.slice(0, 11))).toEqual(["camera live"]);
  }
});

test("memory stays within bounds, and the login out of the log", () => {
  expect(peakBytes / 1e6).toBeLessThan(400);
  expect(agent.log()).not.toMatch(/right@|Authorization/);
});
