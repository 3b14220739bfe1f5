/** The cameras whose pictures are measured, and what a look at each of them decodes. */

import { cameraId } from "../../../pipelines/domain/ids.ts";
import { type CameraClipChoice, cameraClip } from "../../../test-fixtures/clips/camera-clips.ts";
import type { Clip } from "../../../test-fixtures/clips/clip.ts";
import { madeClip } from "../../../test-fixtures/clips/made-clip.ts";
import type { EncodedPicture } from "../../capture/encoded-picture.ts";

export interface CameraKind {
  readonly name: string;
  readonly choice: CameraClipChoice;
}

export const cameraKinds: readonly CameraKind[] = [
  { name: "h264-sub", choice: { size: "sub" } },
  { name: "h264-1080p", choice: {} },
  { name: "h265-1080p", choice: { codec: "h265" } },
  { name: "h265-1080p-10bit", choice: { codec: "h265", bits: 10 } },
  { name: "h264-4k", choice: { size: "4k" } },
  { name: "h265-4k-10bit", choice: { codec: "h265", size: "4k", bits: 10 } },
  { name: "h264-1080p-gop10", choice: { gopSeconds: 10 } },
  { name: "h265-1080p-gop10", choice: { codec: "h265", gopSeconds: 10 } },
];

export interface KindPictures {
  readonly clip: Clip;
  /** Middle size of a keyframe. */
  readonly keyframeBytes: number;
  /** Each as a look gets it: a keyframe, or the group that leads to the picture that is due. */
  readonly looks: readonly EncodedPicture[];
}

/**
 * What looks every `everyMs` get: the keyframes where these come as often, else the pictures that
 * are due with all that stands before them in their group.
 */
export async function picturesOf({ choice }: CameraKind, everyMs: number): Promise<KindPictures> {
  const clip = await madeClip(cameraClip(choice));
  const { gopSeconds = 2 } = choice;
  const starts = clip.accessUnits.flatMap(({ isKeyframe }, index) => (isKeyframe ? [index] : []));
  const perGroup = Math.max(1, Math.floor((gopSeconds * 1_000) / everyMs));
  const step = Math.round((clip.fps * everyMs) / 1_000);
  // One group is enough: it has a look for every place in it.
  const groups = starts.slice(0, perGroup > 1 ? 1 : starts.length).flatMap((start) =>
    Array.from({ length: perGroup }, (_, look): readonly [number, number] => {
      return [start, Math.min(start + look * step, clip.accessUnits.length - 1) + 1];
    }),
  );
  const sizes = starts.map((start) => bytesOf(clip, start, start + 1)).toSorted((a, b) => a - b);
  return {
    clip,
    keyframeBytes: sizes[sizes.length >> 1] ?? 0,
    looks: groups.map(([from, to]) => pictureOf(clip, from, to)),
  };
}

const startCode = Buffer.from([0, 0, 0, 1]);

function annexB(nals: readonly Uint8Array[]): Buffer {
  return Buffer.concat(nals.flatMap((nal) => [startCode, nal]));
}

function bytesOf(clip: Clip, from: number, to: number): number {
  return clip.accessUnits.slice(from, to).reduce((sum, { nals }) => sum + annexB(nals).length, 0);
}

function pictureOf(clip: Clip, from: number, to: number): EncodedPicture {
  return {
    cameraId: cameraId("bench"),
    stream: "main",
    codec: clip.codec,
    parameterSets: annexB(clip.parameterSets),
    units: clip.accessUnits.slice(from, to).map(({ nals }) => annexB(nals)),
    pictureNumber: to,
    capturedAtMs: 0,
    capturedUncertaintyMs: 0,
    clockSource: "arrival",
  };
}
