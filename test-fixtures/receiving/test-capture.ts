/**
 * For end-to-end tests: a capture with its real worker thread, everything it said collected, and
 * the pictures that it gives compared with the clip that was sent.
 */
import { setTimeout as wait } from "node:timers/promises";
import { Capture, type CaptureOptions } from "../../agent/capture/capture.ts";
import type {
  EncodedPicture,
  PictureNotice,
  StreamState,
} from "../../agent/capture/encoded-picture.ts";
import type { StreamSettings } from "../../agent/capture/stream-settings.ts";
import type { StreamStats } from "../../agent/capture/stream-stats.ts";
import { systemClock } from "../../agent/runtime/clock.ts";
import { cameraId } from "../../pipelines/domain/ids.ts";
import { groupAccessUnits, splitAnnexB } from "../clips/annex-b.ts";
import type { Clip } from "../clips/clip.ts";

export interface TestCapture {
  readonly capture: Capture;
  readonly notices: (PictureNotice & { readonly picture: EncodedPicture | undefined })[];
  readonly states: StreamState[];
  readonly crashes: Error[];
  /** `connecting`, `live`, `failed refused` … in order, of one camera. */
  story(camera: string): string[];
  pictures(camera: string): EncodedPicture[];
  stats(camera: string): Promise<StreamStats>;
  /** Until the condition holds; fails with what was seen after the time-out. */
  until(what: string, condition: () => boolean, timeoutMs?: number): Promise<void>;
  untilStates(camera: string, states: readonly string[], timeoutMs?: number): Promise<void>;
  untilPictures(camera: string, count: number, timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

export type TestStream = Partial<StreamSettings> & {
  readonly camera: string;
  readonly url: string;
};

export const settingsOf = ({ camera, ...settings }: TestStream): StreamSettings => ({
  cameraId: cameraId(camera),
  stream: "main",
  everyMs: 10_000,
  ...settings,
});

export function startCapture(
  streams: readonly TestStream[],
  options: Partial<CaptureOptions> & { readonly isCrashExpected?: boolean } = {},
): TestCapture {
  const { isCrashExpected = false, ...others } = options;
  const capture = new Capture({
    clock: systemClock,
    streams: streams.map(settingsOf),
    ...others,
  });
  const notices: TestCapture["notices"] = [];
  const states: StreamState[] = [];
  const crashes: Error[] = [];
  capture.start({
    onPicture: (notice) => {
      void capture
        .newestPicture(notice.cameraId, notice.stream)
        .then((picture) => notices.push({ ...notice, picture }));
    },
    onState: (state) => states.push(state),
    onWorkerCrash: (error) => crashes.push(error),
  });
  const story = (camera: string): string[] =>
    states
      .filter((state) => state.cameraId === camera)
      .map(({ state, failure }) => (failure === undefined ? state : `${state} ${failure}`));
  const until = async (
    what: string,
    condition: () => boolean,
    timeoutMs = 15_000,
  ): Promise<void> => {
    const startedMonoMs = performance.now();
    while (!condition()) {
      if (!isCrashExpected && crashes[0] !== undefined) throw crashes[0];
      if (performance.now() - startedMonoMs > timeoutMs) {
        throw new Error(
          `${what} did not come in ${timeoutMs} ms; states: ${JSON.stringify(states)}`,
        );
      }
      await wait(20);
    }
  };
  const pictures = (camera: string): EncodedPicture[] =>
    notices.flatMap(({ cameraId: id, picture }) =>
      id === camera && picture !== undefined ? [picture] : [],
    );
  return {
    capture,
    notices,
    states,
    crashes,
    story,
    pictures,
    stats: async (camera) => {
      const found = (await capture.stats()).find((stats) => stats.cameraId === camera);
      if (found === undefined) throw new Error(`no stats of ${camera}`);
      return found;
    },
    until,
    untilStates: (camera, wanted, timeoutMs) =>
      until(
        `${camera}: ${wanted.join(", ")}`,
        () => wanted.every((state, index) => story(camera)[index] === state),
        timeoutMs,
      ),
    untilPictures: (camera, count, timeoutMs) =>
      until(`${count} pictures of ${camera}`, () => pictures(camera).length >= count, timeoutMs),
    stop: () => capture.stop(),
  };
}

/** Slices of every picture of a clip, as one text each: what must come out again. */
function slicesOf(clip: Clip): Set<string> {
  return new Set(clip.accessUnits.map(({ nals }) => textOf(nals, clip.codec)));
}

const textOf = (nals: readonly Uint8Array[], codec: Clip["codec"]): string =>
  nals
    .filter((nal) => isSlice(nal, codec))
    .map((nal) => Buffer.from(nal).toString("base64"))
    .join(" ");

const isSlice = (nal: Uint8Array, codec: Clip["codec"]): boolean =>
  codec === "h264" ? ((nal[0] ?? 0) & 0x1f) <= 5 : (((nal[0] ?? 0) >> 1) & 0x3f) < 32;

/** Pictures that are not, slice for slice, pictures of the clip: must be none. */
export function strangers(pictures: readonly EncodedPicture[], clip: Clip): number[] {
  const known = slicesOf(clip);
  return pictures
    .filter((picture) =>
      picture.units.some((unit) => {
        const grouped = groupAccessUnits(splitAnnexB(Buffer.from(unit)), clip.codec);
        return grouped.length !== 1 || !known.has(textOf(grouped[0] ?? [], clip.codec));
      }),
    )
    .map(({ pictureNumber }) => pictureNumber);
}

/** The keyframes of the clip, for pictures that must decode alone. */
export function isKeyframeOf(picture: EncodedPicture, clip: Clip): boolean {
  const keys = new Set(
    clip.accessUnits
      .filter(({ isKeyframe }) => isKeyframe)
      .map(({ nals }) => textOf(nals, clip.codec)),
  );
  return keys.has(textOf(splitAnnexB(Buffer.from(picture.units[0] ?? [])), clip.codec));
}
