/**
 * Goal: what our client does not speak comes in through system ffmpeg: files, HTTP with logins and
 * TLS, MJPEG, cameras that send over UDP alone; and no login is ever in a command line.
 * Method: real ffmpeg, web servers made here, GStreamer's RTSP server for UDP.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCameraServer } from "../../../test-fixtures/camera-server/camera-server.ts";
import { makeCertificates } from "../../../test-fixtures/certificates.ts";
import type { Clip } from "../../../test-fixtures/clips/clip.ts";
import { madeClip, madeClipFile } from "../../../test-fixtures/clips/made-clip.ts";
import {
  hasGstreamerServer,
  startGstreamerServer,
} from "../../../test-fixtures/gstreamer-server.ts";
import {
  startCapture,
  strangers,
  type TestCapture,
  type TestStream,
} from "../../../test-fixtures/receiving/test-capture.ts";
import { runTool } from "../../../test-fixtures/run-tool.ts";

const password = "s3cret-word";
const made = { gopSeconds: 1, seconds: 4 };
let clip: Clip;
let file: string;
let closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  clip = await madeClip(made);
  file = await madeClipFile(made);
});

afterAll(async () => {
  for (const close of closers.toReversed()) await close();
  closers = [];
});

function receive(streams: readonly TestStream[]): TestCapture {
  const capture = startCapture(streams);
  closers.push(() => capture.stop());
  return capture;
}

type Handler = (request: http.IncomingMessage, reply: http.ServerResponse) => void;

async function serve(handler: Handler, tls?: https.ServerOptions): Promise<string> {
  const server = tls === undefined ? http.createServer(handler) : https.createServer(tls, handler);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a port");
  return `${tls === undefined ? "http" : "https"}://127.0.0.1:${address.port}`;
}

/** Pictures for ever, ten a second, as web cameras do. */
async function motionJpeg(): Promise<Handler> {
  const folder = join(tmpdir(), `kerbside-jpeg-${process.pid}`);
  const args = [
    "-v",
    "error",
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=320x240:rate=10",
    "-frames:v",
    "5",
    "-f",
    "mjpeg",
    "-",
  ];
  const jpegs = (await runTool("ffmpeg", args))
    .toString("latin1")
    .split(/(?<=\xff\xd9)(?=\xff\xd8)/);
  expect(jpegs, folder).toHaveLength(5);
  return (_, reply) => {
    reply.writeHead(200, { "content-type": "multipart/x-mixed-replace;boundary=pic" });
    let index = 0;
    const timer = setInterval(() => {
      const jpeg = Buffer.from(jpegs[index++ % jpegs.length] ?? "", "latin1");
      reply.write(`--pic\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
      reply.write(jpeg);
      reply.write("\r\n");
    }, 100);
    reply.on("close", () => clearInterval(timer));
  };
}

/** Command lines of all processes of this machine, while a test runs. */
function commandLines(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return ""; // It has ended meanwhile.
      }
    })
    .join("\n");
}

function expectNoSecret(capture: TestCapture): void {
  expect(commandLines()).toContain("ffmpeg");
  expect(commandLines()).not.toContain(password);
  expect(JSON.stringify(capture.states)).not.toContain(password);
}

test.concurrent("a file is played once, at its own pace, and then is silent without being a failure", async () => {
  const startedMonoMs = performance.now();
  const capture = receive([{ camera: "file", url: pathToFileURL(file).href }]);
  await capture.untilPictures("file", 4);
  expect(performance.now() - startedMonoMs).toBeGreaterThan(2_500);
  await new Promise((resolve) => setTimeout(resolve, 13_000));
  expect(capture.story("file")).toEqual(["connecting", "live"]);
  expect(capture.pictures("file")).toHaveLength(4);
  expect(strangers(capture.pictures("file"), clip)).toEqual([]);
  expect(
    (await capture.capture.newestPicture(capture.notices[0]?.cameraId ?? ("" as never), "main"))
      ?.pictureNumber,
  ).toBe(45);
  expect(await capture.stats("file")).toMatchObject({
    pictures: 60,
    reconnects: 0,
    damagedPictures: 0,
  });
});

test.concurrent("files of H.265, files that are none, and files that are not there", async () => {
  const h265 = await madeClip({ ...made, codec: "h265" });
  const capture = receive([
    { camera: "h265", url: pathToFileURL(await madeClipFile({ ...made, codec: "h265" })).href },
    { camera: "text", url: pathToFileURL(join(import.meta.dirname, "play-ffmpeg.ts")).href },
    { camera: "missing", url: "file:///no/such/file.mp4" },
    { camera: "elsewhere", url: "file://host/file.mp4" },
    { camera: "switched-off", url: pathToFileURL(file).href, transport: "tcp" },
  ]);
  await capture.untilPictures("h265", 2);
  expect(strangers(capture.pictures("h265"), h265)).toEqual([]);
  await capture.untilStates("text", ["connecting", "failed corrupt"]);
  await capture.untilStates("missing", ["connecting", "failed not-found"]);
  await capture.untilStates("elsewhere", ["connecting", "failed not-found"]);
  await capture.untilStates("switched-off", ["connecting", "failed codec-unsupported"]);
});

test.concurrent("MJPEG over HTTP, with Basic and Digest; wrong logins and addresses are named", async () => {
  const play = await motionJpeg();
  const basic = `Basic ${Buffer.from(`cam:${password}`).toString("base64")}`;
  const hash = (text: string): string => createHash("md5").update(text).digest("hex");
  const digest = hash(`${hash(`cam:r:${password}`)}:n:${hash("GET:/digest?a=b")}`);
  const origin = await serve((request, reply) => {
    const login = request.headers.authorization ?? "";
    const isIn =
      (request.url === "/basic" && login === basic) ||
      (request.url === "/digest?a=b" && login.includes(digest));
    if (isIn) return play(request, reply);
    if (request.url === "/moved") return void reply.writeHead(302, { location: "/basic" }).end();
    if (request.url === "/gone") return void reply.writeHead(404).end();
    const challenge = request.url === "/basic" ? 'Basic realm="r"' : 'Digest realm="r", nonce="n"';
    return void reply.writeHead(401, { "www-authenticate": challenge }).end();
  });
  const withLogin = (path: string, secret = password): string =>
    `${origin.replace("//", `//cam:${secret}@`)}${path}`;
  const capture = receive([
    { camera: "basic", url: withLogin("/basic") },
    { camera: "digest", url: withLogin("/digest?a=b") },
    { camera: "moved", url: withLogin("/moved") },
    { camera: "wrong", url: withLogin("/basic", "wrong-word") },
    { camera: "gone", url: withLogin("/gone") },
    { camera: "nobody", url: "http://127.0.0.1:1/x" },
  ]);
  for (const name of ["basic", "digest", "moved"]) {
    await capture.untilPictures(name, 5);
    const [picture] = capture.pictures(name);
    expect(picture).toMatchObject({ codec: "mjpeg", clockSource: "arrival" });
    expect(picture?.parameterSets).toHaveLength(0);
    expect(Buffer.from(picture?.units[0] ?? []).toString("hex")).toMatch(/^ffd8.*ffd9$/);
  }
  await capture.untilStates("wrong", ["connecting", "failed unauthorised"]);
  await capture.untilStates("gone", ["connecting", "failed not-found"]);
  await capture.untilStates("nobody", ["connecting", "failed refused"]);
  expectNoSecret(capture);
});

test.concurrent("H.264 over HTTPS is checked against the authority", async () => {
  const certificates = await makeCertificates();
  closers.push(() => certificates.remove());
  const args = ["-v", "error", "-i", file, "-c", "copy", "-f", "mpegts", "-"];
  const transport = await runTool("ffmpeg", args);
  const origin = await serve(
    (_, reply) => {
      reply.writeHead(200, { "content-type": "video/mp2t" });
      reply.end(transport);
    },
    await certificates.read(certificates.server),
  );
  const capture = receive([
    {
      camera: "known",
      url: `${origin}/live.ts`,
      tls: { ca: await readFile(certificates.caFile, "utf8") },
    },
    { camera: "unknown", url: `${origin}/live.ts` },
  ]);
  await capture.untilPictures("known", 4);
  expect(strangers(capture.pictures("known"), clip)).toEqual([]);
  await capture.untilStates("unknown", ["connecting", "failed refused"]);
});

test.concurrent("our own client's cameras through ffmpeg, when that is asked for", async () => {
  const credentials = { user: "cam", password };
  const server = await startCameraServer({ streams: [{ path: "/a", clip, credentials }] });
  closers.push(() => server.stop());
  const capture = receive([
    { camera: "a", url: server.url("/a", credentials), transport: "ffmpeg" },
  ]);
  await capture.untilPictures("a", 2, 25_000);
  expect(strangers(capture.pictures("a"), clip)).toEqual([]);
  expectNoSecret(capture);
});

const hasGstreamer = await hasGstreamerServer();

test
  .skipIf(!hasGstreamer)
  .concurrent("a camera that sends over UDP alone, behind a login", async () => {
    const server = await startGstreamerServer({
      mounts: [{ path: "/udp", file, protocols: "udp" }],
      credentials: { user: "cam", password, scheme: "digest" },
    });
    closers.push(() => server.stop());
    const capture = receive([
      { camera: "udp", url: server.url("/udp") },
      { camera: "wrong", url: server.url("/udp").replace(password, "wrong-word") },
      { camera: "tcp-only", url: server.url("/udp"), transport: "tcp" },
    ]);
    await capture.untilPictures("udp", 3, 30_000);
    expect(strangers(capture.pictures("udp"), clip)).toEqual([]);
    await capture.untilStates("wrong", ["connecting", "failed unauthorised"]);
    await capture.untilStates("tcp-only", ["connecting", "failed codec-unsupported"]);
    expectNoSecret(capture);
  });
