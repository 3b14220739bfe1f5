/**
 * Do stills and clips show the moment that they claim? A camera sends pictures that say which one
 * they are; a look reads the number as a detector sees the picture, and every still and each picture
 * of the clip is read and compared. The way is the product's: receiving, ring, both decoder hosts,
 * stills, clips; what is left out is the detector.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { Capture } from "../agent/capture/capture.ts";
import { ClipHost } from "../agent/capture/decoder/clip-host.ts";
import { DecoderHost } from "../agent/capture/decoder/decoder-host.ts";
import type { EncodedPicture, StreamName } from "../agent/capture/encoded-picture.ts";
import { ClipMaker } from "../agent/evidence/clip.ts";
import { LookedPictures } from "../agent/evidence/looked-pictures.ts";
import { makeStillTaker } from "../agent/evidence/take-still.ts";
import { systemClock } from "../agent/runtime/clock.ts";
import { noDetections } from "../pipelines/domain/detections.ts";
import { wholePicture } from "../pipelines/domain/geometry.ts";
import { cameraId, viewId } from "../pipelines/domain/ids.ts";
import type { Look } from "../pipelines/domain/look.ts";
import { startCameraServer } from "./camera-server/camera-server.ts";
import { chromiumPlays } from "./chromium-plays.ts";
import {
  type CounterClipOptions,
  complaintsOf,
  counterClipFile,
  readCounter,
  readFilm,
} from "./clips/counter-clip.ts";
import { loadClip } from "./clips/load-clip.ts";

export interface FrameCase {
  readonly name: string;
  readonly clip: CounterClipOptions;
  /** Looks are at a substream; stills come from the main stream. */
  readonly isSubstream?: boolean;
  readonly looks: number;
  /** Before and after the moment. */
  readonly clipMs: number;
  /** The first clip is played by a browser. */
  readonly isPlayed?: boolean;
}

export interface FrameResult {
  readonly name: string;
  readonly stills: number;
  /** Stills that show another picture than their time says. */
  readonly stillsWrong: number;
  readonly exact: number;
  readonly distanceMsMax: number;
  readonly clips: number;
  /** Clips without the picture of their moment. */
  readonly clipsWithoutMoment: number;
  readonly clipPictures: number;
  /** Pictures of clips that are shown at another time than their own. */
  readonly clipPicturesWrong: number;
  readonly clipMsMin: number;
  readonly clipBytesMax: number;
  readonly complaints: readonly string[];
  /** Of the browser: whether it played to the end, and showed the picture of the moment. */
  readonly played?: { readonly isWhole: boolean; readonly hasMoment: boolean };
}

const east = cameraId("east");
const gapMs = 40;
const roundSeconds = 10;
/** Times of pictures are mapped from the camera's clock: half a picture would be another one. */
const toleranceMs = gapMs / 2 - 1;

export async function proveFrames(asked: FrameCase): Promise<FrameResult> {
  const clip = await loadClip(await counterClipFile({ seconds: roundSeconds, ...asked.clip }));
  const small = await loadClip(
    await counterClipFile({ ...asked.clip, seconds: roundSeconds, width: 320, height: 180 }),
  );
  const server = await startCameraServer({
    streams: [
      { path: "/main", clip, phase: 0 },
      { path: "/sub", clip: small, phase: 3_320 },
    ],
  });
  const camera = new Camera((path) => server.url(path), asked);
  try {
    return await camera.prove(clip.accessUnits.length);
  } finally {
    await camera.stop();
    await server.stop();
  }
}

interface Seen {
  readonly look: Look;
  readonly picture: EncodedPicture;
  readonly number: number;
}

class Camera {
  readonly #asked: FrameCase;
  readonly #capture: Capture;
  readonly #decoder = new DecoderHost();
  readonly #encoder = new ClipHost({ clock: systemClock });
  readonly #pictures: LookedPictures;
  readonly #maker: ClipMaker;

  constructor(urlOf: (path: string) => string, asked: FrameCase) {
    this.#asked = asked;
    const common = { cameraId: east, everyMs: 1_000 };
    this.#capture = new Capture({
      clock: systemClock,
      streams: [
        { ...common, stream: "main", url: urlOf("/main") },
        { ...common, stream: "sub", url: urlOf("/sub") },
      ],
    });
    this.#pictures = new LookedPictures(this.#capture);
    const parts = { pictures: this.#capture, encoder: this.#encoder, clock: systemClock };
    this.#maker = new ClipMaker(parts);
  }

  async prove(pictureCount: number): Promise<FrameResult> {
    this.#decoder.start();
    this.#capture.start({
      onPicture: () => undefined,
      onState: () => undefined,
      onWorkerCrash: (error) => {
        throw error;
      },
    });
    const lookStream: StreamName = this.#asked.isSubstream === true ? "sub" : "main";
    await this.#look("main");
    await this.#look(lookStream);
    await systemClock.sleep(this.#asked.clipMs);
    const stills: {
      readonly number: number;
      readonly seen: Seen;
      readonly capturedAtMs: number;
    }[] = [];
    const clips: Promise<ClipReading>[] = [];
    let [exact, distanceMsMax] = [0, 0];
    for (let index = 0; index < this.#asked.looks; index++) {
      const seen = await this.#look(lookStream);
      clips.push(this.#clip(index, seen.look.capturedAtMs));
      await systemClock.sleep(350);
      const still = await this.#still(seen);
      if (still.frame === "exact") exact += 1;
      distanceMsMax = Math.max(distanceMsMax, still.distanceMs);
      stills.push({ ...still, seen });
      await systemClock.sleep(900);
    }
    const made = await Promise.all(clips);
    // What number the camera shows at a time is known from looks at the main stream alone.
    const main = await this.#look("main");
    const numberAt = (atMs: number) => {
      const steps = (atMs - main.look.capturedAtMs) / gapMs;
      return (((main.number + steps) % pictureCount) + pictureCount) % pictureCount;
    };
    const isAt = (number: number, atMs: number) => {
      const off = Math.abs(numberAt(atMs) - number);
      return Math.min(off, pictureCount - off) * gapMs <= toleranceMs;
    };
    const isSame = ({ number, seen, capturedAtMs }: (typeof stills)[number]) =>
      isAt(number, capturedAtMs) && (lookStream === "sub" || number === seen.number);
    const pictures = made.flatMap(({ file, film }) =>
      film.map(({ number, atMs }) => ({ number, atMs: file.capturedAtMs + atMs })),
    );
    const hasMoment = ({ film, file, aroundMs }: ClipReading) =>
      file.frame === (lookStream === "main" ? "exact" : file.frame) &&
      film.some(
        ({ number, atMs }) =>
          isAt(number, file.capturedAtMs + atMs) &&
          Math.abs(file.capturedAtMs + atMs - aroundMs) <= (lookStream === "main" ? 2 : gapMs),
      );
    const browser = made.find(({ played }) => played !== undefined);
    return {
      ...(browser?.played === undefined ? {} : { played: browser.played }),
      name: this.#asked.name,
      stills: stills.length,
      stillsWrong: stills.filter((still) => !isSame(still)).length,
      exact,
      distanceMsMax,
      clips: made.length,
      clipsWithoutMoment: made.filter((one) => !hasMoment(one)).length,
      clipPictures: pictures.length,
      clipPicturesWrong: pictures.filter(({ number, atMs }) => !isAt(number, atMs)).length,
      clipMsMin: Math.min(
        ...made.map(({ file }) => Math.round((file.capturedToMs ?? 0) - file.capturedAtMs)),
      ),
      clipBytesMax: Math.max(...made.map(({ file }) => file.bytes.length)),
      complaints: made.flatMap(({ complaints }) => (complaints === "" ? [] : [complaints])),
    };
  }

  async stop(): Promise<void> {
    this.#maker.stop();
    await Promise.all([this.#capture.stop(), this.#decoder.stop(), this.#encoder.stop()]);
  }

  /** The newest picture, as a detector gets it: small. */
  async #look(stream: StreamName): Promise<Seen> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const picture = await this.#pictures.newestPicture(east, stream);
      if (picture === undefined) {
        await systemClock.sleep(100);
        continue;
      }
      const request = { crop: wholePicture, width: 320, height: 180, fit: "stretch" } as const;
      const input = { ...request, fill: 0, channels: "rgb" } as const;
      const [crop] = await this.#decoder.decode(picture, [input]);
      if (crop === undefined) throw new Error("a look without a picture");
      const { pictureWidth, pictureHeight } = crop;
      const { capturedAtMs, capturedUncertaintyMs } = picture;
      const times = { capturedAtMs: Math.round(capturedAtMs), capturedUncertaintyMs };
      const size = { pictureWidth, pictureHeight };
      const view = { cameraId: east, viewId: viewId("whole"), crop: wholePicture, model: "none@0" };
      const look = { ...view, ...times, ...size, detections: noDetections };
      return { look, picture, number: readCounter(crop.planes, 320) };
    }
    throw new Error("no picture came");
  }

  async #still({ look }: Seen) {
    const picture = this.#pictures.pictureOf(look);
    if (picture === undefined) throw new Error("the picture that was looked at is forgotten");
    const take = makeStillTaker({
      decoder: this.#decoder,
      pictures: this.#pictures,
      polygonsOf: () => [],
      regionsOf: async () => ({ regions: [], plateEstimate: false }),
    });
    const still = await take({ look, picture, box: null, withCloseUp: false, quality: 85 });
    const { data, info } = await sharp(still.jpeg).greyscale().raw().toBuffer({
      resolveWithObject: true,
    });
    const { frame, distanceMs, capturedAtMs } = still;
    return { number: readCounter(data, info.width), frame, distanceMs, capturedAtMs };
  }

  async #clip(index: number, aroundMs: number): Promise<ClipReading> {
    const { clipMs } = this.#asked;
    const file = await this.#maker.make({
      cameraId: east,
      fromMs: aroundMs - clipMs,
      toMs: aroundMs + clipMs,
      aroundMs,
      regionsAt: () => [],
      polygons: [],
      fileBytesMax: 4_000_000,
      name: `clip-${index}.mp4`,
    });
    const folder = await mkdtemp(join(tmpdir(), "kerbside-frames-"));
    try {
      const path = join(folder, file.name);
      await writeFile(path, file.bytes);
      const [film, complaints] = await Promise.all([readFilm(path), complaintsOf(path)]);
      const isPlayed = index === 0 && this.#asked.isPlayed === true;
      const played = isPlayed
        ? await playedBy(path, film, aroundMs - file.capturedAtMs)
        : undefined;
      return { file, film, complaints, aroundMs, played };
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

interface ClipReading {
  readonly file: Awaited<ReturnType<ClipMaker["make"]>>;
  readonly film: Awaited<ReturnType<typeof readFilm>>;
  readonly complaints: string;
  readonly aroundMs: number;
  readonly played: FrameResult["played"];
}

async function playedBy(path: string, film: ClipReading["film"], momentMs: number) {
  // In the middle of the picture's time, as a player's times are rounded.
  const { grey, width, hasEnded, fault } = await chromiumPlays(path, momentMs + gapMs / 2);
  const [own] = film.toSorted((a, b) => Math.abs(a.atMs - momentMs) - Math.abs(b.atMs - momentMs));
  const isWhole = hasEnded && fault === "";
  return { isWhole, hasMoment: readCounter(Uint8Array.from(grey), width) === own?.number };
}
