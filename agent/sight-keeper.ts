/**
 * Watches whether each camera still sees what its zones were drawn on, and acts on it.
 *
 * A small picture rides along with a look's own every ten seconds; a camera that nobody looks at so
 * often is looked at for this alone. While a camera does not see, its looks are not judged: what
 * stood there was observed by nobody. One that was moved has what was told of it withdrawn. The hub
 * is told of a move at once, of a blind camera when it lasts, and when it is over.
 */
import { pictureCells, pictureHeight, pictureWidth } from "../calibration/moved/edge-picture.ts";
import { isMisplaced, isSeeing, type Sight } from "../calibration/moved/sight.ts";
import { SightWatch } from "../calibration/moved/sight-watch.ts";
import { greyOf } from "../calibration/reference-picture.ts";
import type { AgentConfig } from "../config/agent-config.ts";
import type { CameraId } from "../pipelines/domain/ids.ts";
import { rfc3339 } from "../pipelines/domain/instant.ts";
import { cameraEvent } from "./box-events.ts";
import type { Capture } from "./capture/capture.ts";
import type { CropRequest, DecodedCrop, Decoder } from "./capture/decoder/decoder.ts";
import type { EncodedPicture, StreamName } from "./capture/encoded-picture.ts";
import type { HealthInput } from "./health/health-report.ts";
import type { CameraPose } from "./place.ts";
import { doRegularly } from "./regular-duty.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";
import { type KeptSight, readSight, writeSight } from "./sight-file.ts";
import { keyOfShape, registrationOf } from "./sight-registration.ts";
import { mayReregister, sightText, toldMove } from "./sight-text.ts";
import type { Store } from "./store/store.ts";

export interface SightKeeperOptions {
  /** As it is now: a reload changes it. */
  readonly config: () => AgentConfig;
  readonly capture: Pick<Capture, "newestPicture" | "stats">;
  readonly decoder: Decoder;
  readonly store: Pick<Store, "appendEvent">;
  readonly clock: Clock;
  readonly log: Log;
  readonly dataFolder: string;
  /** What was told of the camera holds no more. */
  readonly onMisplaced: (cameraId: CameraId) => void;
  /** Something waits for the hub. */
  readonly onAppended: () => void;
}

/** Beside a look that is made anyway. */
const besideEveryMs = 9_500;
/** Alone, where no look came by; and what is long known to be elsewhere. */
const aloneEveryMs = 30_000;
const tickMs = 10_000;
const saveEveryMs = 30 * 60_000;
/** Nothing in it is known: a lorry would have driven on by then. */
const replacedMs = 300_000;
/** Of one picture, as the decoder takes them. */
const cropsMax = 16;

interface Book {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
  /** Of zones, stream and reference: other ones are another registration. */
  readonly registration: string;
  kept: KeptSight | undefined;
  watch: SightWatch | undefined;
  key: string;
  /** What the hub was told last: a state, or `away`. */
  told: string;
  lookedAtMonoMs: number;
  isLooking: boolean;
  awaySinceMs: number | undefined;
  isWithdrawn: boolean;
  savedAtMonoMs: number;
}

export class SightKeeper {
  readonly #options: SightKeeperOptions;
  readonly #books = new Map<CameraId, Book>();
  readonly #stopping = new AbortController();

  constructor(options: SightKeeperOptions) {
    this.#options = options;
  }

  /** Takes up what was known when it resolves. */
  async start(): Promise<void> {
    await this.#setBooks();
    const { clock, log } = this.#options;
    const duties = { clock, log, signal: this.#stopping.signal };
    doRegularly(duties, { afterMs: tickMs, everyMs: tickMs }, () => this.#tick());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const book of this.#books.values()) await this.#save(book);
  }

  /** Looks of the camera may be judged. */
  isSeeing(cameraId: CameraId): boolean {
    const sight = this.#sightOf(cameraId);
    return sight === undefined || isSeeing(sight);
  }

  pose(cameraId: CameraId): CameraPose {
    const sight = this.#sightOf(cameraId);
    if (sight === undefined) return { word: "unknown", move: undefined };
    if (isMisplaced(sight)) return { word: "moved", move: sight.move };
    return { word: sight.state === "in-place" ? "in-place" : "unknown", move: undefined };
  }

  /** What a person should see to. */
  problems(): NonNullable<HealthInput["blindCameras"]> {
    return [...this.#books.values()].flatMap(({ cameraId, watch }) =>
      watch === undefined || isSeeing(watch.sight)
        ? []
        : [
            {
              camera: cameraId,
              isMoved: isMisplaced(watch.sight),
              detail: sightText(watch.sight),
            },
          ],
    );
  }

  /** Decodes as ever; now and then a small picture rides along. */
  async decode(
    picture: EncodedPicture,
    crops: readonly CropRequest[],
  ): Promise<readonly DecodedCrop[]> {
    const { decoder } = this.#options;
    const book = this.#due(picture, crops.length);
    if (book === undefined) return await decoder.decode(picture, crops);
    book.lookedAtMonoMs = this.#options.clock.monoMs();
    const decoded = await decoder.decode(picture, [...crops, smallRequest()]);
    const small = decoded.at(-1);
    if (small !== undefined && decoded.length > crops.length) this.#look(book, picture, small);
    return decoded.slice(0, crops.length);
  }

  #sightOf(cameraId: CameraId): Sight | undefined {
    const book = this.#books.get(cameraId);
    return book?.watch?.sight ?? book?.kept?.saved.sight;
  }

  #due({ cameraId, stream }: EncodedPicture, cropCount: number): Book | undefined {
    const book = this.#books.get(cameraId);
    if (book === undefined || book.stream !== stream || cropCount >= cropsMax) return undefined;
    const everyMs = this.#periodOf(book, besideEveryMs);
    return this.#options.clock.monoMs() - book.lookedAtMonoMs >= everyMs ? book : undefined;
  }

  /** What has not seen for five minutes is asked less often. */
  #periodOf({ watch }: Book, usualMs: number): number {
    const isLong =
      watch !== undefined &&
      !isSeeing(watch.sight) &&
      this.#options.clock.wallMs() - watch.sight.sinceMs > replacedMs;
    return isLong ? Math.max(usualMs, aloneEveryMs) : usualMs;
  }

  #look(book: Book, { capturedAtMs }: EncodedPicture, small: DecodedCrop): void {
    const { clock, log } = this.#options;
    try {
      const watch = this.#watchOf(book, small.pictureWidth / small.pictureHeight);
      const before = watch.sight.state;
      // The second plane is green in any order.
      const grey = small.planes.subarray(pictureCells, 2 * pictureCells);
      if (watch.add(grey, capturedAtMs)) this.#changed(book, watch.sight, before);
      if (clock.monoMs() - book.savedAtMonoMs > saveEveryMs) void this.#save(book);
    } catch (error) {
      log.error({ err: error, camera: book.cameraId }, "a camera's sight cannot be judged");
    }
  }

  #watchOf(book: Book, aspect: number): SightWatch {
    const key = keyOfShape({ key: book.registration }, aspect);
    if (book.watch !== undefined && book.key === key) return book.watch;
    const saved = book.kept?.key === key ? book.kept.saved : undefined;
    book.kept = undefined;
    book.key = key;
    book.watch = new SightWatch({ aspect, saved, reference: this.#referenceOf(book) });
    return book.watch;
  }

  #referenceOf({ cameraId }: Book): Uint8Array | undefined {
    const camera = this.#options.config().cameras.find(({ id }) => id === cameraId);
    const reference = camera?.calibration?.reference;
    return reference && greyOf(reference);
  }

  #changed(book: Book, sight: Sight, before: Sight["state"]): void {
    const { log } = this.#options;
    const { cameraId: camera } = book;
    const text = sightText(sight);
    const isNews = sight.state !== before && sight.state !== "learning";
    if (isNews && isSeeing(sight)) {
      const what = before === "learning" ? "its reference is complete" : "it sees again";
      log.info({ camera }, `camera in place: ${what}`);
      book.isWithdrawn = false;
    } else if (isNews) {
      log.warn({ camera, state: sight.state }, `camera does not see its zones: ${text}`);
    }
    if (sight.state !== "learning") void this.#save(book);
    this.#act(book);
  }

  /** What follows from how long it has been so. */
  #act(book: Book): void {
    const { config, clock, onMisplaced } = this.#options;
    const sight = book.watch?.sight;
    const nowMs = clock.wallMs();
    const blindAfterMs = config().health.tellBlindAfterMs;
    const isAway = book.awaySinceMs !== undefined && nowMs - book.awaySinceMs >= blindAfterMs;
    if (sight !== undefined && isMisplaced(sight)) {
      const isSure = sight.state === "moved" || nowMs - sight.sinceMs >= replacedMs;
      if (isSure && !book.isWithdrawn) {
        book.isWithdrawn = true;
        onMisplaced(book.cameraId);
      }
      this.#tell(book, sight.state, sight.sinceMs, sight);
    } else if (isAway) {
      this.#tell(book, "away", book.awaySinceMs ?? nowMs, undefined);
    } else if (sight !== undefined && !isSeeing(sight)) {
      if (nowMs - sight.sinceMs >= blindAfterMs)
        this.#tell(book, sight.state, sight.sinceMs, sight);
    } else if (sight?.state === "in-place" && book.awaySinceMs === undefined) {
      if (book.told !== "") this.#tell(book, "seeing", sight.sinceMs, sight);
    }
  }

  #tell(book: Book, state: string, sinceMs: number, sight: Sight | undefined): void {
    const word = state === "seeing" ? "" : state;
    if (book.told === word) return;
    book.told = word;
    const { config, clock, store, log, onAppended } = this.#options;
    const { device } = config();
    const nowMs = clock.wallMs();
    const move = sight?.move;
    const event = cameraEvent(
      { device, nowMs },
      {
        camera: book.cameraId,
        state: state as Parameters<typeof cameraEvent>[1]["state"], // `learning` is never told.
        since: rfc3339(sinceMs, device.timeZone),
        detail: sight === undefined ? "it sends no pictures" : sightText(sight),
        move: move === undefined ? null : toldMove(move),
        mayReregister: sight !== undefined && mayReregister(sight),
      },
    );
    store.appendEvent(event, nowMs).then(onAppended, (error: unknown) => {
      log.error({ err: error, camera: book.cameraId }, "a blind camera could not be told");
    });
    void this.#save(book);
  }

  async #tick(): Promise<void> {
    const { capture, clock } = this.#options;
    await this.#setBooks();
    const streams = await capture.stats();
    for (const book of this.#books.values()) {
      const stream = streams.find(
        ({ cameraId, stream }) => cameraId === book.cameraId && stream === book.stream,
      );
      const isLive = stream?.state === "live";
      book.awaySinceMs = isLive ? undefined : (book.awaySinceMs ?? clock.wallMs());
      if (isLive) await this.#lookAlone(book);
      this.#act(book);
    }
  }

  /** For a camera whose looks are rare. */
  async #lookAlone(book: Book): Promise<void> {
    const { clock, capture } = this.#options;
    if (clock.monoMs() - book.lookedAtMonoMs < aloneEveryMs || book.isLooking) return;
    book.isLooking = true;
    try {
      const picture = await capture.newestPicture(book.cameraId, book.stream);
      if (picture !== undefined) await this.decode(picture, []);
    } catch {
      // The looks' own way says why pictures do not come.
    } finally {
      book.isLooking = false;
    }
  }

  /** Cameras come, go and get other zones with a reload. */
  async #setBooks(): Promise<void> {
    const { config, dataFolder } = this.#options;
    const cameras = config().cameras.filter(({ isWatched }) => isWatched);
    const ids = new Set(cameras.map(({ id }) => id));
    for (const id of this.#books.keys()) {
      if (!ids.has(id)) this.#books.delete(id);
    }
    for (const camera of cameras) {
      const { stream, key: registration } = registrationOf(camera);
      const known = this.#books.get(camera.id);
      if (known?.registration === registration) continue;
      const kept = await readSight(dataFolder, camera.id);
      const isOfThese = kept?.key.startsWith(`${registration}/`) === true;
      this.#books.set(camera.id, {
        cameraId: camera.id,
        stream,
        registration,
        kept: isOfThese ? kept : undefined,
        watch: undefined,
        key: "",
        told: isOfThese ? kept.told : (known?.told ?? kept?.told ?? ""),
        lookedAtMonoMs: Number.NEGATIVE_INFINITY,
        isLooking: false,
        awaySinceMs: undefined,
        isWithdrawn: false,
        savedAtMonoMs: Number.NEGATIVE_INFINITY,
      });
    }
  }

  /** A full disk costs no more than a reference that is learnt again. */
  async #save(book: Book): Promise<void> {
    const { watch, key, told } = book;
    if (watch === undefined) return;
    book.savedAtMonoMs = this.#options.clock.monoMs();
    const kept = { key, told, saved: watch.saved() };
    await writeSight(this.#options.dataFolder, book.cameraId, kept).catch(() => {});
  }
}

function smallRequest(): CropRequest {
  return {
    crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
    width: pictureWidth,
    height: pictureHeight,
    fit: "stretch",
    fill: 0,
    channels: "rgb",
    into: new Uint8Array(3 * pictureCells),
  };
}
