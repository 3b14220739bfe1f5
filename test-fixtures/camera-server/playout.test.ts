/** Goal: when which picture is sent. Method: a clip of four pictures, fake timers, sinks that note. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Clip } from "../clips/clip.ts";
import { MediaClock } from "./media-clock.ts";
import type { PictureTemplate } from "./picture-template.ts";
import { type PictureSink, Playout } from "./playout.ts";
import { TimerQueue } from "./timer-queue.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Four pictures, one every 100 ms; the third was captured before the second. */
const clip: Clip = {
  codec: "h264",
  width: 16,
  height: 16,
  fps: 10,
  durationMs: 400,
  parameterSets: [],
  accessUnits: [
    { nals: [], isKeyframe: true, dtsMs: 0, ptsMs: -100 },
    { nals: [], isKeyframe: false, dtsMs: 100, ptsMs: 100 },
    { nals: [], isKeyframe: false, dtsMs: 200, ptsMs: 0 },
    { nals: [], isKeyframe: false, dtsMs: 300, ptsMs: 200 },
  ],
};
const templates = clip.accessUnits.map((_, index): PictureTemplate => {
  return { bytes: Buffer.of(index), offsets: new Uint32Array(0), isKeyframe: index === 0 };
});

function playout(options: Partial<ConstructorParameters<typeof Playout>[0]> = {}) {
  const monoNow = (): number => performance.now();
  const clock = new MediaClock({ monoNow, wallNow: () => 0, pace: 1 });
  const timers = new TimerQueue({ tickMs: 1, monoNow });
  const reel = { clip, templates };
  return new Playout({ clock, timers, reel, isLoop: true, beginMediaMs: 0, ...options });
}

/** Notes pictures as `index@capture`. */
function sink(): PictureSink & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    sendPicture: ({ bytes }, captureMediaMs) => seen.push(`${bytes[0]}@${captureMediaMs}`),
    endOfClip: () => seen.push("end"),
  };
}

test("a clip loops with times that go on", () => {
  const stream = playout();
  const client = sink();
  stream.add(client);
  vi.advanceTimersByTime(650);
  expect(client.seen).toEqual(["0@-100", "1@100", "2@0", "3@200", "0@300", "1@500", "2@400"]);
});

test("a client that joins later gets what the others get", () => {
  const stream = playout();
  const [first, second] = [sink(), sink()];
  stream.add(first);
  vi.advanceTimersByTime(250);
  stream.add(second);
  vi.advanceTimersByTime(200);
  expect(first.seen.slice(-2)).toEqual(["3@200", "0@300"]);
  expect(second.seen).toEqual(["3@200", "0@300"]);
});

test("the clip goes on where it would be when nobody watched", () => {
  const stream = playout();
  const [first, second] = [sink(), sink()];
  stream.add(first);
  vi.advanceTimersByTime(50);
  stream.remove(first);
  vi.advanceTimersByTime(4_050);
  stream.add(second);
  vi.advanceTimersByTime(100);
  expect(first.seen).toEqual(["0@-100"]);
  expect(second.seen).toEqual(["1@4100", "2@4000"]);
});

test("a phase begins inside the clip", () => {
  const stream = playout({ beginMediaMs: -250 });
  const client = sink();
  stream.add(client);
  vi.advanceTimersByTime(200);
  expect(client.seen).toEqual(["3@-50", "0@50"]);
});

test("who starts a clip gets its first picture, even a moment later", () => {
  const stream = playout({ firstMediaMs: 0 });
  const [first, second] = [sink(), sink()];
  vi.advanceTimersByTime(20);
  stream.add(first);
  vi.advanceTimersByTime(20);
  stream.remove(first);
  stream.add(second);
  vi.advanceTimersByTime(70);
  expect(first.seen).toEqual(["0@-100"]);
  expect(second.seen).toEqual(["1@100"]);
});

test("a clip that does not loop ends once for everybody, and for whoever comes later", () => {
  const stream = playout({ isLoop: false });
  const [first, second] = [sink(), sink()];
  stream.add(first);
  vi.advanceTimersByTime(1_000);
  stream.add(second);
  vi.advanceTimersByTime(1_000);
  expect(first.seen).toEqual(["0@-100", "1@100", "2@0", "3@200", "end"]);
  expect(second.seen.at(-1)).toBe("end");
});

test("another clip follows where the next picture was due", () => {
  const stream = playout();
  const client = sink();
  stream.add(client);
  vi.advanceTimersByTime(250);
  const other = { ...clip, accessUnits: clip.accessUnits.slice(0, 1), durationMs: 50 };
  stream.switchTo({ clip: other, templates: templates.slice(0, 1) });
  vi.advanceTimersByTime(120);
  expect(client.seen.slice(3)).toEqual(["0@200", "0@250"]);
});
