/**
 * One running decoder host as the agent sees it: requests go in, replies come out, or it is gone.
 *
 * Pictures and planes go through the exchange, words through pipes. What a host says is checked
 * against what was asked; a host that talks nonsense is killed.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { setPriority } from "node:os";
import { dirname, join, sep } from "node:path";
import type { Readable, Writable } from "node:stream";
import { clipMark } from "./clip-protocol.ts";
import { Exchange } from "./exchange.ts";
import type { EncodedRequest } from "./protocol.ts";
import { type HostReply, ReplyReader } from "./reply-reader.ts";
import { type ProgramCommand, withoutNetwork } from "./without-network.ts";

export interface HostEvents {
  /** It has loaded its decoder and reads requests. */
  onReady(): void;
  /** `file` is the clip that was made. */
  onReply(reply: HostReply, file?: Uint8Array): void;
  /** It is no more, for whatever reason; nothing comes after it. */
  onGone(why: string): void;
}

export interface HostLink {
  readonly pid: number | undefined;
  /** `targets` take the planes of the request's crops. Throws where there is no memory for it. */
  send(request: EncodedRequest, targets: readonly Uint8Array[]): void;
  kill(): void;
}

export type StartHost = (events: HostEvents) => HostLink;

/** The end of what a host wrote to standard error, for the one line that says why it died. */
const complaintCharsMax = 400;

export function nodeAvHost(): ProgramCommand {
  const folder = import.meta.dirname;
  const resolve = createRequire(import.meta.url).resolve;
  const library = packageFolder(resolve("node-av/lib"), "node-av");
  const readable = [folder, library, join(dirname(library), "@seydx")];
  return withoutNetwork({
    file: process.execPath,
    args: [
      "--permission",
      "--allow-addons",
      ...readable.map((path) => `--allow-fs-read=${path}${sep}`),
      "--no-warnings",
      // Collecting garbage in threads of its own costs 0.6 ms a picture more than in one.
      "--single-threaded-gc",
      "--max-old-space-size=128",
      join(folder, "host.ts"),
    ],
  });
}

export function startHost(
  command: ProgramCommand,
  options: {
    /** 0 to 19: who has less to say gets less of the processors. */ readonly niceness?: number;
  } = {},
): StartHost {
  return (events) => new HostChild(command, events, options.niceness ?? 0);
}

/**
 * The C library's: what is large goes back when it is freed. Else its bound grows with what is
 * freed, and between clips of other sizes its heap fills with holes: 77 MB after 25 clips, not 42.
 */
const givesMemoryBack = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "131072" };

class HostChild implements HostLink {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #events: HostEvents;
  readonly #reader: ReplyReader;
  readonly #exchange = new Exchange();
  /** Of what it was sent, in order: where it lies, and where its planes go. */
  readonly #sent: { readonly slot: number; readonly targets: readonly Uint8Array[] }[] = [];
  #complaint = "";
  #isGone = false;

  constructor(command: ProgramCommand, events: HostEvents, niceness: number) {
    this.#events = events;
    this.#reader = new ReplyReader({
      onHello: () => events.onReady(),
      onReply: (reply) => this.#replied(reply),
    });
    this.#child = spawn(command.file, command.args, {
      env: niceness > 0 ? givesMemoryBack : {},
      cwd: "/",
      stdio: ["pipe", "pipe", "pipe", ...this.#exchange.files],
    }) as ChildProcessByStdio<Writable, Readable, Readable>; // The types know three at most.
    if (niceness > 0 && this.#child.pid !== undefined) lower(this.#child.pid, niceness);
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
    const slot = this.#exchange.put(request.parts, request.bytes);
    this.#sent.push({ slot, targets });
    this.#reader.expect(request.id, targets.length, request.clip);
    this.#child.stdin.write(Uint8Array.of(request.clip === undefined ? slot : slot | clipMark));
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

  #replied(reply: HostReply): void {
    const asked = this.#sent.shift();
    if (asked === undefined) return;
    if (reply.head.failure === undefined) this.#exchange.take(asked.slot, asked.targets);
    const file = reply.clip === undefined ? undefined : new Uint8Array(reply.clip.fileBytes);
    if (file !== undefined) this.#exchange.take(asked.slot, [file]);
    this.#exchange.release(asked.slot);
    this.#events.onReply(reply, file);
  }

  #gone(why: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#exchange.close();
    this.#events.onGone(why);
  }
}

/** Where the system does not let us, it runs like any other. */
function lower(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {}
}

function packageFolder(entry: string, name: string): string {
  const parts = entry.split(sep);
  return parts.slice(0, parts.lastIndexOf(name) + 1).join(sep);
}
