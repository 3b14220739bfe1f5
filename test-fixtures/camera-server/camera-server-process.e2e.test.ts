import { afterAll, beforeAll, expect, test } from "vitest";
import { type CameraServerProcess, startCameraServerProcess } from "./camera-server-process.ts";
import { RawClient } from "./raw-client.ts";

let server: CameraServerProcess;
const made = { seconds: 1, gopSeconds: 0.5, fps: 20, bitrateKbit: 600 };

beforeAll(async () => {
  server = await startCameraServerProcess({
    streams: [{ path: "/cam{n}", count: 3, clip: { made } }],
  });
});
afterAll(() => server.stop());

test("one entry stands for many cameras, and their cost is told", async () => {
  const client = new RawClient(server.port);
  await client.play(server.url("/cam3"));
  await client.until(() => client.rtp().length > 5);
  const stats = await server.stats();
  expect(Object.keys(stats.streams)).toEqual(["/cam1", "/cam2", "/cam3"]);
  expect(stats).toMatchObject({ clients: 1, playing: 1 });
  expect(stats.cpuMs).toBeGreaterThan(0);
  client.close();
});

test("faults are set from outside, clips by name", async () => {
  const client = new RawClient(server.port);
  await client.play(server.url("/cam1"));
  const other = { ...made, width: 160, height: 120 };
  await server.setFaults("/cam1", [{ kind: "switch-clip", clip: { made: other } }]);
  await server.setFaults("/cam1", [{ kind: "half-frame" }]);
  await client.until(() => client.isClosed);
  await expect(server.setFaults("/nowhere", [])).rejects.toThrow("no stream has the path /nowhere");
});
