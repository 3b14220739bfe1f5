/**
 * Runs a detector that did not come with the product in a process of its own before the agent's
 * threads load it: the runtime is one library for the whole process, and what ends it, hangs it or
 * fills the memory would take every other detector along.
 *
 * The child gets graph and manifest and no environment; it is ended when it takes too long or too
 * much. What was tried once with this graph and this runtime is not tried again.
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import { AgentError } from "../runtime/agent-error.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { terminalText } from "../runtime/terminal-text.ts";
import type { PreparedModel } from "./model-store.ts";
import { sha256Of, writeModelFile } from "./model-weights.ts";
import { runtimeVersion } from "./session-options.ts";
import type { TrialAnswer, TrialHead } from "./trial/trial-messages.ts";

export interface TrialOptions {
  /** Where it is kept that a graph was tried; absent: nowhere. */
  readonly folder?: string;
  readonly clock?: Clock;
  readonly msMax?: number;
  /** Of the child, all in all. */
  readonly memoryBytesMax?: number;
}

const trialMsMax = 60_000;
/** A detector of ours takes 200 MB, most of it the runtime's. */
const trialMemoryBytesMax = 2 * 1024 ** 3;
const watchEveryMs = 25;
const answerCharsMax = 64 * 1024;
const faultCharsMax = 600;

/** Resolves when the model ran; else rejects with MODEL_GRAPH_UNSUPPORTED. */
export async function tryModel(model: PreparedModel, options: TrialOptions = {}): Promise<void> {
  const { folder } = options;
  if (folder !== undefined && (await isThere(markerOf(model, folder)))) return;
  const fault = await faultOf(model, options);
  if (fault !== undefined) {
    throw new AgentError(
      "MODEL_GRAPH_UNSUPPORTED",
      `model ${model.manifest.name} was tried in a process of its own and ${terminalText(fault, faultCharsMax)}`,
      "It is not used. Take a file from where the model comes from, or correct its manifest.",
    );
  }
  // Where nothing can be written it is tried at each start.
  if (folder !== undefined) await markTried(model, folder).catch(() => undefined);
}

/** From now on it is not tried again with this runtime. */
export async function markTried(model: PreparedModel, folder: string): Promise<void> {
  await writeModelFile(markerOf(model, folder), "");
}

function markerOf({ graph }: PreparedModel, folder: string): string {
  const key = sha256Of(`${runtimeVersion()} ${sha256Of(graph)}`).slice(0, 32);
  return join(folder, `tried-${key}`);
}

/** What went wrong, as the end of "it …"; undefined when it ran. */
async function faultOf(model: PreparedModel, options: TrialOptions): Promise<string | undefined> {
  const { clock = systemClock, msMax = trialMsMax } = options;
  const memoryBytesMax =
    options.memoryBytesMax ?? Math.min(trialMemoryBytesMax, Math.floor(totalmem() / 2));
  const { manifest, graph, inputName } = model;
  const head: TrialHead = { manifest, inputName };
  const child = spawn(process.execPath, [join(import.meta.dirname, "trial/main.ts")], {
    env: {},
    cwd: "/",
    stdio: ["pipe", "pipe", "ignore"],
  });
  return await new Promise((resolve) => {
    let answer = "";
    let killed: string | undefined;
    const kill = (why: string): void => {
      killed ??= why;
      child.kill("SIGKILL");
    };
    const cancelTime = clock.after(msMax, () => kill(`did not end within ${msMax / 1_000} s`));
    const watch = setInterval(() => {
      void residentBytes(child.pid).then((bytes) => {
        if (bytes > memoryBytesMax) kill(`took more than ${memoryBytesMax} bytes of memory`);
      });
    }, watchEveryMs);
    const end = (fault: string | undefined): void => {
      cancelTime();
      clearInterval(watch);
      resolve(fault);
    };
    child.stdout.on("data", (chunk: Buffer) => {
      answer = (answer + chunk.toString()).slice(0, answerCharsMax);
    });
    child.stdin.on("error", () => undefined); // Its end tells the rest.
    child.on("error", (error) => end(`could not be started: ${error.message}`));
    child.on("close", (code, signal) => {
      if (killed !== undefined) end(killed);
      else end(faultIn(answer, `ended the process with ${code ?? signal}`));
    });
    child.stdin.write(`${JSON.stringify(head)}\n`);
    child.stdin.end(graph);
  });
}

function faultIn(answer: string, otherwise: string): string | undefined {
  try {
    const { fault } = JSON.parse(answer) as TrialAnswer; // What trial/main.ts says, or nothing.
    return fault === null ? undefined : `failed: ${fault}`;
  } catch {
    return otherwise;
  }
}

/** 0 when it is gone. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid ?? 0}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

async function isThere(path: string): Promise<boolean> {
  return await readFile(path).then(
    () => true,
    () => false,
  );
}
