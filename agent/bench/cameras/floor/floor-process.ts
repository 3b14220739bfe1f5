/**
 * Starts the process that measures the floor, and talks to it.
 *
 * It receives nothing but while it is connected, so the cameras send to it only then.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { FloorParts } from "../figures.ts";
import type {
  FloorFigures,
  FloorSetup,
  FloorStep,
  FromFloor,
  KeyframeFacts,
  ToFloor,
} from "./messages.ts";

/** How long each step of a turn is measured. */
export interface FloorTimes {
  readonly settleMs: number;
  readonly receiveMs: number;
  /** Each of the others. */
  readonly stepMs: number;
}

type WithoutId<Message> = Message extends unknown ? Omit<Message, "id"> : never;

export class FloorProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<FromFloor>>();
  #nextId = 1;
  #keyframes: KeyframeFacts = { bytesMedian: 0, bytesMin: 0, bytesMax: 0 };

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (message: FromFloor) => {
      this.#waiting.get(message.id)?.resolve(message);
      this.#waiting.delete(message.id);
    });
    const fail = (why: string): void => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the floor: ${why}`));
      this.#waiting.clear();
    };
    child.on("error", (error) => fail(error.message));
    child.on("exit", (code, signal) => fail(`its process ended with ${code ?? signal}`));
  }

  static async start(setup: FloorSetup): Promise<FloorProcess> {
    const child = fork(join(import.meta.dirname, "main.ts"), {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: [],
    });
    const floor = new FloorProcess(child);
    try {
      const answer = await floor.#ask({ type: "setup", setup });
      if (answer.type === "done" && answer.keyframes !== undefined) {
        floor.#keyframes = answer.keyframes;
      }
      return floor;
    } catch (error) {
      await floor.stop();
      throw error;
    }
  }

  get keyframes(): KeyframeFacts {
    return this.#keyframes;
  }

  /** Each step alone; then two of them at once, to see what the work costs on busy cores. */
  async measure(times: FloorTimes, signal: AbortSignal): Promise<FloorParts> {
    await this.#ask({ type: "connect" });
    await wait(times.settleMs, undefined, { signal });
    const receive = await this.#figures("receive", times.receiveMs);
    await this.#ask({ type: "disconnect" });
    const decode = await this.#figures("decode", times.stepMs);
    const run = await this.#figures("run", times.stepMs);
    const both = await this.#figures("together", times.stepMs);
    const [decodeCpuMs, runCpuMs] = [decode.cpuMs / decode.count, run.cpuMs / run.count];
    const aloneMs = both.count * decodeCpuMs + (both.imageCount ?? 0) * runCpuMs;
    if (receive.count === 0) throw new Error("the floor: no packet came");
    return {
      receiveCores: receive.cpuMs / receive.elapsedMs,
      decodeCpuMs,
      runCpuMs,
      busyRatio: both.cpuMs / aloneMs,
    };
  }

  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exit;
  }

  async #figures(step: FloorStep, forMs: number): Promise<FloorFigures> {
    const answer = await this.#ask({ type: "measure", step, forMs });
    if (answer.type !== "measured") throw new Error(`the floor: no figures of ${step}`);
    return answer.figures;
  }

  async #ask(message: WithoutId<ToFloor>): Promise<FromFloor> {
    const id = this.#nextId++;
    const answer = Promise.withResolvers<FromFloor>();
    this.#waiting.set(id, answer);
    this.#child.send({ ...message, id }, (error) => {
      if (error !== null) answer.reject(error);
    });
    const said = await answer.promise;
    if (said.type === "failed") throw new Error(`the floor: ${said.text}`);
    return said;
  }
}
