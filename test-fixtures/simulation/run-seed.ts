/**
 * One seed, from the first start of the box to its last end: the whole agent in one thread.
 *
 * The composition root is the product's (`agent/agent.ts`); cameras, detector, broker, disk and
 * clock are simulated. The same seed gives the same story to the letter.
 */
import { Agent } from "../../agent/agent.ts";
import type { AgentPorts } from "../../agent/agent-ports.ts";
import { createMetrics, type Metrics } from "../../agent/health/metrics.ts";
import type { Log } from "../../agent/runtime/log.ts";
import { openStore } from "../../agent/store/sqlite-store.ts";
import { AgentRun } from "./agent-run.ts";
import { Draws } from "./draws.ts";
import { HubBook } from "./hub-book.ts";
import { judge } from "./judge.ts";
import { type MutantName, mutants } from "./mutants.ts";
import { type AgentEnd, planOf, type Span, type WorldPlan } from "./plan.ts";
import { SimulatedBroker } from "./simulated-broker.ts";
import { configOf, simulatedModels } from "./simulated-config.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { openSimulatedEvidence } from "./simulated-evidence.ts";
import { SimulatedStreet } from "./simulated-street.ts";
import { StoreWatch, storedEvents } from "./store-watch.ts";
import { type Broken, Witness } from "./witness.ts";
import { type BoxTime, continuations, WorldTime } from "./world-time.ts";

export interface SeedResult {
  readonly seed: number;
  readonly broken: readonly Broken[];
  readonly story: readonly string[];
  /** Of the story: two runs of a seed are the same when this is. */
  readonly hash: string;
  readonly figures: {
    readonly simulatedHours: number;
    readonly steps: number;
    readonly starts: number;
    readonly events: number;
    readonly looks: number;
    /** What chance alone made look like a broken promise. */
    readonly allowed: number;
  };
}

/** A start that fails is tried again, as a supervisor does. */
const restartAfterMs = 5_000;
/** An end in order takes no longer, whatever hangs. */
const stopMsMax = 3_000;
const callsWaitMs = 60_000;

/** `untilBroken`: the rest of the world is not looked at once a promise broke. */
export async function runSeed(
  seed: number,
  mutant?: MutantName,
  { untilBroken = false }: { readonly untilBroken?: boolean } = {},
): Promise<SeedResult> {
  const world = new World(planOf(seed), mutant, untilBroken);
  const chance = Math.random;
  const draws = new Draws(seed, "chance");
  Math.random = () => draws.fraction();
  const onRejection = (reason: unknown) => {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    world.witness.breaks("no rejection is left unhandled", text);
  };
  process.on("unhandledRejection", onRejection);
  try {
    return await world.run();
  } finally {
    process.off("unhandledRejection", onRejection);
    Math.random = chance;
  }
}

/** One for all runs: each would watch the process anew. */
let sharedMetrics: Metrics | undefined;

function metricsOfAll(): Metrics {
  sharedMetrics ??= createMetrics({ agent: "sim", node: "sim" });
  return sharedMetrics;
}

class World {
  readonly witness: Witness;
  readonly #plan: WorldPlan;
  readonly #untilBroken: boolean;
  readonly #time: WorldTime;
  readonly #box: BoxTime = { offsetMs: 0 };
  readonly #disk: SimulatedDisk;
  readonly #street: SimulatedStreet;
  readonly #broker: SimulatedBroker;
  readonly #hub: HubBook;
  readonly #watch: StoreWatch;
  readonly #downs: Span[] = [];
  readonly #config;
  readonly #evidenceDraws: Draws;
  #run: AgentRun | undefined;
  #agent: Agent | undefined;
  #downSinceMs: number | undefined;
  #started: Promise<void> = Promise.resolve();
  #startCount = 0;
  /** Ends that wait for their call. */
  #armed: { callsLeft: number; readonly how: AgentEnd; readonly awayMs: number } | undefined;
  #isOver = false;

  constructor(plan: WorldPlan, mutantName: MutantName | undefined, untilBroken: boolean) {
    this.#untilBroken = untilBroken;
    const mutant = mutantName === undefined ? {} : mutants[mutantName];
    const time = new WorldTime(plan.startMs);
    this.#plan = plan;
    this.#time = time;
    this.witness = new Witness(time);
    const witness = this.witness;
    this.#watch = new StoreWatch(plan, time, witness);
    const watch = this.#watch;
    this.#disk = new SimulatedDisk(plan, { time, witness, watch, mutant });
    this.#street = new SimulatedStreet(plan, time, this.#box, mutant);
    this.#hub = new HubBook(plan, { time, witness, draws: new Draws(plan.seed, "hub") });
    this.#broker = new SimulatedBroker(plan, {
      time,
      witness,
      hub: this.#hub,
      watch,
      mutant,
      draws: new Draws(plan.seed, "broker"),
    });
    this.#config = configOf(plan, mutant);
    this.#evidenceDraws = new Draws(plan.seed, "evidence");
    this.#downSinceMs = plan.startMs;
  }

  async run(): Promise<SeedResult> {
    const plan = this.#plan;
    try {
      this.#script();
      this.#start();
      const isEnough = () => this.#untilBroken && this.witness.broken.length > 0;
      await this.#time.runUntil(plan.endMs, isEnough);
      this.#isOver = true;
      if (isEnough()) this.#abandon();
      else await this.#end();
    } finally {
      this.#disk.remove();
    }
    const { witness } = this;
    return {
      seed: plan.seed,
      broken: witness.broken,
      story: witness.story,
      hash: witness.hash(),
      figures: {
        simulatedHours: (this.#time.nowMs - plan.startMs) / 3_600_000,
        steps: this.#time.stepCount,
        starts: this.#startCount,
        events: this.#watch.writtenAtMs.size,
        looks: [...this.#street.looks.values()].reduce((sum, { length }) => sum + length, 0),
        allowed: witness.allowedCount,
      },
    };
  }

  #script(): void {
    const { ends, wallSteps, calmFromMs } = this.#plan;
    const at = (atMs: number, happens: () => void) =>
      this.#time.after(atMs - this.#time.nowMs, happens);
    this.#broker.start();
    this.#hub.start();
    for (const { atMs, callsLater, how, awayMs } of ends) {
      at(atMs, () => {
        this.#armed ??= { callsLeft: callsLater, how, awayMs };
        const armed = this.#armed;
        this.#time.after(callsWaitMs, () => {
          if (this.#armed === armed) this.#crash();
        });
      });
    }
    at(calmFromMs, () => {
      this.#armed = undefined;
      this.witness.tell("from here on nothing goes wrong");
    });
    for (const { atMs, byMs } of wallSteps) {
      at(atMs, () => {
        this.#box.offsetMs += byMs;
        this.witness.tell(`the box's clock is set by ${byMs} ms`);
      });
    }
  }

  #start(): void {
    if (this.#isOver) return;
    this.#startCount += 1;
    const run = new AgentRun(this.#startCount, this.#time, this.#box, () => this.#onCall(run));
    const agent = new Agent({
      config: this.#config,
      metrics: metricsOfAll(),
      models: simulatedModels,
      dataFolder: this.#disk.folder,
      clock: run.clock,
      log: this.#logOf(run),
      agentVersion: "sim",
      onFatal: (error) => {
        this.witness.breaks("the store is never found damaged", error.message);
        this.#crashNow({ how: "kill", awayMs: restartAfterMs });
      },
      ports: this.#portsFor(run),
    });
    this.#run = run;
    this.#agent = agent;
    this.witness.tell(`start ${run.number}`);
    this.#started = agent.start().then(
      () => {
        if (this.#downSinceMs !== undefined) {
          this.#downs.push({ fromMs: this.#downSinceMs, untilMs: this.#time.nowMs });
        }
        this.#downSinceMs = undefined;
      },
      (error: unknown) => {
        if (!run.isAlive) return;
        this.witness.tell(`start ${run.number} fails: ${String(error).slice(0, 120)}`);
        this.#crashNow({ how: "kill", awayMs: restartAfterMs });
      },
    );
  }

  #portsFor(run: AgentRun): AgentPorts {
    return {
      ...this.#street.portsFor(run),
      openStore: (options) =>
        openStore({
          ...options,
          check: () => Promise.resolve(undefined),
          startThread: this.#disk.threadFor(run),
        }),
      connect: this.#broker.connectorFor(run),
      keepSamples: () => undefined,
      openEvidence: (_, parts) => openSimulatedEvidence(parts, { run, draws: this.#evidenceDraws }),
      watchSight: () => undefined,
      openHealthPage: async () => ({ close: async () => {} }),
      hideHealthPage: async () => {},
      readMachine: async () => ({ disk: null, dataBytes: null, clockIsSynced: true }),
      random: () => Math.random(),
    };
  }

  #logOf(run: AgentRun): Log {
    const say = (level: string) => (fields: object, message: string) => {
      if (!run.isAlive) return;
      const { err, why = err?.message } = fields as { readonly err?: Error; readonly why?: string };
      const because = why === undefined ? "" : ` (${why.slice(0, 200)})`;
      this.witness.tell(`agent ${level}: ${message.slice(0, 120)}${because}`);
    };
    return { debug: () => {}, info: say("says"), warn: say("warns"), error: say("fails") };
  }

  #onCall(run: AgentRun): void {
    if (run !== this.#run || this.#armed === undefined) return;
    if (this.#armed.callsLeft > 0) this.#armed.callsLeft -= 1;
    else this.#crash();
  }

  #crash(): void {
    const armed = this.#armed;
    this.#armed = undefined;
    if (armed === undefined || this.#run === undefined) return;
    if (armed.how === "stop") void this.#stopAndStart(armed.awayMs);
    else this.#crashNow(armed);
  }

  #crashNow({ how, awayMs }: { readonly how: AgentEnd; readonly awayMs: number }): void {
    const run = this.#run;
    if (run === undefined || !run.isAlive) return;
    this.witness.tell(how === "kill" ? "the agent is killed" : "the power is cut");
    run.kill();
    this.#run = undefined;
    this.#agent = undefined;
    this.#downSinceMs ??= this.#time.nowMs;
    this.#broker.dropped(run);
    // The files are looked at when what ran in this instant has ended: a transaction is one step.
    this.#time.after(0, () => this.#disk.crash(how));
    this.#time.after(Math.max(10, awayMs), () => this.#start());
  }

  async #stopAndStart(awayMs: number): Promise<void> {
    const run = this.#run;
    const isStopped = await this.#stop();
    if (!isStopped || run?.isAlive !== true) return;
    this.#time.after(Math.max(10, awayMs), () => this.#start());
  }

  /** False: there was none, or somebody else stopped it meanwhile. */
  async #stop(): Promise<boolean> {
    const [run, agent] = [this.#run, this.#agent];
    if (run === undefined || agent === undefined) return false;
    // As the command does: who is told to stop while it starts, stops when it has started. The
    // start's first call comes before its promise is here.
    await continuations();
    await this.#started;
    if (this.#run !== run) return false;
    this.#agent = undefined;
    this.#run = undefined;
    this.#downSinceMs ??= this.#time.nowMs;
    this.witness.tell("the agent is asked to stop");
    const fromMs = this.#time.nowMs;
    let isDone = false;
    const tooLong = this.#time.after(stopMsMax * 4, () => {
      if (!isDone) this.witness.tell("it does not stop");
    });
    await agent.stop().catch((error: unknown) => {
      this.witness.tell(`the stop fails: ${String(error).slice(0, 120)}`);
    });
    isDone = true;
    tooLong();
    const tookMs = this.#time.nowMs - fromMs;
    this.witness.tell(`stopped after ${Math.round(tookMs)} ms`);
    if (run.clock.timerCount > 0) {
      this.witness.breaks("nothing is left behind a stop", `${run.clock.timerCount} timers wait`);
    }
    this.#broker.dropped(run);
    return true;
  }

  #abandon(): void {
    this.#run?.kill();
    this.#run = undefined;
  }

  async #end(): Promise<void> {
    const db = this.#disk.database;
    const isUp = this.#run !== undefined && this.#downSinceMs === undefined;
    if (!isUp || db?.open !== true) {
      this.witness.breaks("the agent comes back", "it does not run at the end");
      return;
    }
    const counters = db
      .prepare<[], { count: number }>("SELECT waiting_count AS count FROM counters")
      .get();
    const events = storedEvents(db);
    judge({
      plan: this.#plan,
      witness: this.witness,
      watch: this.#watch,
      hub: this.#hub,
      events,
      waitingCount: counters?.count ?? 0,
      looks: this.#street.looks,
      seen: this.#street.seen,
      downs: this.#downs,
    });
    const stopped = this.#stop();
    await this.#time.runUntil(this.#time.nowMs + 10 * stopMsMax);
    await continuations();
    if (this.witness.story.findLast((line) => line.includes("stopped after")) === undefined) {
      this.witness.breaks("a stop ends", "the agent hangs");
      return;
    }
    await stopped;
  }
}
