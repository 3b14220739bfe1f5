/**
 * Records what RTSP servers send, from the first answer to some pictures, as seeds for the fuzzer:
 * our camera server and, where it is installed, GStreamer's. Tiny pictures, a few kilobytes each.
 *
 * Writes `test-fixtures/fuzz/sessions/NAME.bin`; to be run again only when the servers change.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import type { StreamOptions } from "../test-fixtures/camera-server/options.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { type MadeClipOptions, madeClipFile } from "../test-fixtures/clips/made-clip.ts";
import { hasGstreamerServer, startGstreamerServer } from "../test-fixtures/gstreamer-server.ts";

const folder = join(import.meta.dirname, "../test-fixtures/fuzz/sessions");
const sessionBytesMax = 7_000;
const tiny: MadeClipOptions = {
  width: 64,
  height: 64,
  fps: 10,
  seconds: 2,
  gopSeconds: 0.5,
  bitrateKbit: 24,
};
const kinds = [
  { name: "h264", clip: { ...tiny, slices: 2 }, track: "trackID=1" },
  { name: "h265", clip: { ...tiny, codec: "h265" as const }, track: "trackID=1" },
];
const habits: Readonly<Record<string, Partial<StreamOptions>>> = {
  small: { mtuBytes: 100, senderReports: { everyMs: 300 } },
  aggregated: { aggregate: true, parameterSets: "in-band", senderReports: { everyMs: 300 } },
};

mkdirSync(folder, { recursive: true });
for (const kind of kinds) {
  const file = await madeClipFile(kind.clip);
  const clip = await loadClip(file);
  for (const [habit, options] of Object.entries(habits)) {
    const server = await startCameraServer({ streams: [{ path: "/s", clip, ...options }] });
    await record(`ours-${kind.name}-${habit}`, server.url("/s"), kind.track);
    await server.stop();
  }
  if (await hasGstreamerServer()) {
    const server = await startGstreamerServer({ mounts: [{ path: "/s", file }] });
    await record(`gstreamer-${kind.name}`, server.url("/s"), "stream=0");
    await server.stop();
  }
}

async function record(name: string, url: string, track: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  let sequence = 0;
  const ask = async (method: string, uri: string, ...headers: string[]): Promise<void> => {
    const head = [`${method} ${uri} RTSP/1.0`, `CSeq: ${++sequence}`, ...headers];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    await wait(400);
  };
  await ask("OPTIONS", url);
  await ask("DESCRIBE", url, "Accept: application/sdp");
  await ask("SETUP", `${url}/${track}`, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1");
  const text = Buffer.concat(chunks).toString("latin1");
  const session = /^Session:\s*([^;\s]+)/im.exec(text)?.[1] ?? "";
  await ask("PLAY", `${url}/`, `Session: ${session}`);
  await wait(2_000);
  socket.destroy();
  const bytes = Buffer.concat(chunks).subarray(0, sessionBytesMax);
  writeFileSync(join(folder, `${name}.bin`), bytes);
  process.stdout.write(`${name}: ${bytes.length} bytes\n`);
}
