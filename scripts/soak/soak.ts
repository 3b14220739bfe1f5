/**
 * The soak: many cameras, a third of them flapping, a broker that goes away, reloads, for as long
 * as asked; then everything is made well again and counted.
 *
 * Says how memory went (a straight line once what starting leaves behind has settled), what is left
 * over (processes, threads, handles, connections), how good cameras were looked at, and whether
 * all events are at the hub. `broken` names what does not hold. Linux only.
 */
import { setTimeout as wait } from "node:timers/promises";
import { countsBetween, missedCount } from "../../agent/bench/cameras/look-counts.ts";
import { isRunning, type ProcessInfo } from "../../test-fixtures/process-tree.ts";
import { type Duty, dutiesOf } from "./duties.ts";
import { type Holdings, holdingsOf, type Memory, memoryOf } from "./holdings.ts";
import { type HubAccount, hubAccount } from "./hub-account.ts";
import { type MemoryFigures, memoryFigures } from "./memory-figures.ts";
import type { MemoryPlot, MemoryPoint } from "./memory-plot.ts";
import { SoakRig } from "./soak-rig.ts";
import { soakStreet } from "./soak-street.ts";

export interface SoakOptions {
  readonly cameras: number;
  readonly minutes: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface SoakResult {
  readonly cameras: number;
  readonly flapping: number;
  readonly minutes: number;
  readonly seed: number;
  readonly megabytes: MemoryFigures;
  readonly begin: Holdings;
  readonly end: Holdings;
  /** Processes that run on when the agent has ended, and sessions that cameras still have then. */
  readonly processesLeft: number;
  readonly sessionsLeft: number;
  readonly stopMs: number;
  readonly goodMet: number;
  readonly goodMissed: number;
  readonly goodMissedRatio: number;
  readonly goodMissedBy: Readonly<Record<string, number>>;
  readonly flappingMet: number;
  readonly flappingMissed: number;
  readonly hub: HubAccount;
  readonly troubles: number;
  readonly reloads: number;
  readonly reloadsRefused: number;
  readonly outages: number;
  readonly camerasLost: number;
  readonly decoderRestarts: number;
  readonly sessionRestarts: number;
  /** What does not hold, in words; nothing when all is well. */
  readonly broken: readonly string[];
}

export interface Soaked {
  readonly result: SoakResult;
  readonly plot: Omit<MemoryPlot, "title">;
}

/** After the start, and after everything is well again, before what it holds is counted. */
const restMs = 20_000;
/** An hour; more than this beyond its spread is growth. A short run shows what starting leaves. */
const growthRatioMax = 0.02;
const growthMinutesMin = 10;
const missedRatioMax = 0.001;
const hubMsMax = 120_000;

export async function soak(options: SoakOptions): Promise<Soaked> {
  const { minutes, say } = options;
  say("the street (rendered once) and the cameras");
  const street = await soakStreet();
  const rig = await SoakRig.start(street, options.cameras);
  try {
    await wait(restMs);
    const diary = new Diary(rig, say);
    const begin = holdingsOf(rig.agent.tree());
    const goodBefore = await rig.looks(rig.good);
    if (goodBefore.met === 0) throw new Error(`nothing is looked at:\n${rig.agent.log()}`);
    const flappingBefore = await rig.looks(rig.flapping);
    const duties = dutiesOf({
      runMs: minutes * 60_000,
      good: rig.good.map(({ id }) => id),
      flapping: rig.flapping.map(({ id }) => id),
      street,
      seed: options.seed,
    });
    for (const { atMs, duty } of duties) {
      await wait(Math.max(0, atMs - diary.nowMs()));
      await diary.do(duty);
    }
    await rig.reload(0);
    await wait(restMs);
    await rig.allLive();
    await wait(restMs);
    const end = holdingsOf(rig.agent.tree());
    const good = countsBetween(goodBefore, await rig.looks(rig.good));
    const flapping = countsBetween(flappingBefore, await rig.looks(rig.flapping));
    const { inference, outbox } = await rig.agent.health();
    await rig.hub.until(({ summary }) => summary.eventCount >= outbox.lastSequence, hubMsMax);
    const tree = rig.agent.tree();
    const { afterMs, code } = await rig.agent.stop();
    if (code !== 0) throw new Error(`the agent ended with ${code}:\n${rig.agent.log()}`);
    await wait(1_000);
    const { figures, plot } = memoryFigures(diary.points, diary.awaySpans);
    const counted = {
      ...diary.counts,
      cameras: options.cameras,
      flapping: rig.flapping.length,
      minutes,
      seed: options.seed,
      megabytes: figures,
      begin,
      end,
      processesLeft: [...diary.seen.values(), ...tree].filter(isRunning).length,
      sessionsLeft: (await rig.cameras.stats()).clients,
      stopMs: Math.round(afterMs),
      goodMet: good.met,
      goodMissed: missedCount(good),
      goodMissedRatio: missedCount(good) / Math.max(1, good.met + missedCount(good)),
      goodMissedBy: good.missed,
      flappingMet: flapping.met,
      flappingMissed: missedCount(flapping),
      // Later ones may have come meanwhile: what is there is told as it is.
      hub: hubAccount(rig.hub.events, rig.hub.summary, outbox.lastSequence),
      camerasLost: linesWith(rig, "camera lost"),
      decoderRestarts: inference.decoderRestarts,
      sessionRestarts: inference.sessionRestarts,
    };
    const unexpected = rig.agent.lines.filter(
      ({ level, message }) => level === "error" && !message.includes("the old one goes on"),
    );
    return { result: { ...counted, broken: brokenOf(counted, unexpected.length) }, plot };
  } finally {
    await rig.stop();
  }
}

function linesWith({ agent }: SoakRig, beginning: string): number {
  return agent.lines.filter(({ message }) => message.startsWith(beginning)).length;
}

class Diary {
  readonly points: MemoryPoint[] = [];
  readonly awaySpans: { fromMs: number; untilMs: number }[] = [];
  /** Every process that the agent ever had. */
  readonly seen = new Map<string, ProcessInfo>();
  readonly counts = { troubles: 0, reloads: 0, reloadsRefused: 0, outages: 0 };
  readonly #startedMonoMs = performance.now();
  readonly #rig: SoakRig;
  readonly #say: (line: string) => void;
  #goodMissed = 0;

  constructor(rig: SoakRig, say: (line: string) => void) {
    this.#rig = rig;
    this.#say = say;
  }

  nowMs(): number {
    return performance.now() - this.#startedMonoMs;
  }

  async do(duty: Duty): Promise<void> {
    const { agent, broker, cameras } = this.#rig;
    if (agent.isEnded) throw new Error(`the agent ended:\n${agent.log()}`);
    switch (duty.do) {
      case "measure":
        await this.#measure();
        return;
      case "faults":
        if (duty.faults.some(({ kind }) => kind !== "switch-clip")) this.counts.troubles += 1;
        await cameras.setFaults(`/${duty.camera}`, duty.faults);
        return;
      case "reload":
        this.counts.reloads += 1;
        await this.#rig.reload(duty.turn);
        return;
      case "reload-wrong":
        this.counts.reloadsRefused += 1;
        await this.#rig.reload("wrong");
        return;
      case "broker-away":
        this.counts.outages += 1;
        this.awaySpans.push({ fromMs: this.nowMs(), untilMs: Number.POSITIVE_INFINITY });
        await broker.kill();
        return;
      case "broker-back": {
        await broker.restart();
        const span = this.awaySpans.at(-1);
        if (span !== undefined) span.untilMs = this.nowMs();
        return;
      }
    }
  }

  async #measure(): Promise<void> {
    const tree = this.#rig.agent.tree();
    for (const one of tree) this.seen.set(`${one.pid}/${one.startTicks}`, one);
    const atMs = this.nowMs();
    const memory: Memory = memoryOf(tree);
    this.points.push({ atMs, ...memory });
    const good = await this.#rig.looks(this.#rig.good);
    const missed = missedCount(good);
    if (missed > this.#goodMissed || this.points.length % 12 === 0) {
      const { allBytes, ownBytes } = memory;
      const events = this.#rig.hub.summary.eventCount;
      const text = `${Math.round(allBytes / 1e6)} MB, ${Math.round(ownBytes / 1e6)} its own, good looks ${good.met} met, ${missed} missed`;
      this.#say(`${(atMs / 60_000).toFixed(1)} min: ${text}, ${events} events`);
    }
    this.#goodMissed = missed;
  }
}

function brokenOf(found: Omit<SoakResult, "broken">, unexpectedErrors: number): readonly string[] {
  const { begin, end, hub } = found;
  const { own } = found.megabytes;
  const growth = own.perHour - own.perHourSpread;
  const kindsMissing = Object.entries(hub.eventsByKind).filter(([, count]) => count === 0);
  const checks: readonly (readonly [isBroken: boolean, what: string])[] = [
    [found.minutes >= growthMinutesMin && growth > growthRatioMax * own.first, "memory grows"],
    [end.processes > begin.processes, "processes are left over"],
    [end.threads > begin.threads, "threads are left over"],
    [end.handles > begin.handles, "handles are left over"],
    [found.processesLeft > 0, "processes outlive the agent"],
    [found.sessionsLeft > 0, "cameras still have sessions"],
    [found.goodMissedRatio > missedRatioMax, "good cameras missed looks"],
    [hub.missing + hub.lost + hub.dropped + hub.rejected > 0, "events are not at the hub"],
    [hub.brokenStories > 0, "violations are told with gaps"],
    [kindsMissing.length > 0, `nothing of ${kindsMissing.map(([kind]) => kind).join(", ")}`],
    [unexpectedErrors > 0, `${unexpectedErrors} errors in the log`],
  ];
  return checks.filter(([isBroken]) => isBroken).map(([, what]) => what);
}
