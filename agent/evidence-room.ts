/**
 * Everything that makes evidence, put together: keys, ledger, collector, and what is sent of it.
 *
 * A simulation brings its own. Without `evidence.pictures` nothing new is collected; what an earlier
 * run kept is still signed for, sent and forgotten in time.
 */
import { join } from "node:path";
import type { AgentConfig } from "../config/agent-config.ts";
import type { CameraState } from "../pipelines/camera-state.ts";
import type { CameraId } from "../pipelines/domain/ids.ts";
import type { ViolationChange } from "../pipelines/violation-change.ts";
import type { Decoder } from "./capture/decoder/decoder.ts";
import type { SpanSource } from "./capture/encoded-picture.ts";
import { type Clips, makeClips } from "./clips.ts";
import { EvidenceCollector } from "./evidence/collector.ts";
import { openDeviceKeys } from "./evidence/device-keys.ts";
import { EventsFirst } from "./evidence/events-first.ts";
import { DeviceLedger } from "./evidence/ledger.ts";
import type { LookedPictures } from "./evidence/looked-pictures.ts";
import { PendingFiles } from "./evidence/pending-files.ts";
import { makeStillTaker } from "./evidence/take-still.ts";
import { evidencePlace } from "./evidence-facts.ts";
import { type Evidence, EvidenceWatch, evidenceSite } from "./evidence-watch.ts";
import type { Metrics } from "./health/metrics.ts";
import type { RegionsOfPicture } from "./masking.ts";
import type { CameraPose } from "./place.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";
import type { Store } from "./store/store.ts";

export interface EvidenceParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly dataFolder: string;
  readonly agentVersion: string;
  /** The box's clock and the camera's are known, and within a second of each other. */
  readonly isClockSure?: (change: ViolationChange) => boolean;
  /** Whether the camera hangs where it was, as its pictures say. */
  readonly poseOf?: (cameraId: CameraId) => CameraPose | undefined;
  /** An event was let go, or something of it waits for the hub. */
  readonly onReleased: () => void;
}

/** What pictures come from; there as soon as the agent receives. */
export interface PictureParts {
  readonly pictures: LookedPictures;
  /** Absent: there are no clips. */
  readonly spans?: SpanSource | undefined;
  readonly decoder: Decoder;
  readonly regionsOf: RegionsOfPicture;
}

export interface EvidenceRoom extends Evidence {
  /** SPKI, PEM. */
  readonly publicKey: string;
  /** From here on pictures are taken. */
  collect(parts: PictureParts, states: readonly CameraState[]): Promise<void>;
}

const pendingLimits = { violationsMax: 400, bytesMax: 512 * 1024 * 1024 };

/** Opens the keys and the ledger, which lets go what the last run held. */
export async function openEvidence(
  config: () => AgentConfig,
  parts: EvidenceParts,
): Promise<EvidenceRoom> {
  const { store, clock, log, dataFolder, agentVersion, onReleased } = parts;
  const { device, evidence } = config();
  const keys = await openDeviceKeys(dataFolder);
  const ledger = new DeviceLedger({
    dataFolder,
    store,
    keys,
    clock,
    log,
    device: { division: device.division, id: device.id },
    timeZone: device.timeZone,
    versions: () => ({ agent: agentVersion, configuration: config().configurationHash }),
    keepMsMax: evidence.keepMsMax,
    keepBytesMax: evidence.keepBytesMax,
    onReleased,
  });
  await ledger.start();
  return new Room(config, parts, ledger, keys.pem);
}

class Room implements EvidenceRoom {
  readonly publicKey: string;
  readonly #config: () => AgentConfig;
  readonly #parts: EvidenceParts;
  readonly #ledger: DeviceLedger;
  #watch: EvidenceWatch | undefined;
  #clips: Clips | undefined;

  constructor(
    config: () => AgentConfig,
    parts: EvidenceParts,
    ledger: DeviceLedger,
    publicKey: string,
  ) {
    this.#config = config;
    this.#parts = parts;
    this.#ledger = ledger;
    this.publicKey = publicKey;
  }

  async collect(from: PictureParts, states: readonly CameraState[]): Promise<void> {
    if (!this.#config().evidence.hasPictures) return;
    const { spans, ...others } = from;
    const { clock, log } = this.#parts;
    const canClip = spans !== undefined && this.#config().evidence.hasClips;
    const eventsFirst = new EventsFirst(clock);
    const whenFree = () => eventsFirst.whenFree();
    this.#clips = canClip
      ? makeClips(this.#config, { ...others, spans, clock, log, whenFree })
      : undefined;
    const parts = { ...this.#parts, ...from, clips: this.#clips, eventsFirst };
    const watch = makeWatch(this.#config, parts, this.#ledger);
    await watch.start(states);
    this.#watch = watch;
  }

  looked: Evidence["looked"] = (look) => this.#watch?.looked(look) ?? look;
  judged: Evidence["judged"] = (look, state) => this.#watch?.judged(look, state);
  decided: Evidence["decided"] = (change) => this.#watch?.decided(change) ?? false;
  committed: Evidence["committed"] = (rows) => this.#watch?.committed(rows);

  async stop(): Promise<void> {
    await this.#watch?.stop();
    await this.#clips?.stop();
  }

  async finish(): Promise<void> {
    await this.#watch?.finish();
    await this.#ledger.stop();
  }
}

function makeWatch(
  config: () => AgentConfig,
  parts: EvidenceParts &
    PictureParts & { readonly clips: Clips | undefined; readonly eventsFirst: EventsFirst },
  keeper: DeviceLedger,
): EvidenceWatch {
  const { pictures, decoder, regionsOf, clock, log, metrics, agentVersion, dataFolder } = parts;
  const { site, remember } = evidenceSite(config, (change) => ({
    config: config(),
    place: evidencePlace(config(), change, parts.poseOf?.(change.cameraId)),
    agentVersion,
    isClockSure: parts.isClockSure?.(change) !== false,
  }));
  const collector = new EvidenceCollector({
    site,
    pictures,
    ...(parts.clips === undefined ? {} : { makeClip: parts.clips.make }),
    takeStill: makeStillTaker({
      decoder,
      pictures,
      regionsOf,
      isOwnShown: () => !config().evidence.isOwnPlateMasked,
      polygonsOf: (cameraId) => config().cameras.find(({ id }) => id === cameraId)?.masks ?? [],
    }),
    pending: new PendingFiles({
      folder: join(dataFolder, "evidence-pending"),
      limits: pendingLimits,
    }),
    keeper,
    clock,
    log,
    eventsFirst: parts.eventsFirst,
    onEnd: (end, times) => {
      metrics.evidence.inc({ end });
      if (times === undefined) return;
      metrics.evidenceTime.observe({ of: "queue" }, times.queuedMs / 1_000);
      metrics.evidenceTime.observe({ of: "pictures" }, times.picturesMs / 1_000);
      metrics.evidenceTime.observe({ of: "keeping" }, times.keepMs / 1_000);
      metrics.evidenceTime.observe({ of: "all" }, times.waitedMs / 1_000);
    },
  });
  return new EvidenceWatch({ collector, config, remember });
}
