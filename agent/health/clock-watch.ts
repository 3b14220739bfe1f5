/**
 * Watches the machine's wall clock and says what the agent's own clock shall follow.
 *
 * Judged each second, so that a step is seen before it gets anywhere. What was right is kept in
 * `clock.json`, a lower bound for the next start. Each change is one line in the log; a clock that
 * flutters is believed again only after it was right for a while.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "../runtime/clock.ts";
import { writeDurably } from "../runtime/durable-file.ts";
import type { Log } from "../runtime/log.ts";
import { SteadyClock } from "../runtime/steady-clock.ts";
import { type ClockFacts, clockFault, faultText, timeInstead } from "./clock-judge.ts";
import { Repeats } from "./repeats.ts";
import type { TimeService } from "./time-service.ts";

const keptSchema = z.object({
  schema: z.literal(1),
  rightAt: z.iso.datetime(),
  /** The start of the machine in which somebody set the clock. */
  setBoot: z.string().nullable(),
});

export interface ClockWatchOptions {
  /** The machine's. */
  readonly system: Clock;
  readonly dataFolder: string;
  readonly log: Log;
  readonly timeService: () => Promise<TimeService>;
}

const judgeEveryMs = 1_000;
const keepEveryMs = 60_000;
/** Asking may cost a process: often only while the answer is awaited. */
const askEveryMs = { awaited: 5_000, unsynced: 60_000, settled: 600_000 };
/** A step that is worth a line. */
const stepMsMin = 5_000;
const calmMs = 10_000;

export class ClockWatch {
  readonly clock: SteadyClock;
  readonly #options: ClockWatchOptions;
  readonly #repeats: Repeats;
  #service: TimeService = { isSynced: null, hasBatteryClock: true, bootId: null };
  /** Now, or before as the disk says: our clock is a lower bound. */
  #hasBeenRight = false;
  #wasSet = false;
  #isWrong = false;
  #rightSinceMonoMs: number | undefined;
  #machineOffsetMs: number;
  #nextAskMonoMs = 0;
  #nextKeepMonoMs = 0;
  #isAsking = false;
  #cancel: () => void = () => {};

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    this.clock = new SteadyClock(options.system);
    this.#machineOffsetMs = this.clock.machineMs() - this.clock.monoMs();
    this.#repeats = new Repeats({ log: options.log, clock: options.system });
  }

  /** Knows what to believe when it resolves. */
  async start(): Promise<void> {
    const kept = await this.#read();
    const rightMs = kept && (await this.#lastRightMs(Date.parse(kept.rightAt)));
    this.#service = await this.#options.timeService();
    const { bootId } = this.#service;
    this.#wasSet = this.#service.isSynced === true || (bootId !== null && kept?.setBoot === bootId);
    const facts = this.#facts(rightMs);
    const fault = clockFault(facts);
    if (fault !== undefined) this.clock.setTo(timeInstead(facts, fault));
    this.#isWrong = fault !== undefined;
    this.#hasBeenRight = fault === undefined || rightMs !== undefined;
    if (fault !== undefined) this.#tellWrong(faultText(fault, facts));
    this.#nextAskMonoMs = this.clock.monoMs() + this.#askEveryMs;
    this.#believe();
    await this.#keepWhenDue();
    this.#later();
  }

  /** What was right is on disk. */
  async stop(): Promise<void> {
    this.#cancel();
    this.#repeats.stop();
    this.#nextKeepMonoMs = 0;
    await this.#keepWhenDue();
  }

  #later(): void {
    this.#cancel = this.#options.system.after(judgeEveryMs, () => {
      this.#judge();
      void this.#ask();
      void this.#keepWhenDue();
      this.#later();
    });
  }

  /** A wrong clock does not move ours; a right one does, as soon as it is known to be. */
  #judge(): void {
    const { clock } = this;
    const facts = this.#facts(this.#rightMs);
    const nowMonoMs = clock.monoMs();
    const offsetMs = facts.machineMs - nowMonoMs;
    const isStep = Math.abs(offsetMs - this.#machineOffsetMs) >= stepMsMin;
    this.#machineOffsetMs = offsetMs;
    const fault = clockFault(facts);
    // A clock that waits to be set and is set: by a hand, where no service says that it was it.
    if (isStep && fault === "not-set") this.#wasSet = true;
    if (isStep) this.#nextAskMonoMs = nowMonoMs;
    if (fault !== undefined) {
      this.#rightSinceMonoMs = undefined;
      if (!this.#isWrong) this.#tellWrong(faultText(fault, facts));
      this.#isWrong = true;
    } else {
      this.#rightSinceMonoMs ??= nowMonoMs;
      const isCalm = nowMonoMs - this.#rightSinceMonoMs >= calmMs;
      // A time service's word needs no second look.
      if (!this.#isWrong || isCalm || facts.isSynced === true) this.#followMachine();
    }
    this.#believe();
  }

  #followMachine(): void {
    const { clock } = this;
    const stepMs = Math.round(clock.machineMs() - clock.wallMs());
    // Both are read to the millisecond.
    if (Math.abs(stepMs) > 1) clock.follow();
    this.#hasBeenRight = true;
    if (this.#isWrong) {
      this.#isWrong = false;
      this.#options.log.info({ stepMs }, "the clock is right again: times of day are judged");
    } else if (Math.abs(stepMs) >= stepMsMin) {
      const told = { level: "info", fields: { stepMs }, message: "the clock was set" } as const;
      this.#repeats.tell({ key: "step", ...told });
    }
  }

  #tellWrong(why: string): void {
    this.#options.log.error(
      { why, goesOnWith: new Date(this.clock.wallMs()).toISOString() },
      `the clock is wrong: ${why}; what depends on the time of day is not judged until it is right`,
    );
  }

  #believe(): void {
    const { isSynced, offset } = this.#service;
    if (this.#isWrong) this.clock.believe({ isWrong: true, isSynced: false });
    else this.clock.believe({ isWrong: false, isSynced, ...(offset && { offset }) });
  }

  async #ask(): Promise<void> {
    const nowMonoMs = this.clock.monoMs();
    if (this.#isAsking || nowMonoMs < this.#nextAskMonoMs) return;
    this.#isAsking = true;
    this.#service = await this.#options.timeService().finally(() => {
      this.#isAsking = false;
    });
    if (this.#service.isSynced === true) this.#wasSet = true;
    this.#nextAskMonoMs = this.clock.monoMs() + this.#askEveryMs;
    this.#judge();
  }

  get #askEveryMs(): number {
    const { isSynced } = this.#service;
    if (this.#isWrong && isSynced !== null) return askEveryMs.awaited;
    return isSynced === false ? askEveryMs.unsynced : askEveryMs.settled;
  }

  /** Ours goes on from what was right, whatever the machine's does. */
  get #rightMs(): number | undefined {
    return this.#hasBeenRight ? this.clock.wallMs() : undefined;
  }

  #facts(rightMs: number | undefined): ClockFacts {
    const { isSynced, hasBatteryClock } = this.#service;
    return {
      machineMs: this.clock.machineMs(),
      rightMs,
      isSynced,
      hasBatteryClock,
      wasSet: this.#wasSet || isSynced === true,
    };
  }

  async #read(): Promise<z.infer<typeof keptSchema> | undefined> {
    const text = await readFile(this.#path, "utf8").catch(() => "");
    try {
      return keptSchema.parse(JSON.parse(text));
    } catch {
      return undefined; // None yet, or damaged: then the time of the product is the bound.
    }
  }

  /** The store wrote since, at most a moment later: what ran then is not told twice. */
  async #lastRightMs(rightAtMs: number): Promise<number> {
    const stats = ["store.db", "store.db-wal"].map((name) =>
      stat(join(this.#options.dataFolder, name)).catch(() => undefined),
    );
    const written = (await Promise.all(stats)).map((found) => found?.mtimeMs ?? 0);
    const isOfThen = (atMs: number) => atMs > rightAtMs && atMs < rightAtMs + 2 * keepEveryMs;
    return Math.max(rightAtMs, ...written.filter(isOfThen));
  }

  /** A full disk costs no more than a bound that is a little older. */
  async #keepWhenDue(): Promise<void> {
    const nowMonoMs = this.clock.monoMs();
    if (this.#isWrong || nowMonoMs < this.#nextKeepMonoMs) return;
    this.#nextKeepMonoMs = nowMonoMs + keepEveryMs;
    const rightAt = new Date(this.clock.wallMs()).toISOString();
    const setBoot = this.#wasSet ? this.#service.bootId : null;
    const kept = { schema: 1, rightAt, setBoot };
    await writeDurably(this.#path, `${JSON.stringify(kept)}\n`).catch(() => {});
  }

  get #path(): string {
    return join(this.#options.dataFolder, "clock.json");
  }
}
