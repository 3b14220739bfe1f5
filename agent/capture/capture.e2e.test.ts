/**
 * Goal: receiving works against real sockets, with logins, TLS, habits of makers and codecs, and
 * gives byte for byte the pictures that were sent.
 * Method: the fixtures' camera server, the real worker thread, real time; streams of one server
 * run side by side, so that the file takes seconds.
 */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type CameraServer,
  startCameraServer,
} from "../../test-fixtures/camera-server/camera-server.ts";
import type { StreamOptions } from "../../test-fixtures/camera-server/options.ts";
import { type Certificates, makeCertificates } from "../../test-fixtures/certificates.ts";
import type { Clip } from "../../test-fixtures/clips/clip.ts";
import { madeClip } from "../../test-fixtures/clips/made-clip.ts";
import {
  isKeyframeOf,
  settingsOf,
  startCapture,
  strangers,
  type TestCapture,
  type TestStream,
} from "../../test-fixtures/receiving/test-capture.ts";

let clip: Clip;
let servers: CameraServer[] = [];
let captures: TestCapture[] = [];

beforeAll(async () => {
  clip = await madeClip({ gopSeconds: 1 });
});

afterEach(async () => {
  await Promise.all(captures.map((capture) => capture.stop()));
  await Promise.all(servers.map((server) => server.stop()));
  captures = [];
  servers = [];
});

async function serve(
  streams: readonly Partial<StreamOptions>[],
  options: Partial<Parameters<typeof startCameraServer>[0]> = {},
): Promise<CameraServer> {
  const server = await startCameraServer({
    ...options,
    streams: streams.map((stream, index) => ({ path: `/s${index}`, clip, ...stream })),
  });
  servers.push(server);
  return server;
}

function receive(streams: readonly TestStream[]): TestCapture {
  const capture = startCapture(streams);
  captures.push(capture);
  return capture;
}

describe("logins", () => {
  const password = "pa ss:w@rd/ä";
  const credentials = { user: "cam", password };
  const rows: { name: string; credentials: StreamOptions["credentials"] & object }[] = [
    { name: "basic", credentials: { ...credentials, schemes: ["basic"] } },
    { name: "md5", credentials: { ...credentials, schemes: ["digest-md5"] } },
    { name: "md5-qop", credentials: { ...credentials, schemes: ["digest-md5"], withQop: true } },
    { name: "sha256", credentials: { ...credentials, schemes: ["digest-sha-256"] } },
    {
      name: "both",
      credentials: { ...credentials, schemes: ["basic", "digest-md5", "digest-sha-256"] },
    },
    { name: "stale", credentials: { ...credentials, nonceUsesMax: 1 } },
  ];

  test("every scheme lets us in, and a wrong password is said once", async () => {
    const server = await serve(
      rows.map((row) => ({ path: `/${row.name}`, credentials: row.credentials })),
    );
    const capture = receive([
      ...rows.map(({ name }) => ({ camera: name, url: server.url(`/${name}`, credentials) })),
      { camera: "wrong", url: server.url("/md5", { user: "cam", password: "secret-word" }) },
      { camera: "none", url: server.url("/md5") },
    ]);
    for (const { name } of rows) await capture.untilStates(name, ["connecting", "live"]);
    await capture.untilStates("wrong", ["connecting", "failed unauthorised"]);
    await capture.untilStates("none", ["connecting", "failed unauthorised"]);
    await capture.untilPictures("stale", 2);
    const text = JSON.stringify([capture.states, await capture.capture.stats()]);
    expect(text).not.toContain("secret-word");
    expect(text).not.toContain(password);
    expect(text).not.toContain(encodeURIComponent(password));
  });
});

describe("TLS", () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterAll(() => certificates.remove());

  test("a certificate counts when its authority is known, or when any is allowed", async () => {
    const ca = await readFile(certificates.caFile, "utf8");
    const tls = await certificates.read(certificates.server);
    const server = await serve([{}], { tls });
    const wrongName = await serve([{}], { tls: await certificates.read(certificates.wrongName) });
    const capture = receive([
      { camera: "known", url: server.url("/s0"), tls: { ca } },
      { camera: "unknown", url: server.url("/s0") },
      { camera: "allowed", url: wrongName.url("/s0"), tls: { isSelfSignedAllowed: true } },
      { camera: "wrong-name", url: wrongName.url("/s0"), tls: { ca } },
      { camera: "no-tls", url: server.url("/s0").replace("rtsps", "rtsp") },
    ]);
    await capture.untilPictures("known", 2);
    await capture.untilPictures("allowed", 1);
    await capture.untilStates("unknown", ["connecting", "failed refused"]);
    await capture.untilStates("wrong-name", ["connecting", "failed refused"]);
    await capture.until("no-tls fails", () => capture.story("no-tls").length === 2);
    expect(strangers(capture.pictures("known"), clip)).toEqual([]);
  });
});

describe("habits of makers", () => {
  const rows: { name: string; stream: Partial<StreamOptions> }[] = [
    { name: "base-plain", stream: { reply: { contentBase: "plain" } } },
    {
      name: "base-missing",
      stream: { reply: { contentBase: "missing", control: "absolute-path" } },
    },
    { name: "base-location", stream: { reply: { contentBase: "location" } } },
    { name: "base-other", stream: { reply: { contentBase: "other-host" } } },
    { name: "control-absolute", stream: { reply: { control: "absolute" } } },
    { name: "tracks-before", stream: { reply: { otherTracks: "before" } } },
    { name: "tracks-after", stream: { reply: { otherTracks: "after" } } },
    { name: "channels", stream: { reply: { channelShift: 6 } } },
    { name: "session", stream: { reply: { session: "     {id} ; timeout = {timeout}" } } },
    { name: "no-timeout", stream: { reply: { session: "{id}" } } },
    { name: "no-rtp-info", stream: { reply: { rtpInfo: "missing" } } },
    {
      name: "few-methods",
      stream: {
        sessionTimeoutMs: 2_000,
        reply: { methods: ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"] },
      },
    },
    { name: "keep-alive", stream: { sessionTimeoutMs: 2_000 } },
    { name: "aggregated", stream: { aggregate: true } },
    { name: "sets-in-band", stream: { parameterSets: "in-band" } },
    { name: "sets-in-sdp", stream: { parameterSets: "sdp" } },
    { name: "small-packets", stream: { mtuBytes: 100 } },
    { name: "wrap", stream: { sequenceStart: 65_530, timestampStart: 4_294_960_000 } },
    { name: "payload-type", stream: { payloadType: 112 } },
    { name: "no-reports", stream: { senderReports: "never" } },
    { name: "query?channel=1&subtype=0", stream: {} },
    { name: "slow", stream: { faults: [{ kind: "slow-replies", byteEveryMs: 1 }] } },
    { name: "short-length", stream: { faults: [{ kind: "wrong-content-length", byBytes: -40 }] } },
    { name: "long-length", stream: { faults: [{ kind: "wrong-content-length", byBytes: 25 }] } },
  ];

  test("all are received, and give the pictures that were sent", async () => {
    const server = await serve(rows.map(({ name, stream }) => ({ path: `/${name}`, ...stream })));
    const capture = receive(
      rows.map(({ name }) => ({ camera: name, url: server.url(`/${name}`) })),
    );
    for (const { name } of rows) await capture.untilPictures(name, 4, 20_000);
    for (const { name } of rows) {
      expect(capture.story(name), name).toEqual(["connecting", "live"]);
      const pictures = capture.pictures(name);
      expect(strangers(pictures, clip), name).toEqual([]);
      for (const picture of pictures) {
        expect(isKeyframeOf(picture, clip), name).toBe(true);
        expect(picture.units).toHaveLength(1);
        expect(Math.abs(Date.now() - picture.capturedAtMs)).toBeLessThan(10_000);
      }
      expect(await capture.stats(name), name).toMatchObject({
        widthPx: 320,
        heightPx: 240,
        lostPackets: 0,
        damagedPictures: 0,
        reconnects: 0,
      });
    }
    expect(capture.pictures("no-reports")[0]?.clockSource).toBe("arrival");
    expect(capture.pictures("aggregated").at(-1)?.clockSource).toBe("sender-report");
  });
});

describe("codecs", () => {
  test("slices, B-frames, CAVLC, H.265, 10 bit", async () => {
    const rows = [
      { name: "slices", made: { slices: 4 } },
      { name: "b-frames", made: { bFrames: 2 } },
      { name: "cavlc", made: { withCabac: false } },
      { name: "h265", made: { codec: "h265" } },
      { name: "h265-slices", made: { codec: "h265", slices: 3 } },
      { name: "h265-10-bit", made: { codec: "h265", pixelFormat: "yuv420p10le" } },
    ] as const;
    const clips = await Promise.all(rows.map(({ made }) => madeClip({ ...made, gopSeconds: 1 })));
    const server = await serve(
      rows.map(({ name }, index) => ({
        path: `/${name}`,
        clip: clips[index] ?? clip,
        mtuBytes: 600,
      })),
    );
    const capture = receive(
      rows.map(({ name }) => ({ camera: name, url: server.url(`/${name}`) })),
    );
    for (const [index, { name }] of rows.entries()) {
      await capture.untilPictures(name, 3);
      const sent = clips[index] ?? clip;
      expect(strangers(capture.pictures(name), sent), name).toEqual([]);
      expect(await capture.stats(name)).toMatchObject({
        codec: sent.codec,
        widthPx: 320,
        heightPx: 240,
      });
    }
  });

  test("where keyframes are far apart, a group is handed out for every look that is due", async () => {
    const long = await madeClip({ gopSeconds: 4, seconds: 8, bFrames: 2 });
    const server = await serve([{ clip: long }]);
    const capture = receive([{ camera: "a", url: server.url("/s0"), everyMs: 1_000 }]);
    await capture.untilPictures("a", 12);
    const groups = capture.pictures("a").filter(({ units }) => units.length > 1);
    expect(groups.length).toBeGreaterThan(6);
    expect(strangers(capture.pictures("a"), long)).toEqual([]);
    for (const picture of capture.pictures("a")) expect(isKeyframeOf(picture, long)).toBe(true);
    const times = capture.notices.map(({ capturedAtMs }) => capturedAtMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test("another picture size in the middle brings its own parameter sets", async () => {
    const other = await madeClip({ width: 640, height: 360, gopSeconds: 1 });
    const server = await serve([{}]);
    const capture = receive([{ camera: "a", url: server.url("/s0") }]);
    await capture.untilPictures("a", 2);
    server.setFault("/s0", { kind: "switch-clip", clip: other });
    const isOther = (): boolean =>
      capture.pictures("a").some((picture) => isKeyframeOf(picture, other));
    await capture.until("the other clip", isOther);
    expect(await capture.stats("a")).toMatchObject({ widthPx: 640, heightPx: 360, reconnects: 0 });
    const sets = capture
      .pictures("a")
      .map((picture) => [
        isKeyframeOf(picture, other),
        Buffer.from(picture.parameterSets).toString("hex"),
      ]);
    expect(new Set(sets.map(([, text]) => text)).size).toBe(2);
    expect(new Set(sets.map(String)).size).toBe(2);
  });
});

describe("coming and going", () => {
  test("streams are added and removed without touching others, and cameras hear goodbye", async () => {
    const server = await serve([{}, {}]);
    const first = { camera: "first", url: server.url("/s0") };
    const second = { camera: "second", url: server.url("/s1") };
    const capture = receive([first]);
    await capture.untilPictures("first", 1);
    capture.capture.update([settingsOf(first), settingsOf(second)]);
    await capture.untilPictures("second", 1);
    expect(server.stats().playing).toBe(2);
    capture.capture.update([settingsOf({ ...first, everyMs: 500 })]);
    await capture.until("one client", () => server.stats().clients === 1);
    expect(capture.story("first")).toEqual(["connecting", "live"]);
    expect(server.stats().accepted).toBe(2);
    await capture.stop();
    await capture.until("no client", () => server.stats().clients === 0);
  });

  test("a worker that dies comes back with its cameras, and is told each time", async () => {
    const server = await serve([{}]);
    const worker = new URL("../../test-fixtures/receiving/dying-worker.ts", import.meta.url);
    const capture = startCapture([{ camera: "a", url: server.url("/s0") }], {
      worker,
      isCrashExpected: true,
    });
    captures.push(capture);
    await capture.until("two deaths", () => capture.crashes.length === 2);
    const before = capture.pictures("a").length;
    await capture.untilPictures("a", before + 1);
    expect(before).toBeGreaterThan(0);
    expect(capture.crashes.map(({ message }) => message)).toEqual(
      Array(capture.crashes.length).fill("a bug ended the worker"),
    );
    // The worker's clock counts as ours does, whenever it was started.
    const arrivedMs = capture.notices.map(({ arrivedAtMonoMs }) => arrivedAtMonoMs);
    expect(arrivedMs).toEqual(arrivedMs.toSorted((a, b) => a - b));
    expect(Math.abs(performance.now() - (arrivedMs.at(-1) ?? 0))).toBeLessThan(1_000);
  });

  test("redirects are followed, but not for ever", async () => {
    const server = await serve([{}, {}, {}]);
    server.setFault("/s1", { kind: "redirect", to: server.url("/s0") });
    server.setFault("/s2", { kind: "redirect", to: server.url("/s2") });
    const capture = receive([
      { camera: "sent-on", url: server.url("/s1") },
      { camera: "round", url: server.url("/s2") },
    ]);
    await capture.untilStates("sent-on", ["connecting", "live"]);
    await capture.untilStates("round", ["connecting", "failed not-found"]);
    const failed = capture.states.find(({ state }) => state === "failed");
    expect(failed?.detail).toContain("more than 5 redirects");
  });
});
