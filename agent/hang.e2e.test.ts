/**
 * Goal: an agent whose main thread hangs is ended by its own watchdog, leaves nothing behind, and
 * whoever restarts it has it back within a minute, with what stood there.
 * Method: the real agent; Node's debugger, opened by SIGUSR1, puts its main thread into a loop.
 */
import { afterEach, expect, test } from "vitest";
import type { AgentProcess } from "../test-fixtures/agent-process.ts";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { isRunning } from "../test-fixtures/process-tree.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** What the watchdog allows, and some ticks. */
const endsWithinMs = 26_000;

async function hangMainThread(agent: AgentProcess): Promise<void> {
  agent.signal("SIGUSR1");
  const address = /Debugger listening on (ws:\S+)/;
  await agent.until(() => agent.plainLines.some((line) => address.test(line)), "the debugger");
  const url = agent.plainLines.map((line) => address.exec(line)?.[1]).find((found) => found);
  const socket = new WebSocket(url ?? "");
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  const params = { expression: "for (;;);" };
  socket.send(JSON.stringify({ id: 1, method: "Runtime.evaluate", params }));
}

test("a hung agent is ended by its watchdog and goes on after its restart", async () => {
  const clip = await loadClip(await cellClip({ seconds: 4, cars: [{ cell: 0 }] }));
  const cameras = await startCameraServer({ streams: [{ path: "/a", clip }] });
  undo.push(() => cameras.stop());
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  const rule = { kind: "illegal-parking", warnAfter: "1s", reportAfter: "2s" };
  await junction.write({
    cameras: [
      {
        id: "a",
        url: cameras.url("/a"),
        zones: [{ id: "kerb", polygon: wholePicture, rules: [rule] }],
      },
    ],
  });
  const agent = junction.start({ env: { NODE_OPTIONS: "--inspect-port=127.0.0.1:0" } });
  await agent.line(({ message }) => message === "reported");
  const tree = agent.tree();
  await hangMainThread(agent);
  const hungMonoMs = performance.now();

  expect(await agent.ended).toEqual({ code: null, signal: "SIGKILL" });
  expect(performance.now() - hungMonoMs).toBeLessThan(endsWithinMs);
  const lines = agent.lines.filter((line) => line["part"] === "watchdog");
  expect(lines.map(({ level }) => level)).toEqual(["error"]);
  expect(lines[0]?.message).toMatch(/has not moved for 20 s: ending the process/);

  const again = junction.start();
  await again.line(({ message }) => message.startsWith("camera live"));
  expect(performance.now() - hungMonoMs).toBeLessThan(60_000);
  expect(tree.filter(isRunning)).toEqual([]);
  const { cameras: states } = await again.health();
  expect(states.map(({ state }) => state)).toEqual(["live"]);
  expect(again.lines.filter(({ level }) => level === "error")).toEqual([]);
  expect(await again.stop()).toMatchObject({ code: 0 });
});
