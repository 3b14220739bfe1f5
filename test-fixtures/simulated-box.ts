/**
 * A box in virtual time for the laws of the loop: cameras that send keyframes, a decoder and
 * sessions that take their time, the real loop between them.
 *
 * What a look waited is told from outside, by the definition alone: from the first picture captured
 * a period after the last look's, less half a keyframe distance, to the look's end.
 */

import { InferenceLoop } from "../agent/inference/loop.ts";
import type { CropRequest, Picture, PlacedCrop, ViewJob } from "../agent/inference/ports.ts";
import { periodWith } from "../agent/inference/scheduler.ts";
import type { StartSession } from "../agent/inference/session-link.ts";
import { SimulatedClock } from "../agent/runtime/clock.ts";
import { noDetections } from "../pipelines/domain/detections.ts";
import type { NormBox } from "../pipelines/domain/geometry.ts";
import { cameraId, viewId } from "../pipelines/domain/ids.ts";
import { model } from "./fake-loop.ts";

export interface SimulatedCamera {
  readonly keyframeDistanceMs: number;
  /** 0..1 of the keyframe distance. */
  readonly phase: number;
  /** At most: what one picture takes is drawn anew each time. */
  readonly decodeMs: number;
  /** Periods of its views, in milliseconds. */
  readonly views: readonly number[];
}

export interface SimulatedBox {
  readonly cameras: readonly SimulatedCamera[];
  readonly workerCount: number;
  readonly batchMax: number;
  /** At most, for one input. */
  readonly runMs: number;
  readonly decodingMax: number;
  /** 0..1, again and again: what a picture or a batch takes of its most. */
  readonly draws: readonly number[];
  /** No camera's pictures arrive: a switch that starts anew. */
  readonly silence?: { readonly fromMs: number; readonly untilMs: number };
}

/** One view's looks: how long each waited, and when it ended. */
export interface ServedView {
  readonly periodMs: number;
  readonly waitsMs: readonly number[];
  readonly endsMs: readonly number[];
}

/** How much the views ask of the decoder and of the sessions, each look with a picture of its own. */
export function loadOf({ cameras, workerCount, runMs }: SimulatedBox): {
  readonly decoder: number;
  readonly sessions: number;
} {
  let [decoder, sessions] = [0, 0];
  for (const { views, decodeMs, keyframeDistanceMs } of cameras) {
    for (const everyMs of views) {
      const periodMs = periodWith(everyMs, keyframeDistanceMs);
      decoder += decodeMs / periodMs;
      sessions += runMs / periodMs / workerCount;
    }
  }
  return { decoder, sessions };
}

/** Runs the box; the last camera joins at `joinsAtMs`. One array a camera, one entry a view. */
export async function runBox(
  box: SimulatedBox,
  untilMs: number,
  joinsAtMs = 0,
): Promise<readonly (readonly ServedView[])[]> {
  const clock = new SimulatedClock({ wallMs: 0 });
  const drawn = drawing(box.draws);
  const newest = new Map<string, Picture>();
  const decoder = oneAtATime(clock);
  const served = box.cameras.map((camera) =>
    camera.views.map((everyMs) => new Served(everyMs, camera)),
  );
  const jobs = box.cameras.map((camera, index) => jobsOf(camera, index));
  const loop = new InferenceLoop<Picture>({
    views: (joinsAtMs > 0 ? jobs.slice(0, -1) : jobs).flat(),
    clock,
    pictures: { newestPicture: (camera) => Promise.resolve(newest.get(camera)) },
    decoder: {
      decode: async (picture, crops) => {
        const { decodeMs = 0 } = box.cameras[Number(picture.cameraId)] ?? {};
        await decoder(drawn() * decodeMs);
        return crops.map(placed);
      },
    },
    workerCount: box.workerCount,
    batchMax: box.batchMax,
    batchWaitMs: 0,
    decodingMax: box.decodingMax,
    startSession: timedSessions(clock, () => drawn() * box.runMs),
    runMsMax: 1e9,
  });
  await loop.start({
    onLook: (look) => {
      served[Number(look.cameraId)]?.[Number(look.viewId)]?.looked(
        look.capturedAtMs,
        clock.monoMs(),
      );
    },
  });
  sendPictures(box.cameras, clock, (picture, keyframeDistanceMs) => {
    if (isSilent(box, picture.capturedAtMs)) return;
    newest.set(picture.cameraId, picture);
    loop.offer({ ...picture, arrivedAtMonoMs: picture.capturedAtMs, keyframeDistanceMs });
  });
  if (joinsAtMs > 0) {
    await clock.advance(joinsAtMs);
    await loop.update(jobs.flat());
  }
  await clock.advance(untilMs - joinsAtMs);
  await loop.stop();
  return served;
}

function isSilent({ silence }: SimulatedBox, atMs: number): boolean {
  return silence !== undefined && atMs >= silence.fromMs && atMs < silence.untilMs;
}

/** One timer for all cameras: the clock looks through its timers at each step. */
function sendPictures(
  cameras: readonly SimulatedCamera[],
  clock: SimulatedClock,
  send: (picture: Picture, keyframeDistanceMs: number) => void,
): void {
  const streams = cameras.map(({ keyframeDistanceMs, phase }, index) => ({
    id: cameraId(`${index}`),
    keyframeDistanceMs,
    nextMs: phase * keyframeDistanceMs,
    pictureNumber: 0,
  }));
  const next = (): void => {
    const stream = streams.reduce((a, b) => (b.nextMs < a.nextMs ? b : a));
    clock.after(stream.nextMs - clock.monoMs(), () => {
      stream.pictureNumber += 1;
      stream.nextMs += stream.keyframeDistanceMs;
      const { id, pictureNumber, keyframeDistanceMs } = stream;
      const capturedAtMs = clock.monoMs();
      const of = { cameraId: id, stream: "main", pictureNumber } as const;
      send({ ...of, capturedAtMs, capturedUncertaintyMs: 0 }, keyframeDistanceMs);
      next();
    });
  };
  next();
}

class Served implements ServedView {
  readonly periodMs: number;
  readonly waitsMs: number[] = [];
  readonly endsMs: number[] = [];
  readonly #everyMs: number;
  readonly #camera: SimulatedCamera;
  #lastCapturedAtMs: number | undefined;

  constructor(everyMs: number, camera: SimulatedCamera) {
    this.#everyMs = everyMs;
    this.#camera = camera;
    this.periodMs = periodWith(everyMs, camera.keyframeDistanceMs);
  }

  looked(capturedAtMs: number, nowMs: number): void {
    if (this.#lastCapturedAtMs !== undefined) {
      this.waitsMs.push(nowMs - this.#releasedAfter(this.#lastCapturedAtMs));
      this.endsMs.push(nowMs);
    }
    this.#lastCapturedAtMs = capturedAtMs;
  }

  #releasedAfter(lastMs: number): number {
    const { keyframeDistanceMs } = this.#camera;
    const exact = (this.#everyMs - keyframeDistanceMs / 2) / keyframeDistanceMs;
    return lastMs + keyframeDistanceMs * Math.max(1, Math.ceil(exact - 1e-9));
  }
}

/** Crops beside each other: no two share an analysis. */
function jobsOf({ views }: SimulatedCamera, camera: number): readonly ViewJob[] {
  return views.map((everyMs, index) => ({
    cameraId: cameraId(`${camera}`),
    viewId: viewId(`${index}`),
    stream: "main",
    crop: column(index, views.length),
    everyMs,
    model,
  }));
}

const column = (index: number, count: number): NormBox => ({
  xMin: index / count,
  yMin: 0,
  xMax: (index + 1) / count,
  yMax: 1,
});

const placed = ({ crop, width, height }: CropRequest): PlacedCrop => ({
  contentX: 0,
  contentY: 0,
  contentWidth: width,
  contentHeight: height,
  pictureWidth: 1920,
  pictureHeight: 1080,
  crop,
});

/** Each thread runs what it is sent, one batch after another. */
function timedSessions(clock: SimulatedClock, inputMs: () => number): StartSession {
  return (events) => {
    const thread = oneAtATime(clock);
    return {
      send: (message) => {
        if (message.type === "load") {
          const { modelTag } = message.model;
          queueMicrotask(() => events.onMessage({ type: "loaded", modelTag }));
          return;
        }
        const { id, inputs } = message;
        const runMs = inputs.reduce((sum) => sum + inputMs(), 0);
        const detections = inputs.map(() => noDetections);
        void thread(runMs).then(() => events.onMessage({ type: "done", id, detections, runMs }));
      },
      end: () => Promise.resolve(),
    };
  };
}

/** Resolves when all that was asked before and this have had their time. */
function oneAtATime(clock: SimulatedClock): (ms: number) => Promise<void> {
  let freeAtMs = 0;
  return (ms) => {
    freeAtMs = Math.max(freeAtMs, clock.monoMs()) + ms;
    return clock.sleep(freeAtMs - clock.monoMs());
  };
}

function drawing(draws: readonly number[]): () => number {
  let at = 0;
  return () => {
    at += 1;
    return draws[at % draws.length] ?? 1;
  };
}
