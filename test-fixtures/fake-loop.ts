/**
 * The inference loop with a source, a decoder and sessions that do as a test says, in virtual time.
 */
import { fakeSessions } from "../agent/inference/fake-sessions.ts";
import { InferenceLoop } from "../agent/inference/loop.ts";
import type { InferenceLoopOptions, MissedLook } from "../agent/inference/loop-events.ts";
import type {
  CropRequest,
  LoopModel,
  Picture,
  PictureNotice,
  PlacedCrop,
  ViewJob,
} from "../agent/inference/ports.ts";
import { SimulatedClock } from "../agent/runtime/clock.ts";
import { wholePicture } from "../pipelines/domain/geometry.ts";
import { cameraId, viewId } from "../pipelines/domain/ids.ts";
import type { Look } from "../pipelines/domain/look.ts";
import { tinyDetectorManifest } from "./tiny-detector.ts";

export const model: LoopModel = {
  manifest: tinyDetectorManifest(),
  graph: new Uint8Array(1),
  inputName: "pixels",
  modelTag: "tiny@0123456789ab",
  inputWidth: 4,
  inputHeight: 2,
  fit: "stretch",
  fill: 7,
  channels: "bgr",
};

export const job = (camera: string, changes: Partial<ViewJob> = {}): ViewJob => ({
  cameraId: cameraId(camera),
  viewId: viewId("kerb"),
  stream: "main",
  crop: wholePicture,
  everyMs: 2_000,
  model,
  ...changes,
});

export const startWallMs = Date.UTC(2026, 0, 5);

/** Cameras whose newest picture is the last one that was offered; faults by what tests set. */
export class FakeCameras {
  readonly newest = new Map<string, Picture>();
  readonly decoded: { readonly picture: Picture; readonly crops: readonly CropRequest[] }[] = [];
  fetchCount = 0;
  fetch: (picture: Picture | undefined) => Promise<Picture | undefined> = (picture) =>
    Promise.resolve(picture);
  decode: (crops: readonly PlacedCrop[]) => Promise<readonly PlacedCrop[]> = (crops) =>
    Promise.resolve(crops);

  readonly pictures = {
    newestPicture: (camera: string): Promise<Picture | undefined> => {
      this.fetchCount += 1;
      return this.fetch(this.newest.get(camera));
    },
  };

  readonly decoder = {
    decode: (picture: Picture, crops: readonly CropRequest[]): Promise<readonly PlacedCrop[]> => {
      this.decoded.push({ picture, crops });
      return this.decode(
        crops.map(({ crop, width, height }) => ({
          contentX: 0,
          contentY: 0,
          contentWidth: width,
          contentHeight: height,
          pictureWidth: 1920,
          pictureHeight: 1080,
          crop,
        })),
      );
    },
  };
}

export async function loopOf(
  views: readonly ViewJob[],
  options: Partial<InferenceLoopOptions<Picture>> & {
    readonly answersAtOnce?: boolean;
    readonly mayReuse?: (look: Look) => boolean;
  } = {},
) {
  const { answersAtOnce = true, mayReuse, ...loopOptions } = options;
  const clock = new SimulatedClock({ wallMs: startWallMs });
  const cameras = new FakeCameras();
  const { started, startSession } = fakeSessions({ answersAtOnce });
  const looks: Look[] = [];
  const missed: MissedLook[] = [];
  const loop = new InferenceLoop<Picture>({
    views,
    pictures: cameras.pictures,
    decoder: cameras.decoder,
    clock,
    workerCount: 1,
    batchMax: 1,
    batchWaitMs: 0,
    startSession,
    ...loopOptions,
  });
  await loop.start({
    onLook: (look) => looks.push(look),
    onMissed: (miss) => missed.push(miss),
    ...(mayReuse === undefined ? {} : { mayReuse }),
  });
  let pictureNumber = 0;
  /** A camera's picture arrives, captured now; everything that can happen now happens. */
  const picture = async (camera: string, changes: Partial<PictureNotice> = {}): Promise<void> => {
    pictureNumber += 1;
    const notice: PictureNotice = {
      cameraId: cameraId(camera),
      stream: "main",
      pictureNumber,
      capturedAtMs: clock.wallMs(),
      arrivedAtMonoMs: clock.monoMs(),
      keyframeDistanceMs: 1_000,
      ...changes,
    };
    cameras.newest.set(camera, { ...notice, capturedUncertaintyMs: 5 });
    loop.offer(notice);
    await clock.advance(0);
  };
  const session = (index: number) => {
    const found = started[index];
    if (found === undefined) throw new Error(`session ${index} was not started`);
    return found;
  };
  return { clock, cameras, loop, looks, missed, picture, session, started };
}
