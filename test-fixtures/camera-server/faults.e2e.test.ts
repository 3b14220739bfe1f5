/**
 * Goal: each fault does on the wire what its name says, to its own stream and no other.
 * Method: a raw client that keeps every byte. Waits end when the thing has happened.
 */
import { createHash } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Clip } from "../clips/clip.ts";
import { madeClip } from "../clips/made-clip.ts";
import { type CameraServer, startCameraServer } from "./camera-server.ts";
import type { Fault } from "./fault.ts";
import type { CameraServerOptions, StreamOptions } from "./options.ts";
import { RawClient } from "./raw-client.ts";

let clip: Clip;
let otherClip: Clip;
const started: CameraServer[] = [];
const clients: RawClient[] = [];

beforeAll(async () => {
  const made = { seconds: 1, gopSeconds: 0.5, fps: 20, bitrateKbit: 600 };
  [clip, otherClip] = await Promise.all([
    madeClip(made),
    madeClip({ ...made, width: 160, height: 120 }),
  ]);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function serve(
  stream: Partial<StreamOptions> = {},
  options: Partial<CameraServerOptions> = {},
): Promise<CameraServer> {
  const streams = [
    { path: "/cam", clip, ...stream },
    { path: "/healthy", clip },
  ];
  const server = await startCameraServer({ streams, ...options });
  started.push(server);
  return server;
}

function clientOf(server: CameraServer): RawClient {
  const client = new RawClient(server.port);
  clients.push(client);
  return client;
}

async function playing(server: CameraServer, path = "/cam"): Promise<RawClient> {
  const client = clientOf(server);
  await client.play(server.url(path));
  await client.until(() => client.rtp().length > 3);
  return client;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("faults of the pictures", () => {
  test("freeze: the connection stays, nothing comes, replies neither; healed, it goes on", async () => {
    const server = await serve();
    const client = await playing(server);
    const healthy = await playing(server, "/healthy");
    server.setFault("/cam", { kind: "freeze" });
    await pause(50);
    const [bytes, healthyBytes] = [client.receivedBytes, healthy.receivedBytes];
    client.send("GET_PARAMETER", server.url("/cam"));
    await pause(250);
    expect(client.receivedBytes).toBe(bytes);
    expect(client.isClosed).toBe(false);
    expect(healthy.receivedBytes).toBeGreaterThan(healthyBytes);
    server.setFault("/cam", undefined);
    await client.until(() => client.receivedBytes > bytes);
  });

  test("stall: what was held comes at once, without a gap", async () => {
    const server = await serve();
    const client = await playing(server);
    server.setFault("/cam", { kind: "stall", forMs: 400 });
    const count = client.frames.length;
    await client.until(() => client.frames.length > count + 5);
    const gaps = client.rtp().map(({ atMonoMs }, index, all) => {
      return atMonoMs - (all[index - 1]?.atMonoMs ?? atMonoMs);
    });
    expect(Math.max(...gaps)).toBeGreaterThan(300);
    expectUnbroken(client);
  });

  test("stall that skips: what was held is missing, and sequence numbers tell", async () => {
    const server = await serve();
    const client = await playing(server);
    server.setFault("/cam", { kind: "stall", forMs: 400, afterwards: "skip" });
    const count = client.frames.length;
    await client.until(() => client.frames.length > count + 5);
    expect(sequenceSteps(client).filter((step) => step > 1)).toHaveLength(1);
  });

  test("reset: every connection, so long after its PLAY", async () => {
    const server = await serve({ faults: [{ kind: "reset", everyMs: 200 }] });
    for (let round = 0; round < 2; round++) {
      const client = await playing(server);
      await client.until(() => client.isClosed);
    }
    expect(server.stats().accepted).toBe(2);
  });

  test("packet loss: about the asked share is missing, sequence numbers tell", async () => {
    const server = await serve({ faults: [{ kind: "packet-loss", ratio: 0.3 }] }, { pace: 8 });
    const client = await playing(server);
    await client.until(() => client.rtp().length > 300);
    const { packetsLost, packets } = server.stats();
    expect(packetsLost / packets).toBeGreaterThan(0.2);
    expect(packetsLost / packets).toBeLessThan(0.4);
    expect(sequenceSteps(client).some((step) => step > 1)).toBe(true);
  });

  test("garbage as RTP: packets are whole, their payloads random", async () => {
    const server = await serve();
    const client = await playing(server);
    server.setFault("/cam", { kind: "garbage", where: "rtp" });
    const count = client.rtp().length;
    await client.until(() => client.rtp().length > count + 40);
    const types = new Set(
      client
        .rtp()
        .slice(count + 5)
        .map(({ bytes }) => bytes[12]),
    );
    expect(types.size).toBeGreaterThan(15);
    expectUnbroken(client);
  });

  test("garbage in the stream: frames are lost among random bytes", async () => {
    const server = await serve();
    const client = await playing(server);
    server.setFault("/cam", { kind: "garbage", where: "stream" });
    const bytes = client.receivedBytes;
    await client.until(() => client.receivedBytes > bytes + 5_000);
    expect(client.rest.length).toBeGreaterThan(0);
  });

  test("half a frame, then the end", async () => {
    const server = await serve();
    const client = await playing(server);
    server.setFault("/cam", { kind: "half-frame" });
    await client.until(() => client.isClosed);
    expect(client.rest[0]).toBe(0x24);
    expect(client.rest.length).toBeLessThan(4 + client.rest.readUInt16BE(2));
  });

  test("length lie: a header that says 65,535 bytes comes before a picture", async () => {
    const server = await serve({ faults: [{ kind: "length-lie" }] });
    const client = clientOf(server);
    await client.play(server.url("/cam"));
    await client.until(() => client.rest.length > 100);
    expect([...client.rest.subarray(0, 5)]).toEqual([0x24, 0, 0xff, 0xff, 0x24]);
  });

  test("clock jump: sender reports jump, RTP times do not", async () => {
    const reports = { firstAfterMs: 0, everyMs: 50 };
    const server = await serve({ senderReports: reports }, { now: () => 1_000_000_000_000 });
    const client = await playing(server);
    server.setFault("/cam", { kind: "clock-jump", byMs: 7_200_500 });
    const count = client.rtcp().length;
    await client.until(() => client.rtcp().length > count + 2);
    expect(reportedMs(client.rtcp()[0]?.bytes)).toBe(1_000_000_000_000);
    expect(reportedMs(client.rtcp().at(-1)?.bytes)).toBe(1_000_007_200_500);
    const times = client.rtp().map(({ bytes }) => bytes.readUInt32BE(4));
    const steps = times.map((time, index) => (time - (times[index - 1] ?? time)) >>> 0);
    expect(new Set(steps)).toEqual(new Set([0, 4_500]));
  });

  test("switch of the clip: new parameter sets in band, times go on", async () => {
    const server = await serve({ parameterSets: "sdp" });
    const client = await playing(server);
    server.setFault("/cam", { kind: "switch-clip", clip: otherClip });
    const isNewSps = (bytes: Buffer): boolean =>
      bytes.subarray(12).equals(otherClip.parameterSets[0] ?? Buffer.of());
    await client.until(() => client.rtp().some(({ bytes }) => isNewSps(bytes)));
    expectUnbroken(client);
    expect(await clientOf(server).request("DESCRIBE", server.url("/cam"))).toContain(
      Buffer.from(otherClip.parameterSets[0] ?? []).toString("base64"),
    );
  });
});

describe("faults of the replies", () => {
  const statuses: { readonly fault: Fault; readonly want: string }[] = [
    { fault: { kind: "unauthorised" }, want: "401 Unauthorized" },
    { fault: { kind: "not-found" }, want: "404 Not Found" },
    {
      fault: { kind: "error-status", status: 453, reason: "Not Enough Bandwidth" },
      want: "453 Not",
    },
    { fault: { kind: "redirect", to: "rtsp://127.0.0.1/x" }, want: "302 Moved" },
  ];
  test.each(statuses)("$fault.kind answers $want", async ({ fault, want }) => {
    const server = await serve({ faults: [fault] });
    const reply = await clientOf(server).request("DESCRIBE", server.url("/cam"));
    expect(reply).toContain(`RTSP/1.0 ${want}`);
    const healthy = await clientOf(server).request("DESCRIBE", server.url("/healthy"));
    expect(healthy).toContain("RTSP/1.0 200 OK");
  });

  test("refuse: closed when the stream is known; with path * when it is accepted", async () => {
    const server = await serve({ faults: [{ kind: "refuse" }] });
    const client = clientOf(server);
    client.send("OPTIONS", server.url("/cam"));
    await client.until(() => client.isClosed);
    server.setFault("*", { kind: "refuse" });
    const other = clientOf(server);
    await other.until(() => other.isClosed);
    expect(other.receivedBytes).toBe(0);
    server.setFault("*", undefined);
    await playing(server);
  });

  test("wrong Content-Length", async () => {
    const server = await serve({ faults: [{ kind: "wrong-content-length", byBytes: -20 }] });
    const client = clientOf(server);
    const reply = await client.request("DESCRIBE", server.url("/cam"));
    expect(reply).not.toContain("a=recvonly\r\n");
    expect(client.rest.length).toBe(20);
  });

  const endless: readonly Fault[] = [{ kind: "endless-header" }, { kind: "endless-body" }];
  test.each(endless)("$kind: more than a million bytes and no end", async (fault) => {
    const server = await serve({ faults: [fault] });
    const client = clientOf(server);
    client.send("DESCRIBE", server.url("/cam"));
    await client.until(() => client.receivedBytes > 1_000_000);
    expect(client.rest.length).toBe(client.receivedBytes);
  });

  test("huge header", async () => {
    const server = await serve({ faults: [{ kind: "huge-header", bytes: 300_000 }] });
    const reply = await clientOf(server).request("OPTIONS", server.url("/cam"));
    expect(reply.length).toBeGreaterThan(300_000);
  });

  test("slow replies: a byte at a time", async () => {
    const server = await serve({ faults: [{ kind: "slow-replies", byteEveryMs: 20 }] });
    const client = clientOf(server);
    client.send("DESCRIBE", server.url("/cam"));
    await client.until(() => client.receivedBytes > 3);
    expect(client.rest.toString()).toBe("RTSP/1.0".slice(0, client.rest.length));
  });

  test("garbage as a reply", async () => {
    const server = await serve({ faults: [{ kind: "garbage", where: "reply" }] });
    const client = clientOf(server);
    client.send("DESCRIBE", server.url("/cam"));
    await client.until(() => client.receivedBytes === 500);
    expect(client.rest.toString("latin1")).not.toContain("RTSP");
  });

  test("a script sets faults and takes them away", async () => {
    const fault: Fault = { kind: "not-found" };
    const server = await serve({ script: [{ atMs: 100, fault, forMs: 200 }] });
    const seen: boolean[] = [];
    const client = clientOf(server);
    for (let step = 0; step < 8; step++) {
      seen.push((await client.request("DESCRIBE", server.url("/cam"))).includes("404"));
      await pause(60);
    }
    expect(seen[0]).toBe(false);
    expect(seen).toContain(true);
    expect(seen.at(-1)).toBe(false);
  });
});

describe("sessions", () => {
  test("one that is not kept alive is dropped, one that is stays", async () => {
    const server = await serve({ sessionTimeoutMs: 300 });
    const [silent, alive] = [await playing(server), await playing(server)];
    for (let round = 0; round < 6; round++) {
      await pause(100);
      await alive.request("GET_PARAMETER", server.url("/cam"));
    }
    expect(silent.isClosed).toBe(true);
    expect(alive.isClosed).toBe(false);
  });

  test("a request with another session is refused", async () => {
    const server = await serve();
    const client = await playing(server);
    const reply = await client.request("GET_PARAMETER", server.url("/cam"), ["Session: 1"]);
    expect(reply).toContain("454 Session Not Found");
  });

  test("a second SETUP is refused while it plays", async () => {
    const server = await serve();
    const client = await playing(server);
    const headers = ["Transport: RTP/AVP/TCP;unicast;interleaved=4-5"];
    const reply = await client.request("SETUP", `${server.url("/cam")}/trackID=1`, headers);
    expect(reply).toContain("455");
  });

  test("UDP is refused where the client asks, TCP where the stream says so", async () => {
    const server = await serve({ refusesTcp: true });
    const transports = [
      "RTP/AVP;unicast;client_port=9000-9001",
      "RTP/AVP/TCP;unicast;interleaved=0-1",
    ];
    for (const transport of transports) {
      const headers = [`Transport: ${transport}`];
      const reply = await clientOf(server).request(
        "SETUP",
        `${server.url("/cam")}/trackID=1`,
        headers,
      );
      expect(reply).toContain("461 Unsupported Transport");
    }
  });

  test("a clip that does not loop starts with the first PLAY and says goodbye when asked to", async () => {
    const server = await serve({ loop: false, end: "bye" }, { pace: 4 });
    const client = clientOf(server);
    await client.play(server.url("/cam"));
    await client.until(() => client.isClosed);
    expect(server.stats().streams["/cam"]?.pictures).toBe(clip.accessUnits.length);
    expect(client.rtcp().at(-1)?.bytes[1]).toBe(203);
  });

  test("Digest with SHA-256 lets in who knows the password", async () => {
    const credentials = { user: "u", password: "p", schemes: ["digest-sha-256"] as const };
    const server = await serve({ credentials, reply: { control: "absolute" } });
    const client = clientOf(server);
    const url = server.url("/cam");
    const challenge = await client.request("DESCRIBE", url);
    expect(challenge).toContain("algorithm=SHA-256");
    const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? "";
    const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? "";
    const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
    const answer = (password: string): string => {
      const response = sha(`${sha(`u:${realm}:${password}`)}:${nonce}:${sha(`DESCRIBE:${url}`)}`);
      const fields = `username="u", realm="${realm}", nonce="${nonce}", uri="${url}"`;
      return `Authorization: Digest ${fields}, response="${response}", algorithm=SHA-256`;
    };
    expect(await client.request("DESCRIBE", url, [answer("wrong")])).toContain("401");
    expect(await client.request("DESCRIBE", url, [answer("p")])).toContain("200 OK");
  });
});

test("streams of one clip do not send their keyframes together", async () => {
  const paths = Array.from({ length: 8 }, (_, index) => `/cam${index}`);
  const streams = paths.map((path) => ({ path, clip }));
  const server = await startCameraServer({ streams });
  started.push(server);
  const firsts = await Promise.all(
    paths.map(async (path) => {
      const client = await playing(server, path);
      const isKey = (bytes: Buffer): boolean => (bytes[12] ?? 0) === 0x67;
      await client.until(() => client.rtp().some(({ bytes }) => isKey(bytes)));
      return Math.round(client.rtp().find(({ bytes }) => isKey(bytes))?.atMonoMs ?? 0);
    }),
  );
  expect(new Set(firsts.map((atMs) => Math.floor(atMs / 50))).size).toBeGreaterThan(3);
});

function sequenceSteps(client: RawClient): number[] {
  const numbers = client.rtp().map(({ bytes }) => bytes.readUInt16BE(2));
  return numbers.slice(1).map((number, index) => (number - (numbers[index] ?? 0)) & 0xffff);
}

function expectUnbroken(client: RawClient): void {
  expect(new Set(sequenceSteps(client))).toEqual(new Set([1]));
}

function reportedMs(bytes: Buffer | undefined): number {
  if (bytes === undefined) throw new Error("no sender report came");
  const seconds = bytes.readUInt32BE(8) - 2_208_988_800;
  return Math.round(seconds * 1_000 + (bytes.readUInt32BE(12) / 2 ** 32) * 1_000);
}
