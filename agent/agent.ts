/**
 * The agent: a list of parts, in the order in which a picture goes through them.
 *
 * The only place that knows them all. Each gets what it needs as arguments; what crosses between
 * two of them is a callback in `start`. Starting fails as a whole; stopping gives everything
 * back, the last state saved and the hub told.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import { type AgentPorts, type Receiving, realPorts } from "./agent-ports.ts";
import { testEvent } from "./box-events.ts";
import { CameraClocks } from "./camera-clocks.ts";
import type { RunnableDecoder } from "./capture/decoder/decoder.ts";
import { automaticHostsMax } from "./capture/decoder/decoder-host.ts";
import type { EncodedPicture } from "./capture/encoded-picture.ts";
import { ringTotalBytes } from "./capture/ring/ring-total.ts";
import { spansOf } from "./clips.ts";
import type { ConfigurationPort } from "./console/console-ports.ts";
import type { ConsolePart } from "./console-part.ts";
import { LookedPictures } from "./evidence/looked-pictures.ts";
import type { SampleKeeper } from "./evidence/sample-keeper.ts";
import type { EvidenceRoom } from "./evidence-room.ts";
import { evidenceUploads } from "./evidence-uploads.ts";
import type { HealthMessage } from "./health/health-report.ts";
import type { Metrics } from "./health/metrics.ts";
import type { HealthPage } from "./health-page.ts";
import { HourlyCounts } from "./hourly-counts.ts";
import { InferenceLoop } from "./inference/loop.ts";
import type { PreparedModel } from "./inference/model-store.ts";
import { inferenceSettings } from "./inference-settings.ts";
import { asLogged, LookLog } from "./look-log.ts";
import { makeMasking } from "./masking.ts";
import { changedForNextStart, fixedUntilNextStart } from "./next-start.ts";
import { doRegularly } from "./regular-duty.ts";
import { revisionRow } from "./revisions.ts";
import { RulesRunner } from "./rules-runner.ts";
import { Backoff } from "./runtime/backoff.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";
import type { SightKeeper } from "./sight-keeper.ts";
import type { SqliteStore } from "./store/sqlite-store.ts";
import { storeLimits } from "./store-limits.ts";
import { StreamStates } from "./stream-states.ts";
import { streamsOf } from "./streams.ts";
import { SurgeWatch } from "./surge-watch.ts";
import { tellHealed } from "./tell-healed.ts";
import { sourceOf } from "./uplink/topics.ts";
import type { Uplink } from "./uplink/uplink.ts";
import { makeUplink } from "./uplinks.ts";
import { Verdicts } from "./verdicts.ts";
import { viewJobs } from "./views.ts";
import { Vitals } from "./vitals.ts";

export interface AgentOptions {
  readonly config: AgentConfig;
  readonly metrics: Metrics;
  /** By name: every model that a view of the configuration looks with. */
  readonly models: ReadonlyMap<string, PreparedModel>;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly agentVersion: string;
  /** One line while the file is not what runs. */
  readonly configurationRefused?: () => string | undefined;
  /** The file behind it, for the box's page. Absent: there is no page. */
  readonly configuration?: ConfigurationPort;
  /** The agent cannot keep its promises any more and must be started anew. */
  readonly onFatal: (error: Error) => void;
  /** Default: the real world. */
  readonly ports?: AgentPorts;
}

const countsPeriod = { afterMs: 60_000, everyMs: 60_000 };
/** The first one soon: an installer waits for it. */
const vitalsPeriod = { afterMs: 5_000, everyMs: 30_000 };

export class Agent {
  readonly #options: AgentOptions;
  readonly #ports: AgentPorts;
  #config: AgentConfig;
  readonly #counts = new HourlyCounts();
  readonly #streamStates: StreamStates;
  #store: SqliteStore | undefined;
  #uplink: Uplink | undefined;
  #rules: RulesRunner | undefined;
  #looks: LookLog | undefined;
  #decoder: RunnableDecoder | undefined;
  #capture: Receiving | undefined;
  #samples: SampleKeeper | undefined;
  #evidence: EvidenceRoom | undefined;
  #sight: SightKeeper | undefined;
  readonly #clocks: CameraClocks;
  #loop: InferenceLoop<EncodedPicture> | undefined;
  #health: HealthMessage | undefined;
  #healthPage: HealthPage | undefined;
  #console: ConsolePart | undefined;
  readonly #stopping = new AbortController();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#ports = options.ports ?? realPorts;
    this.#config = options.config;
    this.#clocks = new CameraClocks(options);
    this.#streamStates = new StreamStates(options);
  }

  get config(): AgentConfig {
    return this.#config;
  }

  async start(): Promise<void> {
    try {
      await this.#startParts();
    } catch (error) {
      // The reason counts; what else fails on the way back would only hide it.
      await this.stop().catch(() => {});
      throw error;
    }
  }

  async #startParts(): Promise<void> {
    const { clock, log, metrics, dataFolder, models, agentVersion } = this.#options;
    const config = this.#config;
    const store = await this.#ports.openStore({
      folder: dataFolder,
      limits: storeLimits(config),
      clock,
      log,
      onCommitted: (elapsedMs) => {
        metrics.store.commits.inc();
        metrics.store.commitTime.observe(elapsedMs / 1_000);
      },
      onGone: this.#options.onFatal,
    });
    this.#store = store;
    await tellHealed(store, { device: this.#config.device, log, nowMs: clock.wallMs() });

    const household = { store, clock, log, metrics, dataFolder, agentVersion };
    const evidence = await this.#ports.openEvidence(() => this.#config, {
      ...household,
      isClockSure: (change) => this.#clocks.isSure(change),
      poseOf: (cameraId) => this.#sight?.pose(cameraId),
      onReleased: () => this.#uplink?.wake(),
    });
    this.#evidence = evidence;
    const rules = this.#makeRules(store);
    this.#rules = rules;
    this.#uplink = this.#makeUplink(store, rules);
    await rules.start(config.cameras.map((camera) => camera.rules));
    const looks = new LookLog({ store, clock, log });
    this.#looks = looks;

    const decoder = this.#ports.decode(config, { clock, log });
    this.#decoder = decoder;
    const capture = this.#ports.receive({
      streams: streamsOf(config),
      clock,
      ringBytesMax: config.limits.ringTotalBytes ?? ringTotalBytes(),
    });
    this.#capture = capture;
    const pictures = new LookedPictures(capture);
    const keeperParts = { pictures, decoder, clock, log, dataFolder, metrics };
    const samples = this.#ports.keepSamples(() => this.#config, keeperParts);
    this.#samples = samples;
    const masking = { config: () => this.#config, loop: () => this.#loop, models, clock };
    const from = { pictures, spans: spansOf(capture), decoder, regionsOf: makeMasking(masking) };
    await evidence.collect(from, rules.states());
    const sight = this.#ports.watchSight({
      ...keeperParts,
      store,
      capture,
      config: () => this.#config,
      onMisplaced: (cameraId) => rules.withdrawMoved(cameraId),
      onAppended: () => this.#uplink?.wake(),
    });
    this.#sight = sight;
    await sight?.start();
    const loop = new InferenceLoop<EncodedPicture>({
      views: viewJobs(config, models),
      pictures,
      decoder: sight ?? decoder,
      clock,
      startSession: this.#ports.startSession,
      // One in each host, and one on its way there.
      decodingMax: automaticHostsMax() + 1,
      ...inferenceSettings(config, models, log),
    });
    this.#loop = loop;
    decoder.start();
    await loop.start({
      onLook: (seen) => {
        const look = asLogged(seen);
        looks.add(look);
        if (look.isReused !== true) samples?.looked(look);
        if (sight?.isSeeing(look.cameraId) !== false) {
          rules.offer(evidence.looked(look));
          evidence.judged(look, rules.state(look.cameraId));
        }
        metrics.looks.latency.observe(
          { stage: "whole" },
          Math.max(0, clock.wallMs() - look.capturedAtMs) / 1_000,
        );
      },
      mayReuse: (look) => rules.mayReuse(asLogged(look)),
      onMissed: ({ cameraId: camera, viewId: view, reason, detail }) => {
        metrics.looks.missed.inc({ camera, view, reason });
        if (detail !== "") log.debug({ camera, view, reason }, `a look was missed: ${detail}`);
      },
      onSessionLost: (why) => log.warn({ why }, "an inference session was lost; it starts again"),
    });
    capture.start({
      onPicture: (notice) => loop.offer(notice),
      onState: (state) => this.#streamStates.tell(state),
      onWorkerCrash: (error) => log.error({ err: error }, "receiving crashed; it starts again"),
    });
    this.#uplink?.start();
    const vitals = new Vitals({
      ...household,
      configurationRefused: this.#options.configurationRefused,
      capture,
      decoder,
      loop,
      looks,
      rules,
      uplink: this.#uplink,
      config: () => this.#config,
      streamStates: this.#streamStates.all,
      sight,
      cameraClocks: this.#clocks,
      readMachine: this.#ports.readMachine,
    });
    const duties = { clock, log, signal: this.#stopping.signal };
    doRegularly(duties, countsPeriod, () => this.#tellCounts());
    doRegularly(duties, vitalsPeriod, async () => {
      this.#health = await vitals.measure();
      await this.#uplink?.publishLive("health", this.#health, { retain: true });
    });
    await this.#openHealth(vitals);
    this.#console = await this.#ports.openConsole?.(() => this.#config, {
      ...this.#options,
      ...from,
      ruleState: (cameraId) => rules.state(cameraId),
      health: () => this.#health,
      testEvent: (note) => this.#appendTestEvent(store, note),
    });
    const configuration = config.configurationHash.slice(0, 12);
    log.info({ cameras: config.cameras.length, configuration }, "running");
  }

  /** Cameras, zones and rules change in place; everything else stays as it was at the start. */
  async reload(config: AgentConfig, models: ReadonlyMap<string, PreparedModel>): Promise<void> {
    const { log } = this.#options;
    const waiting = changedForNextStart(this.#config, config);
    await this.#loop?.update(viewJobs(config, models));
    this.#config = { ...config, ...fixedUntilNextStart(this.#config) };
    this.#capture?.update(streamsOf(this.#config));
    this.#rules?.update(config.cameras.map((camera) => camera.rules));
    log.info(
      { configuration: config.configurationHash.slice(0, 12) },
      "the new configuration runs",
    );
    if (waiting.length > 0)
      log.warn({ waiting }, "some of it takes effect at the next start alone");
  }

  /** Within three seconds, whatever hangs. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const steps: readonly (() => Promise<unknown> | undefined)[] = [
      // Without a store the folder belongs to another agent.
      async () => this.#store && this.#ports.hideHealthPage(this.#options.dataFolder),
      async () => this.#loop?.stop(),
      () => this.#console?.close(),
      () => Promise.all([this.#capture?.stop(), this.#healthPage?.close()]),
      () => Promise.all([this.#samples?.stop(), this.#evidence?.stop()]),
      async () => this.#sight?.stop(),
      () => this.#decoder?.stop(),
      () => this.#looks?.flush(),
      () => this.#rules?.stop(),
      () => this.#evidence?.finish(),
      () => this.#tellCounts({ withRunningHour: true }),
      () => this.#uplink?.stop(),
      () => this.#store?.close(),
    ];
    const failures: unknown[] = [];
    for (const step of steps) {
      await step()?.catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  #makeUplink(store: SqliteStore, rules: RulesRunner): Uplink | undefined {
    const { clock, log, metrics, agentVersion, dataFolder } = this.#options;
    const { hub } = this.#config;
    if (hub === undefined) return undefined;
    const timeZone = () => this.#config.device.timeZone;
    const verdicts = new Verdicts({ store, rules, clock, timeZone });
    return makeUplink(this.#config, hub, {
      connect: this.#ports.connect,
      random: this.#ports.random,
      store,
      clock,
      agentVersion,
      publicKey: this.#evidence?.publicKey ?? null,
      evidence: evidenceUploads({ queue: store, dataFolder, log }),
      doers: {
        testEvent: (note) => this.#appendTestEvent(store, note),
        verdict: (command) => verdicts.take(command),
        noteCases: (cases) => verdicts.noteCases(cases),
      },
      onState: ({ state, failure, detail, remedy }) => {
        const fields = { state, ...(failure === undefined ? {} : { failure }) };
        if (state === "failed") log.warn({ ...fields, remedy }, `hub: ${detail}`);
        else log.info(fields, `hub: ${state} ${detail}`.trimEnd());
      },
      onHeld: (reason, detail) => log.warn({ reason }, `hub: events wait: ${detail}`),
      onFlowing: () => log.info({}, "hub: events flow again"),
      onParked: ({ sequence, eventId }, why) =>
        log.error({ sequence, eventId, why }, "hub: an event is refused for good; it is kept"),
      onSent: (_, ageMs) => {
        metrics.uplink.published.inc();
        metrics.uplink.eventAge.observe(ageMs / 1_000);
      },
    });
  }

  #makeRules(store: SqliteStore): RulesRunner {
    const { clock, log, metrics, agentVersion } = this.#options;
    const surges = new SurgeWatch({
      store,
      log,
      nowMs: () => clock.wallMs(),
      config: () => this.#config,
      stateOf: (cameraId) => this.#rules?.state(cameraId),
      onAppended: () => this.#uplink?.wake(),
    });
    return new RulesRunner({
      store,
      clock,
      log,
      backoff: new Backoff({ delayMsMin: 500, delayMsMax: 30_000, random: this.#ports.random }),
      revisionOf: (change) => {
        this.#samples?.decided(change);
        const row = revisionRow(change, {
          config: this.#config,
          agentVersion,
          isClockSynced: clock.trust?.().isSynced === true,
          cameraPose: this.#sight?.pose(change.cameraId),
          eventClock: this.#clocks.of(change.cameraId),
        });
        return this.#evidence?.decided(change) === true ? { ...row, isHeld: true } : row;
      },
      onCommitted: (rows) => {
        for (const { kind, stage, cameraId, zoneId, violationId } of rows) {
          log.info({ kind, camera: cameraId, zone: zoneId, violation: violationId }, stage);
          metrics.events.inc({ kind, stage });
        }
        surges.committed(rows);
        this.#evidence?.committed(rows);
        this.#uplink?.wake();
      },
      onCounts: (cameraId, counts) => this.#counts.add(cameraId, counts),
    });
  }

  async #appendTestEvent(store: SqliteStore, note: string): Promise<void> {
    const nowMs = this.#options.clock.wallMs();
    const { device } = this.#config;
    await store.appendEvent(testEvent({ device, nowMs }, { requestedBy: "hub", note }), nowMs);
    this.#uplink?.wake();
  }

  async #tellCounts(options: { readonly withRunningHour?: boolean } = {}): Promise<void> {
    const uplink = this.#uplink;
    if (uplink === undefined) return;
    const { device } = this.#config;
    const source = sourceOf({ division: device.division, device: device.id });
    for (const hourAtMs of this.#counts.ready(this.#options.clock.wallMs(), options)) {
      const message = this.#counts.message(hourAtMs, source, device.timeZone);
      if (!(await uplink.publishLive("counts", message, { retain: false }))) return;
      this.#counts.told(hourAtMs);
    }
  }

  async #openHealth(vitals: Vitals): Promise<void> {
    const { clock, log, metrics, dataFolder } = this.#options;
    this.#health = await vitals.measure();
    this.#healthPage = await this.#ports.openHealthPage(this.#config, {
      dataFolder,
      nowMs: clock.wallMs(),
      log,
      metrics: async () => {
        this.#health = await vitals.measure();
        return metrics.registry.metrics();
      },
      metricsContentType: metrics.registry.contentType,
      health: () => this.#health ?? { status: "starting" },
      isReady: () => !this.#stopping.signal.aborted,
    });
  }
}
