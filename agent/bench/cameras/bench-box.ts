/**
 * The agent of the benchmark: `kerbside run` as a process of its own, in a folder on disk that is
 * gone afterwards.
 *
 * It starts with one camera that is away, which shows what it weighs with its model and no camera;
 * then the cameras come by a new configuration, as an engineer would add them.
 */
import { cp, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { AgentProcess } from "../../../test-fixtures/agent-process.ts";
import { freePort } from "../../../test-fixtures/free-port.ts";
import { proportionalBytes } from "../../../test-fixtures/process-tree.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import { type BenchFile, benchFile } from "./bench-file.ts";
import { type LookCounts, lookCounts } from "./look-counts.ts";

export interface BoxOptions {
  readonly file: BenchFile;
  readonly modelsFolder: string;
  /** Where added weights and what tuning found lie: both are taken over. */
  readonly dataFolder: string;
  readonly signal: AbortSignal;
}

const startMsMax = 60_000;
const liveMsMax = 90_000;
const lookEveryMs = 500;
/** What starting left to do is over. */
const settleMs = 3_000;

export class BenchBox {
  readonly #folder: string;
  readonly #path: string;
  readonly #agent: AgentProcess;
  readonly #signal: AbortSignal;
  #baseMegabytes = 0;

  private constructor(folder: string, path: string, agent: AgentProcess, signal: AbortSignal) {
    this.#folder = folder;
    this.#path = path;
    this.#agent = agent;
    this.#signal = signal;
  }

  /** Resolves when every camera is live. */
  static async start({ file, modelsFolder, dataFolder, signal }: BoxOptions): Promise<BenchBox> {
    const folder = await mkdtemp(join(tmpdir(), "kerbside-bench-"));
    const own = join(folder, "data");
    await mkdir(own);
    await takeModels(dataFolder, own);
    const away = { id: "away", url: `rtsp://127.0.0.1:${await freePort()}/away` };
    const path = join(folder, "bench.yaml");
    await writeFile(path, benchFile({ ...file, cameras: [away] }));
    const agent = new AgentProcess({ file: path, dataFolder: own, modelsFolder });
    const box = new BenchBox(folder, path, agent, signal);
    try {
      await agent.line(({ message }) => message === "running", startMsMax);
      await wait(settleMs, undefined, { signal });
      box.#baseMegabytes = box.megabytes();
      await box.use(file);
    } catch (error) {
      await box.stop();
      throw error;
    }
    return box;
  }

  /** Other cameras from now on; resolves when every one is live. */
  async use(file: BenchFile): Promise<void> {
    await writeFile(this.#path, benchFile(file));
    this.#agent.signal("SIGHUP");
    const perCamera = file.cameras[0]?.substream === undefined ? 1 : 2;
    await this.#allLive(file.cameras.length * perCamera);
  }

  get pid(): number {
    return this.#agent.pid;
  }

  /** With its model, before the first camera. */
  get baseMegabytes(): number {
    return this.#baseMegabytes;
  }

  /** All processes; what they share counts in shares. */
  megabytes(): number {
    const tree = this.#agent.tree();
    return tree.reduce((sum, { pid }) => sum + proportionalBytes(pid), 0) / 1e6;
  }

  /** What it counts by itself, brought up to date. */
  async looks(): Promise<LookCounts> {
    return lookCounts(await this.#metrics());
  }

  /** Throws when it has not: there would be nothing to measure. */
  async hasLooked(): Promise<void> {
    const { met, missed } = await this.looks();
    if (met > 0) return;
    const reasons = Object.entries(missed).map(([reason, count]) => `${reason} ${count}`);
    throw new AgentError(
      "INFERENCE_FAILED",
      `the agent made no look (missed: ${reasons.join(", ")}); it said:\n${tail(this.#agent.log())}`,
      "What it said tells why; kerbside run shows the same on a configuration of your own.",
    );
  }

  /** Throws when it has ended. */
  check(): void {
    if (this.#agent.isEnded) throw new Error(`the agent ended:\n${tail(this.#agent.log())}`);
  }

  async stop(): Promise<void> {
    if (!this.#agent.isEnded) await this.#agent.stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #metrics(): Promise<string> {
    this.check();
    const answer = await this.#agent.ask("/metrics");
    if (answer?.ok !== true) throw new Error("the agent does not tell its metrics");
    return answer.text();
  }

  async #allLive(count: number): Promise<void> {
    const endsMonoMs = performance.now() + liveMsMax;
    for (;;) {
      const live = (await this.looks()).liveCount;
      if (live === count) return;
      if (performance.now() > endsMonoMs) throw notLive(live, count);
      await wait(lookEveryMs, undefined, { signal: this.#signal });
    }
  }
}

async function takeModels(from: string, to: string): Promise<void> {
  const models = join(from, "models");
  const isThere = await stat(models).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere) await cp(models, join(to, "models"), { recursive: true });
}

function notLive(live: number, count: number): AgentError {
  return new AgentError(
    "FIXTURE_MISSING",
    `${live} of ${count} streams gave a picture within ${liveMsMax / 1_000} s`,
    "Try fewer cameras: this machine may not carry so many and the cameras' own server.",
  );
}

function tail(text: string): string {
  return text.split("\n").slice(-15).join("\n");
}
