/**
 * Goal: every way in which a camera can fail is named, said once, and stays its own; no picture
 * that is not whole is ever given.
 * Method: the fixtures' camera server with its faults, the real worker thread, real time. Streams
 * with different faults run side by side.
 */
import net from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CameraServer,
  startCameraServer,
} from "../../test-fixtures/camera-server/camera-server.ts";
import type { Fault } from "../../test-fixtures/camera-server/fault.ts";
import type { StreamOptions } from "../../test-fixtures/camera-server/options.ts";
import type { Clip } from "../../test-fixtures/clips/clip.ts";
import { madeClip } from "../../test-fixtures/clips/made-clip.ts";
import {
  isKeyframeOf,
  startCapture,
  strangers,
  type TestCapture,
  type TestStream,
} from "../../test-fixtures/receiving/test-capture.ts";

let clip: Clip;
let closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  clip = await madeClip({ gopSeconds: 1 });
});

async function closeAll(): Promise<void> {
  for (const close of closers.toReversed()) await close();
  closers = [];
}

afterAll(closeAll);

async function serve(streams: readonly Partial<StreamOptions>[]): Promise<CameraServer> {
  const server = await startCameraServer({
    streams: streams.map((stream, index) => ({ path: `/s${index}`, clip, ...stream })),
  });
  closers.push(() => server.stop());
  return server;
}

function receive(streams: readonly TestStream[]): TestCapture {
  const capture = startCapture(streams);
  closers.push(() => capture.stop());
  return capture;
}

/** A server that answers whatever is asked with the same bytes. */
async function answering(answer: string | Buffer, path = "/s"): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on("data", () => socket.write(answer));
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a port");
  return `rtsp://127.0.0.1:${address.port}${path}`;
}

// Side by side: most of their time is a camera's silence.
describe.concurrent("failures", () => {
  const rows: { name: string; faults: Fault[]; want: string; says: string }[] = [
    { name: "not-found", faults: [{ kind: "not-found" }], want: "not-found", says: "404" },
    {
      name: "unauthorised",
      faults: [{ kind: "unauthorised" }],
      want: "unauthorised",
      says: "login",
    },
    {
      name: "too-many",
      faults: [{ kind: "error-status", status: 453, reason: "Not Enough Bandwidth" }],
      want: "refused",
      says: "453 Not Enough Bandwidth",
    },
    {
      name: "broken",
      faults: [{ kind: "error-status", status: 500, reason: "Internal Server Error" }],
      want: "refused",
      says: "500",
    },
    {
      name: "forbidden",
      faults: [{ kind: "error-status", status: 403, reason: "Forbidden" }],
      want: "unauthorised",
      says: "403",
    },
    { name: "closed", faults: [{ kind: "refuse" }], want: "reset", says: "closed the connection" },
    { name: "garbage", faults: [{ kind: "garbage", where: "reply" }], want: "corrupt", says: "" },
    {
      name: "endless-body",
      faults: [{ kind: "endless-body" }],
      want: "corrupt",
      says: "at most 262144",
    },
    {
      name: "huge-header",
      faults: [{ kind: "huge-header", bytes: 100_000 }],
      want: "corrupt",
      says: "headers are longer",
    },
    {
      name: "endless-header",
      faults: [{ kind: "endless-header" }],
      want: "corrupt",
      says: "headers are longer",
    },
  ];

  test("each is named with what the camera said, once", async () => {
    const server = await serve(rows.map(({ name, faults }) => ({ path: `/${name}`, faults })));
    const capture = receive(
      rows.map(({ name }) => ({ camera: name, url: server.url(`/${name}`) })),
    );
    const isOver = (name: string): boolean => capture.story(name).length > 1;
    await capture.until("all failures", () => rows.every(({ name }) => isOver(name)), 25_000);
    await wait(3_000);
    for (const { name, want, says } of rows) {
      const state = capture.states.findLast(({ cameraId }) => cameraId === name);
      expect(capture.story(name), name).toEqual(["connecting", `failed ${want}`]);
      expect(state?.detail, name).toContain(says);
    }
  });

  test("nobody there, nobody speaking, another protocol, no such host", async () => {
    const silent = await answering("");
    const web = await answering("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html></html>");
    const mute = await answering(Buffer.alloc(400_000, 0xfe));
    const login = await answering(
      'RTSP/1.0 401 No\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="hunter22"\r\n\r\n',
    );
    const audio = await answering(
      "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nContent-Length: 26\r\n\r\nv=0\r\nm=audio 0 RTP/AVP 0\r\n",
    );
    const rows = [
      { camera: "silent", url: silent, want: "timeout", says: "no answer to OPTIONS" },
      { camera: "web", url: web, want: "corrupt", says: '"HTTP/1.1 400 Bad Request"' },
      { camera: "mute", url: mute, want: "corrupt", says: "neither packets nor replies" },
      {
        camera: "login",
        url: login.replace("//", "//u:hunter22@"),
        want: "unauthorised",
        says: "401 No",
      },
      { camera: "audio", url: audio, want: "codec-unsupported", says: "no video" },
      {
        camera: "host",
        url: "rtsp://no-such-host.invalid/s",
        want: "not-found",
        says: "no-such-host.invalid",
      },
    ];
    const capture = receive(rows);
    await capture.until(
      "all failures",
      () => rows.every(({ camera }) => capture.story(camera).length > 1),
      25_000,
    );
    for (const { camera, want, says } of rows) {
      const state = capture.states.findLast(({ cameraId }) => cameraId === camera);
      expect(capture.story(camera), camera).toEqual(["connecting", `failed ${want}`]);
      expect(state?.detail, camera).toContain(says);
    }
    expect(JSON.stringify(capture.states)).not.toContain("hunter22");
  });

  test("a refused connection is tried again until the camera is there", async () => {
    const first = await serve([{}]);
    const { port } = first;
    await first.stop();
    const capture = receive([{ camera: "a", url: first.url("/s0") }]);
    await capture.untilStates("a", ["connecting", "failed refused"]);
    const again = await startCameraServer({ port, streams: [{ path: "/s0", clip }] });
    closers.push(() => again.stop());
    await capture.untilStates("a", ["connecting", "failed refused", "live"]);
    expect((await capture.stats("a")).reconnects).toBeGreaterThan(0);
  });
});

describe.concurrent("streams that break", () => {
  test("frozen after ten seconds without a picture, and live again when it is healed", async () => {
    const server = await serve([{}, { faults: [{ kind: "freeze" }] }]);
    const capture = receive([
      { camera: "freezes", url: server.url("/s0") },
      { camera: "never", url: server.url("/s1") },
    ]);
    await capture.untilPictures("freezes", 1);
    server.setFault("/s0", { kind: "freeze" });
    await capture.untilStates("freezes", ["connecting", "live", "failed frozen"], 20_000);
    await capture.untilStates("never", ["connecting", "failed timeout"], 20_000);
    server.setFault("/s0", undefined);
    await capture.until("live again", () => capture.story("freezes").includes("live", 2), 25_000);
    expect(capture.story("never")).toEqual(["connecting", "failed timeout"]);
  });

  test("a camera that resets every second is one failure, not one a second", async () => {
    const server = await serve([{ faults: [{ kind: "reset", everyMs: 1_000 }] }]);
    const capture = receive([{ camera: "a", url: server.url("/s0") }]);
    await capture.until("some connections", () => server.stats().accepted >= 4, 25_000);
    expect(capture.story("a")).toEqual(["connecting", "live", "failed reset"]);
    expect((await capture.stats("a")).reconnects).toBeGreaterThanOrEqual(3);
  });

  test("loss, garbage and lies damage pictures, and no damaged picture is given", async () => {
    const faults: Fault[][] = [
      [{ kind: "packet-loss", ratio: 0.03 }],
      [{ kind: "garbage", where: "stream" }],
      [{ kind: "half-frame" }],
      [{ kind: "length-lie" }],
      [{ kind: "stall", forMs: 3_000 }],
    ];
    const server = await serve(faults.map(() => ({ mtuBytes: 500 })));
    const names = faults.map((_, index) => `s${index}`);
    const capture = receive(
      names.map((camera) => ({ camera, url: server.url(`/${camera}`), everyMs: 400 })),
    );
    for (const name of names) await capture.untilPictures(name, 3);
    for (const [index, fault] of faults.entries()) server.setFault(`/s${index}`, fault);
    await wait(8_000);
    for (const name of names) server.setFault(`/${name}`, undefined);
    const counts = new Map(names.map((name) => [name, capture.pictures(name).length]));
    for (const name of names) {
      await capture.untilPictures(name, (counts.get(name) ?? 0) + 3, 30_000);
      expect(strangers(capture.pictures(name), clip), name).toEqual([]);
      for (const picture of capture.pictures(name))
        expect(isKeyframeOf(picture, clip), name).toBe(true);
    }
    const loss = await capture.stats("s0");
    expect(loss.lostPackets).toBeGreaterThan(10);
    expect(loss.damagedPictures).toBeGreaterThan(10);
    expect(loss.reconnects).toBe(0);
  });

  test("a stream that the camera ends is tried again at once", async () => {
    const server = await serve([{ loop: false, end: "bye", begin: "each-play" }]);
    const capture = receive([{ camera: "a", url: server.url("/s0") }]);
    await capture.untilStates("a", ["connecting", "live", "failed reset"]);
    expect(capture.states.at(-1)?.detail).toBe("the camera ended the stream");
    await capture.untilPictures("a", 6);
  });

  test("random payloads give no picture and end as a failure", async () => {
    const h265 = await madeClip({ codec: "h265" });
    const server = await serve([{ clip: h265, faults: [{ kind: "garbage", where: "rtp" }] }]);
    const capture = receive([{ camera: "a", url: server.url("/s0") }]);
    await capture.until("a failure", () => capture.story("a").length > 1, 20_000);
    expect(capture.story("a")[1]).toMatch(/^failed (frozen|corrupt|codec-unsupported)$/);
    expect(capture.pictures("a")).toEqual([]);
  });

  test("a jump of the camera's clock moves no captured time", async () => {
    const server = await serve([{ senderReports: { everyMs: 500 } }]);
    const capture = receive([{ camera: "a", url: server.url("/s0") }]);
    await capture.untilPictures("a", 2);
    server.setFault("/s0", { kind: "clock-jump", byMs: -3_600_000 });
    await capture.untilPictures("a", 5);
    for (const picture of capture.pictures("a").slice(1)) {
      expect(Math.abs(Date.now() - picture.capturedAtMs)).toBeLessThan(15_000);
      expect(picture.clockSource).toBe("sender-report");
    }
    const times = capture.pictures("a").map(({ capturedAtMs }) => capturedAtMs);
    for (const [index, time] of times.entries()) {
      expect(Math.abs(time - (times[0] ?? 0) - index * 1_000)).toBeLessThan(200);
    }
    expect((await capture.stats("a")).cameraClockSteps).toBe(1);
    expect((await capture.stats("a")).cameraClockOffsetMs).toBeLessThan(-3_500_000);
  });
});

test.concurrent("six bad cameras beside four good ones: the good ones miss no keyframe", async () => {
  const bad: { name: string; stream: Partial<StreamOptions>; url?: string }[] = [
    { name: "401", stream: { credentials: { user: "u", password: "p" } } },
    { name: "404", stream: { faults: [{ kind: "not-found" }] } },
    { name: "frozen", stream: { faults: [] } },
    { name: "reset", stream: { faults: [{ kind: "reset", everyMs: 1_000 }] } },
    { name: "random", stream: { faults: [{ kind: "garbage", where: "reply" }] } },
    { name: "refused", stream: {}, url: "rtsp://127.0.0.1:1/s" },
  ];
  const good = ["g1", "g2", "g3", "g4"];
  const server = await serve([
    ...bad.map(({ name, stream }) => ({ path: `/${name}`, ...stream })),
    ...good.map((name) => ({ path: `/${name}` })),
  ]);
  const capture = receive([
    ...bad.map(({ name, url }) => ({ camera: name, url: url ?? server.url(`/${name}`) })),
    ...good.map((name) => ({ camera: name, url: server.url(`/${name}`) })),
  ]);
  for (const name of good) await capture.untilPictures(name, 1);
  await capture.untilPictures("frozen", 1);
  server.setFault("/frozen", { kind: "freeze" });
  await wait(20_000);
  for (const name of good) {
    expect(capture.story(name)).toEqual(["connecting", "live"]);
    const numbers = capture.pictures(name).map(({ pictureNumber }) => pictureNumber);
    expect(numbers.length).toBeGreaterThanOrEqual(20);
    // A keyframe a second at 15 pictures a second: not one is missing.
    for (const [index, number] of numbers.entries())
      expect(number).toBe((numbers[0] ?? 0) + 15 * index);
    expect(await capture.stats(name)).toMatchObject({ lostPackets: 0, damagedPictures: 0 });
  }
  expect(bad.map(({ name }) => [name, ...capture.story(name).slice(0, 4)])).toEqual([
    ["401", "connecting", "failed unauthorised"],
    ["404", "connecting", "failed not-found"],
    ["frozen", "connecting", "live", "failed frozen"],
    ["reset", "connecting", "live", "failed reset"],
    ["random", "connecting", "failed corrupt"],
    ["refused", "connecting", "failed refused"],
  ]);
});
