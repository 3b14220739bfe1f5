/**
 * Cameras and a decoder that cost nothing: what is left of the inference loop is the loop.
 *
 * Each camera has its next picture as soon as the last one was looked at, so the sessions never
 * wait for pictures. Slots are filled once; what is in them does not change the work.
 */
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import { type CameraId, cameraId, viewId } from "../../pipelines/domain/ids.ts";
import type {
  CropRequest,
  Decoder,
  LoopModel,
  Picture,
  PictureNotice,
  PictureSource,
  PlacedCrop,
  StreamName,
  ViewJob,
} from "../inference/ports.ts";
import type { Clock } from "../runtime/clock.ts";

const everyMs = 1_000;

export class SyntheticCameras implements PictureSource<Picture>, Decoder<Picture> {
  readonly #clock: Clock;
  readonly #pictures = new Map<CameraId, Picture>();
  readonly #filled = new WeakSet<Uint8Array>();

  constructor(count: number, clock: Clock) {
    this.#clock = clock;
    for (let number = 1; number <= count; number++) {
      const id = cameraId(`camera-${number}`);
      this.#pictures.set(id, pictureOf(id, { pictureNumber: 0, capturedAtMs: clock.wallMs() }));
    }
  }

  get ids(): readonly CameraId[] {
    return [...this.#pictures.keys()];
  }

  views(model: LoopModel): readonly ViewJob[] {
    const view = { viewId: viewId("whole"), stream: "main", crop: wholePicture, everyMs } as const;
    return this.ids.map((id) => ({ cameraId: id, ...view, model }));
  }

  /** The camera's next picture, one period after the last one by the camera's own clock. */
  next(id: CameraId): PictureNotice {
    const last = this.#picture(id);
    const pictureNumber = last.pictureNumber + 1;
    const picture = pictureOf(id, { pictureNumber, capturedAtMs: last.capturedAtMs + everyMs });
    this.#pictures.set(id, picture);
    const arrivedAtMonoMs = this.#clock.monoMs();
    return { ...picture, arrivedAtMonoMs, keyframeDistanceMs: everyMs };
  }

  newestPicture(id: CameraId, _stream: StreamName): Promise<Picture> {
    return Promise.resolve(this.#picture(id));
  }

  decode(_picture: Picture, crops: readonly CropRequest[]): Promise<readonly PlacedCrop[]> {
    return Promise.resolve(crops.map((crop) => this.#place(crop)));
  }

  #place({ crop, width, height, into }: CropRequest): PlacedCrop {
    if (!this.#filled.has(into)) {
      for (let at = 0; at < into.length; at++) into[at] = (at * 7_919) % 251;
      this.#filled.add(into);
    }
    return {
      crop,
      contentX: 0,
      contentY: 0,
      contentWidth: width,
      contentHeight: height,
      pictureWidth: width,
      pictureHeight: height,
    };
  }

  #picture(id: CameraId): Picture {
    const picture = this.#pictures.get(id);
    if (picture === undefined) throw new RangeError(`there is no camera ${id}`);
    return picture;
  }
}

function pictureOf(id: CameraId, moment: Pick<Picture, "pictureNumber" | "capturedAtMs">): Picture {
  return { cameraId: id, stream: "main", capturedUncertaintyMs: 0, ...moment };
}
