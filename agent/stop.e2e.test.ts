/**
 * Goal: the agent ends when it is told to, within three seconds, whatever hangs, and leaves nothing
 * behind; a second one on the same data is refused.
 * Method: the agent as a process under load: cameras that live, one that hangs in the middle of a
 * reply, one that nobody answers for, a hub that is away.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentProcess } from "../test-fixtures/agent-process.ts";
import {
  type CameraServer,
  startCameraServer,
} from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { freePort } from "../test-fixtures/free-port.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { isRunning } from "../test-fixtures/process-tree.ts";

const stopMsMax = 3_000;
const liveCount = 6;

let cameras: CameraServer;
let silentHub: Server;
let junction: Junction;
beforeEach(async () => {
  const clip = await loadClip(await cellClip({ seconds: 4, cars: [{ cell: 0 }] }));
  cameras = await startCameraServer({
    streams: [
      ...Array.from({ length: liveCount }, (_, index) => ({ path: `/live-${index}`, clip })),
      { path: "/hanging", clip, faults: [{ kind: "freeze" as const }] },
    ],
  });
  // Accepts, and never says a word of MQTT.
  silentHub = createServer((socket) => socket.on("error", () => undefined));
  silentHub.listen(0, "127.0.0.1");
  await once(silentHub, "listening");
  junction = await Junction.make();
});
afterEach(async () => {
  await junction.remove();
  await cameras.stop();
  silentHub.close();
});

async function startUnderLoad(hub: "silent" | "away" = "silent"): Promise<AgentProcess> {
  const address = silentHub.address();
  if (address === null || typeof address === "string") throw new Error("the hub has no port");
  const hubPort = hub === "silent" ? address.port : await freePort();
  const zones = [
    {
      id: "kerb",
      polygon: wholePicture,
      rules: [{ kind: "illegal-parking", warnAfter: "500ms", reportAfter: "1s" }],
    },
  ];
  await junction.write({
    hubUrl: `mqtt://127.0.0.1:${hubPort}`,
    cameras: [
      ...Array.from({ length: liveCount }, (_, index) => ({
        id: `live-${index}`,
        url: cameras.url(`/live-${index}`),
        every: "200ms",
        zones,
      })),
      { id: "hanging", url: cameras.url("/hanging"), zones },
      { id: "away", url: `rtsp://127.0.0.1:${await freePort()}/away`, zones },
    ],
  });
  const agent = junction.start();
  // In the middle of work: violations are made, written and wait for the hub.
  await agent.until(
    () => agent.lines.filter(({ message }) => message === "reported").length >= liveCount,
    "a report from each camera",
  );
  return agent;
}

describe("told to stop", () => {
  const rows = [
    { signal: "SIGTERM", hub: "silent" },
    { signal: "SIGINT", hub: "away" },
  ] as const;
  for (const { signal, hub } of rows) {
    test(`${signal}, cameras live and hanging, hub ${hub}: clean within 3 s, no orphan`, async () => {
      const agent = await startUnderLoad(hub);
      const tree = agent.tree();
      expect(tree.length, "the decoder is a child").toBeGreaterThanOrEqual(2);
      const { code, afterMs } = await agent.stop(signal);
      expect(code, agent.log()).toBe(0);
      expect(afterMs).toBeLessThan(stopMsMax);
      expect(tree.filter(isRunning)).toEqual([]);
      expect(agent.lines.filter(({ level }) => level === "error")).toEqual([]);
      expect(agent.lines.some(({ message }) => message === "stopping")).toBe(true);
    });
  }

  test("Ctrl-C, which reaches every process of the group: clean as well", async () => {
    const agent = await startUnderLoad();
    const tree = agent.tree();
    const ending = agent.ended;
    for (const { pid } of tree) process.kill(pid, "SIGINT");
    expect(await ending, agent.log()).toMatchObject({ code: 0 });
    expect(tree.filter(isRunning)).toEqual([]);
    expect(agent.lines.filter(({ level }) => level !== "info" && level !== "warn")).toEqual([]);
    expect(
      agent.lines.some(({ message }) => /decoder/.test(message)),
      agent.log(),
    ).toBe(false);
  });

  test("twice: the second signal does not break the clean stop", async () => {
    const agent = await startUnderLoad();
    agent.signal("SIGTERM");
    await wait(5);
    const { code, afterMs } = await agent.stop("SIGTERM");
    expect(code, agent.log()).toBe(0);
    expect(afterMs).toBeLessThan(stopMsMax);
  });
});

test("kill -9 of the agent: its decoder ends by itself", async () => {
  const agent = await startUnderLoad();
  const children = agent.tree().slice(1);
  expect(children.length).toBeGreaterThanOrEqual(1);
  await agent.stop("SIGKILL");
  const endsAtMs = performance.now() + 5_000;
  while (children.some(isRunning) && performance.now() < endsAtMs) await wait(25);
  expect(children.filter(isRunning)).toEqual([]);
});

test("kill -9 of the decoder: one line, a new one, and looks go on", async () => {
  const agent = await startUnderLoad();
  const [, decoder] = agent.tree();
  if (decoder === undefined) throw new Error("the agent has no decoder");
  process.kill(decoder.pid, "SIGKILL");
  await agent.line(({ message }) => message.startsWith("the decoder ended"));
  const metBefore = (await agent.health()).cameras.reduce((sum, one) => sum + one.looksMet, 0);
  await agent.until(async () => {
    const { cameras: all } = await agent.health();
    return all.reduce((sum, one) => sum + one.looksMet, 0) > metBefore + 10;
  }, "ten more looks");
  expect(agent.lines.filter(({ message }) => message.startsWith("the decoder"))).toHaveLength(1);
  expect(await agent.stop()).toMatchObject({ code: 0 });
});

test("a second agent on the same data folder: one clear line and exit code 3", async () => {
  const first = await startUnderLoad();
  const second = junction.start();
  expect(await second.ended).toEqual({ code: 3, signal: null });
  const said = second.plainLines.filter((line) => !/warning/.test(line)).join("\n");
  expect(said).toMatch(new RegExp(`in use by another agent \\(process ${first.pid}\\)`));
  expect(said.split("\n").length, said).toBeLessThanOrEqual(2);
  expect(second.lines, "no stack, nothing of the log").toEqual([]);
  expect((await first.ask("/ready"))?.status, "the first one is still found").toBe(200);
  expect(await first.stop()).toMatchObject({ code: 0 });
});

test("a health port that is taken: said in one line, nothing is left running", async () => {
  const { port } = silentHub.address() as { port: number };
  await junction.write({
    cameras: [{ id: "live", url: cameras.url("/live-0"), zones: [] }],
    healthPort: port,
  });
  const agent = junction.start();
  await agent.until(() => agent.tree().length === 0, "its end");
  expect((await agent.ended).code, agent.log()).toBe(3);
  expect(agent.plainLines.join("\n")).toMatch(/health\.listen: 127\.0\.0\.1:\d+ cannot be used/);
});
