/**
 * The agent as it runs on a box: `kerbside run FILE` as a process of its own, with its log read
 * line by line and its health asked over HTTP.
 *
 * It gets a home and an environment of its own, so that nothing of whoever runs the tests reaches
 * it. Every wait has an end and then says what the log was.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import type { HealthMessage } from "../agent/health/health-report.ts";
import { readAgentFile } from "../agent/runtime/agent-file.ts";
import { type ProcessInfo, processTree } from "./process-tree.ts";

export interface AgentProcessOptions {
  readonly file: string;
  readonly dataFolder: string;
  /** Default: the detectors that ship. */
  readonly modelsFolder?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly time?: string;
  readonly camera?: string;
  readonly failure?: string;
  readonly violation?: string;
  readonly [field: string]: unknown;
}

export interface Ending {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const cliFile = join(import.meta.dirname, "../agent/cli/main.ts");
const waitMsDefault = 20_000;
const lookEveryMs = 25;

export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #dataFolder: string;
  readonly #lines: LogLine[] = [];
  readonly #plainLines: string[] = [];
  readonly startedMonoMs = performance.now();
  readonly ended: Promise<Ending>;
  #isEnded = false;

  constructor(options: AgentProcessOptions) {
    const { file, dataFolder, modelsFolder, env = {} } = options;
    this.#dataFolder = dataFolder;
    // This and the heaps below as `bin/kerbside` has them.
    const command = ["--max-semi-space-size=4", cliFile, "run", file, "--data", dataFolder];
    this.#child = spawn(process.execPath, command, {
      stdio: ["ignore", "ignore", "pipe"],
      cwd: dataFolder,
      env: {
        PATH: process.env["PATH"],
        MALLOC_ARENA_MAX: "2",
        HOME: dataFolder,
        ...(modelsFolder === undefined ? {} : { KERBSIDE_MODELS: modelsFolder }),
        ...env,
      },
    });
    this.ended = once(this.#child, "close").then(([code, signal]) => {
      this.#isEnded = true;
      return { code, signal };
    });
    if (this.#child.stderr === null) throw new Error("the agent has no standard error");
    createInterface({ input: this.#child.stderr }).on("line", (line) => this.#take(line));
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("the agent did not start");
    return this.#child.pid;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The log so far. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** What it said beside the log: warnings of the configuration, why it did not start. */
  get plainLines(): readonly string[] {
    return this.#plainLines;
  }

  /** The first line of the log that fits, said already or still to come. */
  async line(fits: (line: LogLine) => boolean, timeoutMs = waitMsDefault): Promise<LogLine> {
    await this.until(() => this.#lines.some(fits), `a line with ${String(fits)}`, timeoutMs);
    const line = this.#lines.find(fits);
    if (line === undefined) throw new Error("unreachable: a line fits");
    return line;
  }

  /** Until it says that it runs. */
  running(): Promise<LogLine> {
    return this.line(({ message }) => message === "running");
  }

  /** Throws when it does not come in time, or the agent ends before. */
  async until(
    isReached: () => boolean | Promise<boolean>,
    what: string,
    timeoutMs = waitMsDefault,
  ): Promise<void> {
    const endsAtMs = performance.now() + timeoutMs;
    while (!(await isReached())) {
      if (this.#isEnded) throw new Error(`the agent ended before ${what}:\n${this.log()}`);
      if (performance.now() > endsAtMs) {
        throw new Error(`${what} did not come within ${timeoutMs} ms:\n${this.log()}`);
      }
      await wait(lookEveryMs);
    }
  }

  /** Asks its health page; undefined while there is none. */
  async ask(path: "/health" | "/ready" | "/metrics"): Promise<Response | undefined> {
    const health = (await readAgentFile(this.#dataFolder))?.health;
    if (health === undefined || health === null) return undefined;
    return fetch(`http://${health.host}:${health.port}${path}`).catch(() => undefined);
  }

  /** Measured now, not at the last regular duty. */
  async health(): Promise<HealthMessage> {
    await this.until(async () => (await this.ask("/metrics"))?.ok === true, "its metrics");
    const answer = await this.ask("/health");
    if (answer === undefined) throw new Error(`the agent has no health page:\n${this.log()}`);
    return (await answer.json()) as HealthMessage; // Its schema has tests of its own.
  }

  /** Itself first, then its children. */
  tree(): readonly ProcessInfo[] {
    return processTree(this.pid);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Ending & { readonly afterMs: number }> {
    const sentMonoMs = performance.now();
    this.#child.kill(signal);
    const ending = await this.ended;
    return { ...ending, afterMs: performance.now() - sentMonoMs };
  }

  /** For clean-up: gone afterwards, whatever its state. */
  async end(): Promise<void> {
    if (!this.#isEnded) await this.stop("SIGKILL");
  }

  log(): string {
    return [...this.#plainLines, ...this.#lines.map((line) => JSON.stringify(line))].join("\n");
  }

  #take(line: string): void {
    const parsed = parseLine(line);
    if (parsed === undefined) this.#plainLines.push(line);
    else this.#lines.push(parsed);
  }
}

function parseLine(line: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || !("message" in value)) return undefined;
    return value as LogLine; // Written by our own log.
  } catch {
    return undefined;
  }
}
