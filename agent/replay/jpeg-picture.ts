/** A JPEG as a camera's picture: the decoder host decodes it as it decodes MJPEG. */
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";

export function jpegPicture(
  jpeg: Uint8Array,
  { cameraId, capturedAtMs }: { readonly cameraId: CameraId; readonly capturedAtMs: number },
): EncodedPicture {
  return {
    cameraId,
    stream: "main",
    codec: "mjpeg",
    parameterSets: new Uint8Array(0),
    units: [jpeg],
    pictureNumber: capturedAtMs,
    capturedAtMs,
    capturedUncertaintyMs: 0,
    clockSource: "arrival",
  };
}
