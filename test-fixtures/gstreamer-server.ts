/**
 * GStreamer's RTSP server on loopback: a server that others wrote, so that our client is not only
 * tested against our own idea of RTSP. Also the one that sends over UDP.
 *
 * Looping is done beforehand: ffmpeg writes the file as often behind itself as a test needs,
 * without encoding, into the cache folder.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { cachedFile } from "./clips/cache-folder.ts";
import { probeVideo } from "./clips/load-clip.ts";
import { runTool } from "./run-tool.ts";

export interface GstreamerMount {
  readonly path: string;
  /** MP4 with H.264 or H.265. */
  readonly file: string;
  /** Plays round and round (for 20 minutes) instead of once. Default true. */
  readonly loop?: boolean;
  /** What the server agrees to. Default `any`. */
  readonly protocols?: "tcp" | "udp" | "any";
}

export interface GstreamerServerOptions {
  readonly mounts: readonly GstreamerMount[];
  readonly credentials?: {
    readonly user: string;
    readonly password: string;
    readonly scheme: "basic" | "digest";
  };
}

export interface GstreamerServer {
  readonly port: number;
  /** With the login in it, where there is one. */
  url(path: string): string;
  stop(): Promise<void>;
}

/** Debian's own Python: the one that has GStreamer's bindings. */
const python = "/usr/bin/python3";

/** Whether the packages are here; tests that want the server are skipped otherwise. */
export async function hasGstreamerServer(): Promise<boolean> {
  const versions = 'import gi; gi.require_version("GstRtspServer", "1.0")';
  return runTool(python, ["-c", `${versions}; from gi.repository import GstRtspServer`]).then(
    () => true,
    () => false,
  );
}

export async function startGstreamerServer(
  options: GstreamerServerOptions,
): Promise<GstreamerServer> {
  const { credentials } = options;
  const mounts = await Promise.all(options.mounts.map(prepared));
  const child = spawn(python, [join(import.meta.dirname, "gstreamer_server.py")], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000);
  });
  child.stdin.on("error", () => undefined);
  child.stdin.write(`${JSON.stringify({ mounts, credentials })}\n`);
  const port = await new Promise<number>((resolvePort, reject) => {
    createInterface({ input: child.stdout }).once("line", (line) => {
      resolvePort((JSON.parse(line) as { readonly port: number }).port); // Written by the script.
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`GStreamer's server ended: ${complaint}`)));
  });
  const login =
    credentials === undefined
      ? ""
      : `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}@`;
  return {
    port,
    url: (path) => `rtsp://${login}127.0.0.1:${port}${path}`,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.stdin.end();
      const impatient = setTimeout(() => child.kill("SIGKILL"), 3_000);
      await exit;
      clearTimeout(impatient);
    },
  };
}

const loopS = 1_200;

async function prepared({ path, file, loop = true, protocols = "any" }: GstreamerMount): Promise<{
  readonly path: string;
  readonly file: string;
  readonly codec: string;
  readonly protocols: string;
}> {
  const source = resolve(file);
  const { codec, fps, packets } = await probeVideo(source);
  const mount = { path, codec, protocols };
  if (!loop) return { ...mount, file: source };
  const { size, mtimeMs } = await stat(source);
  const rounds = Math.ceil((loopS * fps) / packets.length);
  const long = await cachedFile({ source, size, mtimeMs, rounds }, "mp4", async (draft) => {
    const input = ["-v", "error", "-y", "-stream_loop", `${rounds - 1}`, "-i", source];
    await runTool("ffmpeg", [...input, "-map", "0:v:0", "-c", "copy", draft]);
  });
  return { ...mount, file: long };
}
