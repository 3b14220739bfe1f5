/**
 * What comparable agents do, as a fair opponent: one ffmpeg a camera that decodes, one queue, one
 * picture at a time, the same detector, the same looks.
 *
 * It runs as a process of its own with all its ffmpegs below it, so that the operating system
 * counts its processor time and its memory apart from ours.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { processTree, proportionalBytes } from "../../../test-fixtures/process-tree.ts";
import { placeCrop } from "../../capture/decoder/crop-place.ts";
import type { PreparedModel } from "../../inference/model-store.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import type { FromPeer, PeerCounts, PeerJob, PeerKind, PeerSession, ToPeer } from "./messages.ts";

export interface PeerOptions {
  readonly urls: readonly string[];
  readonly everyMs: number;
  readonly model: PreparedModel;
  /** Default: `full-decode`. */
  readonly kind?: PeerKind;
  /** Default: `runtime-defaults`. */
  readonly session?: PeerSession;
  /** Of the cameras' pictures. Default: 1920 × 1080. */
  readonly picture?: { readonly width: number; readonly height: number };
  readonly signal?: AbortSignal;
}

export interface PeerReading extends PeerCounts {
  readonly monoMs: number;
  /** Of the process and all its ffmpegs since their start. */
  readonly cpuMs: number;
  /** What would come free if it ended. */
  readonly megabytes: number;
}

export interface Peer {
  readonly kind: PeerKind;
  /** What kind of session it is, in words. */
  readonly session: string;
  /** Rejects when a part of it has ended: then there is nothing to compare with. */
  reading(): Promise<PeerReading>;
  /** Leaves no process behind. */
  stop(): Promise<void>;
}

const startMsMax = 60_000;
const answerMsMax = 10_000;
const endMsMax = 3_000;

const peerSessions: Readonly<Record<PeerSession, string>> = {
  "runtime-defaults": "onnxruntime's defaults: a thread a core, spinning",
  "one-thread": "one thread that does not spin",
};

/** Resolves when every camera has given it a picture. */
export async function startPeer(options: PeerOptions): Promise<Peer> {
  const { kind = "full-decode", session = "runtime-defaults", signal } = options;
  signal?.throwIfAborted();
  const child = fork(join(import.meta.dirname, "main.ts"), {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  const link = new PeerLink(child);
  const abort = (): void => link.abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    link.say({ type: "start", job: jobOf(options, kind, session) });
    await link.running();
    signal?.throwIfAborted();
  } catch (error) {
    await link.stop();
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
  return {
    kind,
    session: peerSessions[session],
    reading: () => link.reading(),
    stop: () => link.stop(),
  };
}

function jobOf(options: PeerOptions, kind: PeerKind, session: PeerSession): PeerJob {
  const { urls, everyMs, model, picture = { width: 1_920, height: 1_080 } } = options;
  const { graph, inputName, modelTag, manifest } = model;
  const { width, height, fit, fill, channels } = manifest.input;
  const whole = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 };
  const place = placeCrop(
    { crop: whole, width, height, fit, fill, channels },
    picture.width,
    picture.height,
  );
  const sent = { modelTag, manifest, graph, inputName };
  return { urls, everyMs, kind, session, place, model: sent };
}

/** One process, its answers by number, and its end. */
class PeerLink {
  readonly #child: ChildProcess;
  readonly #running = Promise.withResolvers<void>();
  readonly #waiting = new Map<number, PromiseWithResolvers<PeerCounts>>();
  #failure: Error | undefined;
  #nextId = 1;
  #isStopping = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    // A failure that nobody waits for is told by the next reading.
    this.#running.promise.catch(() => undefined);
    child.on("message", (message: FromPeer) => this.#heard(message));
    child.on("error", (error) => this.#fail(error.message));
    child.on("exit", (code, signal) => this.#fail(`its process ended with ${code ?? signal}`));
  }

  say(message: ToPeer): void {
    // An error comes as an event as well; a process that is gone has said so before.
    this.#child.send(message, () => undefined);
  }

  async running(): Promise<void> {
    await within(this.#running.promise, startMsMax, "not every camera gave it a picture");
  }

  async reading(): Promise<PeerReading> {
    if (this.#failure !== undefined) throw this.#failure;
    const id = this.#nextId++;
    const answer = Promise.withResolvers<PeerCounts>();
    this.#waiting.set(id, answer);
    this.say({ type: "count", id });
    const counts = await within(answer.promise, answerMsMax, "it did not answer");
    const tree = processTree(this.#child.pid ?? 0);
    const bytes = tree.reduce((sum, { pid }) => sum + proportionalBytes(pid), 0);
    const cpuMs = tree.reduce((sum, one) => sum + one.cpuMs, 0);
    return { ...counts, monoMs: performance.now(), cpuMs, megabytes: bytes / 1e6 };
  }

  abort(): void {
    this.#fail("it was told to end");
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const { exitCode, signalCode, pid } = this.#child;
    if (exitCode !== null || signalCode !== null || pid === undefined) return;
    const tree = processTree(pid);
    const exit = once(this.#child, "exit");
    if (this.#child.connected) this.#child.disconnect();
    const impatient = setTimeout(() => {
      for (const one of tree) killQuietly(one.pid);
    }, endMsMax);
    await exit;
    clearTimeout(impatient);
  }

  #heard(message: FromPeer): void {
    switch (message.type) {
      case "running":
        this.#running.resolve();
        break;
      case "failed":
        this.#fail(message.text);
        break;
      case "counted":
        this.#waiting.get(message.id)?.resolve(message);
        this.#waiting.delete(message.id);
        break;
    }
  }

  #fail(text: string): void {
    if (this.#isStopping) return;
    this.#failure ??= failed(text);
    this.#running.reject(this.#failure);
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

async function within<Value>(promise: Promise<Value>, ms: number, text: string): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(failed(`${text} within ${ms / 1_000} s`)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function failed(text: string): AgentError {
  return new AgentError(
    "FIXTURE_MISSING",
    `the agent that is compared with cannot be measured: ${text}`,
    "It needs ffmpeg on the path; with many cameras this machine may not carry it: give it fewer.",
  );
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}
