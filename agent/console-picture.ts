/**
 * A camera's newest picture for who edits zones: masked as evidence is, never without.
 *
 * One at a time, and the same one again for two seconds: masking a picture takes detectors from the
 * cameras, and several people look at once.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import { noDetections } from "../pipelines/domain/detections.ts";
import { wholePicture } from "../pipelines/domain/geometry.ts";
import { type CameraId, viewId } from "../pipelines/domain/ids.ts";
import type { Decoder } from "./capture/decoder/decoder.ts";
import type { EncodedPicture, PictureSource } from "./capture/encoded-picture.ts";
import type { MaskedPicture } from "./console/console-ports.ts";
import { makeStillTaker } from "./evidence/take-still.ts";
import type { RegionsOfPicture } from "./masking.ts";
import type { Clock } from "./runtime/clock.ts";

const keptMs = 2_000;
const quality = 80;

export function maskedPictures(
  config: () => AgentConfig,
  {
    pictures,
    decoder,
    regionsOf,
    clock,
  }: {
    readonly pictures: PictureSource;
    readonly decoder: Decoder;
    readonly regionsOf: RegionsOfPicture;
    readonly clock: Clock;
  },
): (camera: CameraId) => Promise<MaskedPicture | undefined> {
  const kept = new Map<CameraId, { readonly atMs: number; readonly made: Made }>();
  let before: Promise<unknown> = Promise.resolve();
  return (camera) => {
    const known = kept.get(camera);
    if (known !== undefined && clock.monoMs() - known.atMs < keptMs) return known.made;
    const made = before.then(async () => {
      const newest = await pictures.newestPicture(camera, "main");
      return newest === undefined ? undefined : await take(newest);
    });
    before = made.catch(() => kept.delete(camera));
    kept.set(camera, { atMs: clock.monoMs(), made });
    return made;
  };

  async function take(newest: EncodedPicture): Promise<MaskedPicture> {
    const taker = makeStillTaker({
      decoder,
      pictures: { newestMain: async () => newest },
      polygonsOf: (id) => config().cameras.find((one) => one.id === id)?.masks ?? [],
      regionsOf,
    });
    // Nobody looked at it: as for a view of the other stream, its size is found out first.
    const picture = { ...newest, stream: "sub" } as const;
    const { cameraId, capturedAtMs, capturedUncertaintyMs } = newest;
    const look = {
      cameraId,
      viewId: viewId("console"),
      crop: wholePicture,
      capturedAtMs,
      capturedUncertaintyMs,
      detections: noDetections,
      model: "",
      pictureWidth: 0,
      pictureHeight: 0,
    };
    const still = await taker({ look, picture, box: null, withCloseUp: false, quality });
    const { jpeg, width, height } = still;
    return { jpeg, width, height, capturedAtMs: still.capturedAtMs };
  }
}

type Made = Promise<MaskedPicture | undefined>;
