/**
 * Asks the parts how they are, every so often: metrics brought up to date, one health message.
 *
 * Parts keep their own running totals and know nothing of metrics; what changes at once (events
 * decided, rows sent) is counted where it happens, in `agent.ts`.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import type { Receiving } from "./agent-ports.ts";
import type { CameraClocks } from "./camera-clocks.ts";
import type { RunnableDecoder } from "./capture/decoder/decoder.ts";
import type { EncodedPicture, StreamState } from "./capture/encoded-picture.ts";
import type { StreamStats } from "./capture/stream-stats.ts";
import { DiskFloor, type DiskRoom } from "./disk-floor.ts";
import { samplesFolderOf, thinSamples } from "./evidence/sample-folder.ts";
import { Episode } from "./health/episode.ts";
import {
  type HealthMessage,
  healthReport,
  isKnown,
  overloadText,
  shortRingsText,
} from "./health/health-report.ts";
import { type Load, LoadWatch } from "./health/load-watch.ts";
import type { MachineState } from "./health/machine.ts";
import { type Metrics, RunningTotals } from "./health/metrics.ts";
import type { InferenceLoop } from "./inference/loop.ts";
import type { LoopStats } from "./inference/loop-stats.ts";
import { periodWith } from "./inference/scheduler.ts";
import type { LookLog } from "./look-log.ts";
import type { RulesRunner } from "./rules-runner.ts";
import type { Clock, ClockTrust } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";
import type { SightKeeper } from "./sight-keeper.ts";
import type { SqliteStore } from "./store/sqlite-store.ts";
import type { OutboxStats } from "./store/store.ts";
import { sourceOf } from "./uplink/topics.ts";
import type { Uplink } from "./uplink/uplink.ts";

export interface VitalParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly dataFolder: string;
  readonly agentVersion: string;
  readonly config: () => AgentConfig;
  /** One line while the file is not what runs. */
  readonly configurationRefused?: (() => string | undefined) | undefined;
  readonly capture: Pick<Receiving, "stats">;
  readonly decoder: RunnableDecoder;
  readonly loop: InferenceLoop<EncodedPicture>;
  readonly looks: LookLog;
  readonly rules: RulesRunner;
  readonly store: SqliteStore;
  readonly uplink: Uplink | undefined;
  readonly cameraClocks: CameraClocks;
  readonly sight: Pick<SightKeeper, "problems"> | undefined;
  readonly readMachine: (dataFolder: string) => Promise<MachineState>;
  readonly streamStates: ReadonlyMap<string, StreamState & { readonly sinceMs: number }>;
}

/** What was away for less is told as one. */
const episodeCalmMs = 60_000;

export class Vitals {
  readonly #parts: VitalParts;
  readonly #startedMonoMs: number;
  readonly #totals = new RunningTotals();
  readonly #loadWatch = new LoadWatch();
  readonly #overload = new Episode({ calmMs: episodeCalmMs });
  readonly #shortRings = new Episode({ calmMs: episodeCalmMs });
  #lastMonoMs: number;
  #lastMet = 0;
  #lastMissed = 0;
  #lastDropped = 0;
  readonly #floor: DiskFloor;

  constructor(parts: VitalParts) {
    this.#parts = parts;
    const { clock, log, store, dataFolder, config } = parts;
    this.#floor = new DiskFloor({
      clock,
      log,
      floorBytes: () => config().limits.freeDiskBytes,
      spare: (part) =>
        part === "samples"
          ? thinSamples(samplesFolderOf(dataFolder))
          : store.maintain(clock.wallMs(), part),
    });
    this.#startedMonoMs = parts.clock.monoMs();
    this.#lastMonoMs = this.#startedMonoMs;
  }

  async measure(): Promise<HealthMessage> {
    const { capture, loop, store, dataFolder, readMachine } = this.#parts;
    const [streams, outbox, machine] = await Promise.all([
      capture.stats(),
      store.outboxStats(),
      readMachine(dataFolder),
    ]);
    const room = await this.#floor.measured(machine.disk?.freeBytes ?? null);
    this.#parts.cameraClocks.measured(streams);
    const looks = loop.stats();
    const load = this.#measureLoad(streams, looks);
    this.#updateMetrics(streams, looks, outbox);
    this.#updateLimits(streams, looks, load);
    this.#parts.metrics.store.diskFree.set(machine.disk?.freeBytes ?? 0);
    this.#parts.metrics.store.diskSparing.set(room.sparing.length);
    this.#updateClocks();
    return this.#report(streams, looks, outbox, machine, load, room);
  }

  #report(
    streams: readonly StreamStats[],
    looks: LoopStats,
    outbox: OutboxStats,
    machine: MachineState,
    load: Load,
    room: DiskRoom,
  ): HealthMessage {
    const { clock, store, uplink, decoder, rules, agentVersion } = this.#parts;
    const config = this.#parts.config();
    const { division, id: device } = config.device;
    const nowMonoMs = clock.monoMs();
    const missed = missedCount(looks);
    const report = healthReport({
      source: sourceOf({ division, device }),
      nowMs: clock.wallMs(),
      uptimeMs: nowMonoMs - this.#startedMonoMs,
      versions: { agent: agentVersion, node: process.versions.node },
      configuration: config.configurationHash,
      configurationRefused: this.#parts.configurationRefused?.(),
      cameras: this.#cameras(streams, looks),
      inference: {
        models: modelsOf(config),
        looksMetCount: looks.metCount - this.#lastMet,
        looksMissedCount: missed - this.#lastMissed,
        overMs: nowMonoMs - this.#lastMonoMs,
        latencyMsP95: looks.metCount === 0 ? null : looks.latencyMs.p95,
        sessionRestarts: looks.lostSessionCount,
        decoderRestarts: decoder.restartCount,
      },
      load,
      shortRings: shortRingsOf(streams),
      cameraClocks: this.#parts.cameraClocks.problems(),
      blindCameras: this.#parts.sight?.problems() ?? [],
      store: {
        bytes: machine.dataBytes,
        isFailing: rules.isStoreFailing,
        wasHealed: store.healed !== undefined,
        looksNotLogged: this.#parts.looks.droppedCount + store.looksDroppedCount,
        looksRefused: rules.refusedLookCount,
      },
      outbox: {
        ...outbox,
        droppedSinceCount: outbox.droppedCount - this.#lastDropped,
      },
      uplink:
        uplink === undefined
          ? { state: "stopped", detail: "no hub is configured" }
          : { state: uplink.state.state, detail: uplink.state.detail },
      clock: clockFacts(clock.trust?.()),
      disk: machine.disk && { ...machine.disk, ...room, sparing: [...room.sparing] },
      memoryBytes: process.memoryUsage.rss(),
      calendarYearsMissing: [],
    });
    this.#lastMonoMs = nowMonoMs;
    this.#lastMet = looks.metCount;
    this.#lastMissed = missed;
    this.#lastDropped = outbox.droppedCount;
    return report;
  }

  #measureLoad(streams: readonly StreamStats[], looks: LoopStats): Load {
    const live = new Map(
      streams
        .filter(({ state }) => state === "live")
        .map((one) => [`${one.cameraId}/${one.stream}`, one.keyframeDistanceMs]),
    );
    const perSecond = this.#parts.config().cameras.flatMap(({ id, rules }) =>
      rules.views.map(({ stream, everyMs }) => {
        const keyframeDistanceMs = live.get(`${id}/${stream}`);
        if (keyframeDistanceMs === undefined) return 0;
        // Where keyframes are too far apart, pictures between them are looked at.
        const isRare = keyframeDistanceMs > everyMs;
        return 1_000 / (isRare ? everyMs : periodWith(everyMs, keyframeDistanceMs));
      }),
    );
    return this.#loadWatch.measured({
      monoMs: this.#parts.clock.monoMs(),
      isOverloaded: looks.isOverloaded,
      askedPerSecond: perSecond.reduce((sum, each) => sum + each, 0),
      madeCount: looks.metCount + looks.missedCounts.late,
    });
  }

  /** What is shortened or stretched: in metrics always, in the log when it begins and ends. */
  #updateLimits(streams: readonly StreamStats[], looks: LoopStats, load: Load): void {
    const { metrics, clock, log } = this.#parts;
    const nowMonoMs = clock.monoMs();
    metrics.looks.asked.set(load.askedPerSecond);
    metrics.looks.stretch.set(load.stretch);
    metrics.looks.overloaded.set(load.isOverloaded ? 1 : 0);
    metrics.looks.waiting.set(looks.waitingCount);
    metrics.looks.inWork.set(looks.inWorkCount);
    const overload = this.#overload.measured(load.isOverloaded, nowMonoMs);
    if (overload === "began")
      log.warn({ stretch: load.stretch }, `overload: ${overloadText(load)}`);
    if (overload === "ended") log.info({}, "overload: over, every look is made in time again");

    const { ringBytes, ringReach, ringsShort } = metrics.capture;
    ringBytes.reset();
    ringReach.reset();
    for (const { cameraId: camera, stream, ...of } of streams) {
      ringBytes.set({ camera, stream }, of.ringBytes);
      ringReach.set({ camera, stream }, of.ringReachMs / 1_000);
    }
    const short = shortRingsOf(streams);
    ringsShort.set(short.length);
    const shortage = this.#shortRings.measured(short.length > 0, nowMonoMs);
    if (shortage === "began") log.warn({}, `memory: ${shortRingsText(short)}`);
    if (shortage === "ended") log.info({}, "memory: every stream keeps its original video again");
  }

  /** What nobody knows is no number. */
  #updateClocks(): void {
    const { metrics, clock, cameraClocks, config } = this.#parts;
    const { offset, bound, cameraOffset } = metrics.clock;
    for (const one of [offset, bound, cameraOffset]) one.reset();
    const known = clock.trust?.().offset;
    offset.set(known === undefined ? Number.NaN : known.offsetMs / 1_000);
    bound.set(known === undefined ? Number.NaN : known.boundMs / 1_000);
    for (const { id: camera } of config().cameras) {
      const { cameraOffsetMs } = cameraClocks.of(camera);
      if (cameraOffsetMs !== null) cameraOffset.set({ camera }, cameraOffsetMs / 1_000);
    }
  }

  #cameras(streams: readonly StreamStats[], looks: LoopStats) {
    const { clock, config, streamStates } = this.#parts;
    const nowMs = clock.wallMs();
    return streams.map(({ cameraId, stream, state, failure, detail, lastPictureAgeMs }) => {
      const ids = config()
        .cameras.find(({ id }) => id === cameraId)
        ?.rules.views.filter((view) => view.stream === stream)
        .map(({ id }) => id);
      const views = looks.views.filter(
        (view) => view.cameraId === cameraId && ids?.includes(view.viewId) === true,
      );
      return {
        camera: cameraId,
        stream,
        state,
        failure: failure ?? null,
        detail,
        lastPictureAgeMs: lastPictureAgeMs === undefined ? null : Math.round(lastPictureAgeMs),
        sinceMs: streamStates.get(`${cameraId}/${stream}`)?.sinceMs ?? nowMs,
        looksMet: views.reduce((sum, { metCount }) => sum + metCount, 0),
        looksMissed: views.reduce((sum, view) => sum + view.missedCount, 0),
      };
    });
  }

  #updateMetrics(streams: readonly StreamStats[], looks: LoopStats, outbox: OutboxStats): void {
    const { metrics, uplink, clock, store, decoder, looks: lookLog } = this.#parts;
    const totals = this.#totals;
    const { capture } = metrics;
    for (const state of ["connecting", "live", "failed"] as const) {
      capture.cameras.set({ state }, streams.filter((one) => one.state === state).length);
    }
    // Streams that have gone are not shown for ever.
    capture.live.reset();
    for (const { cameraId: camera, stream, ...of } of streams) {
      capture.live.set({ camera, stream }, of.state === "live" ? 1 : 0);
      totals.countUpTo(capture.pictures, { camera, stream }, of.pictures);
      totals.countUpTo(capture.bytes, { camera, stream }, of.bytes);
      totals.countUpTo(capture.lostPackets, { camera, stream }, of.lostPackets);
      totals.countUpTo(capture.reconnects, { camera, stream }, of.reconnects);
    }
    for (const { cameraId: camera, viewId: view, metCount } of looks.views) {
      totals.countUpTo(metrics.looks.met, { camera, view }, metCount);
    }
    for (const [by, count] of Object.entries(looks.savedCounts)) {
      totals.countUpTo(metrics.looks.saved, { by }, count);
    }
    totals.countUpTo(metrics.looks.packetsWrong, {}, looks.packetsWrongCount);
    totals.countUpTo(metrics.looks.shared, {}, looks.sharedCount);
    totals.countUpTo(metrics.looks.decoderRestarts, { reason: "ended" }, decoder.restartCount);
    totals.countUpTo(metrics.looks.sessionRestarts, { model: "any" }, looks.lostSessionCount);
    totals.countUpTo(metrics.looks.notLogged, {}, lookLog.droppedCount + store.looksDroppedCount);
    metrics.store.waitingRequests.set(store.waitingCount);
    metrics.outbox.waiting.set(outbox.waitingCount);
    metrics.outbox.bytes.set(outbox.waitingBytes);
    metrics.outbox.parked.set(outbox.parkedCount);
    metrics.outbox.dropped.set(outbox.droppedCount);
    for (const [reason, count] of Object.entries(outbox.droppedCounts)) {
      totals.countUpTo(metrics.outbox.droppedByReason, { reason }, count);
    }
    metrics.outbox.lastSequence.set(outbox.lastSequence);
    const { oldestCreatedAtMs } = outbox;
    const oldestAgeMs = isKnown(oldestCreatedAtMs) ? clock.wallMs() - oldestCreatedAtMs : 0;
    metrics.outbox.oldestAge.set(Math.max(0, oldestAgeMs) / 1_000);
    metrics.uplink.connected.set(uplink?.isConnected === true ? 1 : 0);
  }
}

function clockFacts(trust: ClockTrust | undefined) {
  const { isWrong = false, isSynced = null, offset } = trust ?? {};
  return { isWrong, isSynced, ...offset };
}

function shortRingsOf(streams: readonly StreamStats[]) {
  return streams
    .filter(({ isRingShort }) => isRingShort)
    .map(({ cameraId: camera, stream, ringReachMs: reachMs }) => ({ camera, stream, reachMs }));
}

function missedCount({ missedCounts }: LoopStats): number {
  return Object.values(missedCounts).reduce((sum, count) => sum + count, 0);
}

function modelsOf(config: AgentConfig): string[] {
  return [...new Set(config.cameras.flatMap(({ rules }) => rules.views.map(({ model }) => model)))];
}
