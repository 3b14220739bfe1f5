/** The keyframes of a clip, each as the ring would hand it to the decoder. */
import { cameraId } from "../../../../pipelines/domain/ids.ts";
import type { Clip } from "../../../../test-fixtures/clips/clip.ts";
import type { EncodedPicture } from "../../../capture/encoded-picture.ts";

const startCode = Buffer.from([0, 0, 0, 1]);

export function clipKeyframes({ codec, parameterSets, accessUnits }: Clip): EncodedPicture[] {
  return accessUnits
    .filter(({ isKeyframe }) => isKeyframe)
    .map(({ nals }, index) => ({
      cameraId: cameraId("floor"),
      stream: "main",
      codec,
      parameterSets: annexB(parameterSets),
      units: [annexB(nals)],
      pictureNumber: index,
      capturedAtMs: 0,
      capturedUncertaintyMs: 0,
      clockSource: "arrival",
    }));
}

function annexB(nals: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(nals.flatMap((nal) => [startCode, nal]));
}
