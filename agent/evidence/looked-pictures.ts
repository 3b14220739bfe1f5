/**
 * Remembers the last pictures that were looked at, so that what is kept of a decision is the very
 * picture that was decided on.
 *
 * It stands in the place of receiving: what is looked at goes through it. Two pictures a stream: a
 * newer one may be fetched before the look at the last one is over.
 */
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { EncodedPicture, PictureSource, StreamName } from "../capture/encoded-picture.ts";

const rememberedMax = 2;
/** Looks go to the rules with whole milliseconds. */
const roundingMs = 1;

export class LookedPictures implements PictureSource {
  readonly #pictures: PictureSource;
  readonly #remembered = new Map<string, readonly EncodedPicture[]>();

  constructor(pictures: PictureSource) {
    this.#pictures = pictures;
  }

  async newestPicture(cameraId: CameraId, stream: StreamName): Promise<EncodedPicture | undefined> {
    const picture = await this.#pictures.newestPicture(cameraId, stream);
    if (picture !== undefined) {
      const key = `${cameraId}/${stream}`;
      const before = this.#remembered.get(key) ?? [];
      if (before.at(-1)?.pictureNumber !== picture.pictureNumber) {
        this.#remembered.set(key, [...before, picture].slice(-rememberedMax));
      }
    }
    return picture;
  }

  /** Undefined: it was forgotten, or looked at by another run. */
  pictureOf({ cameraId, capturedAtMs }: Pick<Look, "cameraId" | "capturedAtMs">) {
    return (["main", "sub"] as const)
      .flatMap((stream) => this.#remembered.get(`${cameraId}/${stream}`) ?? [])
      .find((picture) => Math.abs(picture.capturedAtMs - capturedAtMs) <= roundingMs);
  }

  /** The newest picture of the main stream, without being remembered as looked at. */
  async newestMain(cameraId: CameraId): Promise<EncodedPicture | undefined> {
    return await this.#pictures.newestPicture(cameraId, "main");
  }
}
