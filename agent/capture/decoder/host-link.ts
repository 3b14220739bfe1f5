/**
 * One running decoder host as the agent sees it: requests go in, replies come out, or it is gone.
 *
 * Replies are written to where they belong as the bytes arrive, without a copy of the whole. What
 * a host says is checked against what was asked; a host that talks nonsense is killed.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { EncodedRequest } from "./protocol.ts";
import { type HostReply, ReplyReader } from "./reply-reader.ts";

export interface HostEvents {
  /** It has loaded its decoder and reads requests. */
  onReady(): void;
  onReply(reply: HostReply): void;
  /** It is no more, for whatever reason; nothing comes after it. */
  onGone(why: string): void;
}

export interface HostLink {
  readonly pid: number | undefined;
  /** `targets` take the planes of the request's crops. */
  send(request: EncodedRequest, targets: readonly Uint8Array[]): void;
  kill(): void;
}

export type StartHost = (events: HostEvents) => HostLink;

export interface HostCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/** The end of what a host wrote to standard error, for the one line that says why it died. */
const complaintCharsMax = 400;

export function nodeAvHost({ skipLoopFilter = false } = {}): HostCommand {
  const folder = import.meta.dirname;
  const resolve = createRequire(import.meta.url).resolve;
  const library = packageFolder(resolve("node-av/lib"), "node-av");
  const readable = [folder, library, join(dirname(library), "@seydx")];
  return {
    file: process.execPath,
    args: [
      "--permission",
      "--allow-addons",
      ...readable.map((path) => `--allow-fs-read=${path}${sep}`),
      "--no-warnings",
      "--max-old-space-size=128",
      join(folder, "host.ts"),
      ...(skipLoopFilter ? ["--skip-loop-filter"] : []),
    ],
  };
}

export function startHost(command: HostCommand): StartHost {
  return (events) => new HostChild(command, events);
}

class HostChild implements HostLink {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #events: HostEvents;
  readonly #reader: ReplyReader;
  #complaint = "";
  #isGone = false;

  constructor(command: HostCommand, events: HostEvents) {
    this.#events = events;
    this.#reader = new ReplyReader({
      onHello: () => events.onReady(),
      onReply: (reply) => events.onReply(reply),
    });
    this.#child = spawn(command.file, command.args, {
      env: {},
      cwd: "/",
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.on("error", (error) => this.#gone(`it did not start: ${error.message}`));
    this.#child.on("exit", (code, signal) => {
      this.#gone([`it ended with ${code ?? signal}`, this.#complaint.trim()].join(" ").trim());
    });
    // A host that died closes its pipe under our writing; its exit tells the rest.
    this.#child.stdin.on("error", () => undefined);
    this.#child.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-complaintCharsMax);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(request: EncodedRequest, targets: readonly Uint8Array[]): void {
    this.#reader.expect(request.id, targets);
    const { stdin } = this.#child;
    stdin.cork();
    for (const part of request.parts) stdin.write(part);
    stdin.uncork();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #read(chunk: Buffer): void {
    if (this.#isGone) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#complaint = `it talked nonsense: ${error instanceof Error ? error.message : String(error)}`;
      this.kill();
    }
  }

  #gone(why: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#events.onGone(why);
  }
}

function packageFolder(entry: string, name: string): string {
  const parts = entry.split(sep);
  return parts.slice(0, parts.lastIndexOf(name) + 1).join(sep);
}
