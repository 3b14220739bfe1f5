/**
 * Goal: a client that we did not write gets from the camera server what the clip holds.
 * Method: ffmpeg and ffprobe over loopback; what ffmpeg copied is compared unit by unit.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Certificates, makeCertificates } from "../certificates.ts";
import { isParameterSet, splitAnnexB } from "../clips/annex-b.ts";
import type { Clip } from "../clips/clip.ts";
import { footage } from "../clips/footage.ts";
import { loadClip } from "../clips/load-clip.ts";
import { type MadeClipOptions, madeClip } from "../clips/made-clip.ts";
import { runTool } from "../run-tool.ts";
import { type CameraServer, startCameraServer } from "./camera-server.ts";
import type { Credentials } from "./login.ts";
import type { StreamOptions } from "./options.ts";

const small: MadeClipOptions = { seconds: 1, gopSeconds: 0.5, fps: 20, bitrateKbit: 600 };

async function copied(url: string, clip: Clip, seconds = 1.2): Promise<Buffer[]> {
  const source = ["-rtsp_transport", "tcp", "-analyzeduration", "1000000", "-i", url];
  const input = ["-v", "error", ...source, "-t", `${seconds}`];
  const format = clip.codec === "h264" ? "h264" : "hevc";
  const stream = await runTool("ffmpeg", [...input, "-c", "copy", "-f", format, "pipe:1"]);
  return splitAnnexB(stream).filter((nal) => !isParameterSet(nal, clip.codec));
}

/** Whether `nals` are a piece of the clip, played round and round. */
function isPieceOf(nals: readonly Buffer[], clip: Clip): boolean {
  const round = clip.accessUnits.flatMap((unit) => unit.nals);
  const isFrom = (start: number): boolean =>
    nals.every((nal, index) => nal.equals(round[(start + index) % round.length] ?? Buffer.of()));
  return nals.length > 0 && round.some((_, start) => isFrom(start));
}

interface Row {
  readonly name: string;
  readonly made?: MadeClipOptions;
  readonly stream?: Partial<StreamOptions>;
}

const login = { user: "admin", password: "p@ss:w/ö" };
const withLogin = (scheme: Partial<Credentials>): Partial<StreamOptions> => ({
  credentials: { ...login, ...scheme },
});

const rows: readonly Row[] = [
  { name: "H.264" },
  { name: "H.265", made: { codec: "h265" } },
  { name: "Basic", stream: withLogin({ schemes: ["basic"] }) },
  { name: "Digest MD5", stream: withLogin({ schemes: ["digest-md5"] }) },
  { name: "Digest MD5 with qop", stream: withLogin({ schemes: ["digest-md5"], withQop: true }) },
  { name: "a nonce that goes stale", stream: withLogin({ nonceUsesMax: 1 }) },
  { name: "parameter sets in the SDP alone", stream: { parameterSets: "sdp" } },
  { name: "parameter sets in band alone", stream: { parameterSets: "in-band" } },
  {
    name: "H.265 in band alone",
    made: { codec: "h265" },
    stream: { parameterSets: "in-band" },
  },
  { name: "four slices a picture", made: { slices: 4 } },
  { name: "small units together (STAP-A)", made: { slices: 4 }, stream: { aggregate: true } },
  {
    name: "small units together (AP)",
    made: { codec: "h265", slices: 2 },
    stream: { aggregate: true },
  },
  { name: "a small MTU", stream: { mtuBytes: 200 } },
  { name: "numbers that wrap", stream: { sequenceStart: 65_530, timestampStart: 2 ** 32 - 9_000 } },
  { name: "no Content-Base", stream: { reply: { contentBase: "missing" } } },
  { name: "Content-Base without slash", stream: { reply: { contentBase: "plain" } } },
  { name: "an absolute control address", stream: { reply: { control: "absolute" } } },
  { name: "other tracks before the video", stream: { reply: { otherTracks: "before" } } },
  { name: "no RTP-Info", stream: { reply: { rtpInfo: "missing" } } },
];

describe("ffmpeg copies what the clip holds", () => {
  let server: CameraServer;
  const clips = new Map<string, Clip>();
  beforeAll(async () => {
    for (const { name, made } of rows) clips.set(name, await madeClip({ ...small, ...made }));
    server = await startCameraServer({
      streams: rows.map(({ name, stream }, index) => {
        const clip = clips.get(name) as Clip; // Put there above.
        return { path: `/live/${index}?channel=1&subtype=0`, clip, ...stream };
      }),
    });
  });
  afterAll(() => server.stop());

  test.concurrent.each(rows.map((row, index) => ({ ...row, index })))(
    "$name",
    async ({ name, index, stream }) => {
      const clip = clips.get(name) as Clip; // Put there by beforeAll.
      const path = `/live/${index}?channel=1&subtype=0`;
      const url = server.url(path, stream?.credentials === undefined ? undefined : login);
      const nals = await copied(url, clip);
      expect(isPieceOf(nals, clip)).toBe(true);
    },
  );
});

const coach = footage("tfl-tooley-standing-coach");
test.skipIf(coach === undefined)("real footage comes as it is", async () => {
  const clip = await loadClip(coach ?? "");
  const server = await startCameraServer({ streams: [{ path: "/coach", clip }] });
  expect(isPieceOf(await copied(server.url("/coach"), clip), clip)).toBe(true);
  await server.stop();
});

test("a wrong password is refused, whatever the scheme", async () => {
  const clip = await madeClip(small);
  const schemes = ["basic", "digest-md5"] as const;
  const server = await startCameraServer({
    streams: schemes.map((scheme) => {
      return { path: `/${scheme}`, clip, credentials: { ...login, schemes: [scheme] } };
    }),
  });
  for (const scheme of schemes) {
    const url = server.url(`/${scheme}`, { ...login, password: "wrong" });
    const probe = runTool("ffprobe", ["-v", "error", "-rtsp_transport", "tcp", url]);
    await expect(probe).rejects.toThrow("401 Unauthorized");
  }
  await server.stop();
});

test("a redirect leads to the other address", async () => {
  const clip = await madeClip(small);
  const target = await startCameraServer({ streams: [{ path: "/there", clip }] });
  const to = target.url("/there");
  const server = await startCameraServer({
    streams: [{ path: "/here", clip, faults: [{ kind: "redirect", to }] }],
  });
  expect(isPieceOf(await copied(server.url("/here"), clip), clip)).toBe(true);
  expect(target.stats().pictures).toBeGreaterThan(0);
  await Promise.all([server.stop(), target.stop()]);
});

describe("over TLS", () => {
  let certificates: Certificates;
  let server: CameraServer;
  let clip: Clip;
  beforeAll(async () => {
    [certificates, clip] = await Promise.all([makeCertificates(), madeClip(small)]);
    const tls = await certificates.read(certificates.server);
    server = await startCameraServer({ streams: [{ path: "/a", clip }], tls });
  });
  afterAll(async () => {
    await server.stop();
    await certificates.remove();
  });

  test("ffmpeg copies what the clip holds", async () => {
    expect(server.url("/a")).toMatch(/^rtsps:/);
    expect(isPieceOf(await copied(server.url("/a"), clip), clip)).toBe(true);
  });

  test("a reset ends the connection", async () => {
    server.setFault("/a", { kind: "reset", everyMs: 300 });
    const startMonoMs = performance.now();
    await copied(server.url("/a"), clip, 20).catch(() => undefined);
    expect(performance.now() - startMonoMs).toBeLessThan(10_000);
    expect(server.stats().clients).toBe(0);
  });
});

test("times go on over the loops, with B-frames and without", async () => {
  const made = [small, { ...small, bFrames: 2 }];
  const clips = await Promise.all(made.map((options) => madeClip(options)));
  const server = await startCameraServer({
    streams: clips.map((clip, index) => ({ path: `/${index}`, clip })),
  });
  await Promise.all(
    clips.map(async (clip, index) => {
      const args = ["-v", "error", "-rtsp_transport", "tcp", "-read_intervals", "%+3"];
      const show = ["-show_entries", "packet=pts_time", "-of", "csv=p=0"];
      const output = await runTool("ffprobe", [...args, ...show, server.url(`/${index}`)]);
      const times = output.toString().split("\n").map(Number.parseFloat).filter(Number.isFinite);
      const steps = times
        .toSorted((one, other) => one - other)
        // The first picture gets its time before ffprobe knows the first sender report.
        .slice(1)
        .map((time, at, all) => time - (all[at - 1] ?? time - 1 / clip.fps));
      expect(times.length).toBeGreaterThan(2.2 * clip.fps);
      for (const step of steps) expect(step).toBeCloseTo(1 / clip.fps, 2);
    }),
  );
  await server.stop();
});
