/**
 * Cameras and a decoder that cost nothing: what is left of the inference loop is the loop.
 *
 * Each camera has its next picture as soon as the last one was looked at, so the sessions never
 * wait for pictures. Slots are filled once; all show the same street.
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
import type { StreetInput } from "./street-input.ts";

const everyMs = 1_000;

export class SyntheticCameras implements PictureSource<Picture>, Decoder<Picture> {
  readonly #picture: StreetInput;
  readonly #clock: Clock;
  readonly #pictures = new Map<CameraId, Picture>();
  readonly #filled = new WeakSet<Uint8Array>();

  constructor(count: number, picture: StreetInput, clock: Clock) {
    this.#picture = picture;
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
    const last = this.#newest(id);
    const pictureNumber = last.pictureNumber + 1;
    const picture = pictureOf(id, { pictureNumber, capturedAtMs: last.capturedAtMs + everyMs });
    this.#pictures.set(id, picture);
    const arrivedAtMonoMs = this.#clock.monoMs();
    return { ...picture, arrivedAtMonoMs, keyframeDistanceMs: everyMs };
  }

  newestPicture(id: CameraId, _stream: StreamName): Promise<Picture> {
    return Promise.resolve(this.#newest(id));
  }

  decode(_picture: Picture, crops: readonly CropRequest[]): Promise<readonly PlacedCrop[]> {
    return Promise.resolve(crops.map((crop) => this.#place(crop)));
  }

  #place({ width, height, into }: CropRequest): PlacedCrop {
    const { planes, placement } = this.#picture;
    if (!this.#filled.has(into)) into.set(planes);
    this.#filled.add(into);
    return { ...placement, pictureWidth: width, pictureHeight: height };
  }

  #newest(id: CameraId): Picture {
    const picture = this.#pictures.get(id);
    if (picture === undefined) throw new RangeError(`there is no camera ${id}`);
    return picture;
  }
}

function pictureOf(id: CameraId, moment: Pick<Picture, "pictureNumber" | "capturedAtMs">): Picture {
  return { cameraId: id, stream: "main", capturedUncertaintyMs: 0, ...moment };
}
