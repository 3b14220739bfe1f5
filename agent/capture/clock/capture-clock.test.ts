/**
 * Goal: captured times are right within what they claim, and nothing a camera's clock does moves
 * them backwards. Each row is a camera simulated picture by picture.
 */
import { describe, expect, test } from "vitest";
import { CaptureClock, type CaptureTime } from "./capture-clock.ts";
import { MinimumDelay } from "./minimum-delay.ts";

interface Camera {
  readonly pictures: number;
  readonly periodMs: number;
  /** Way of the picture with this number. */
  readonly delayMs: (picture: number) => number;
  /** Error of the RTP clock, parts per million. */
  readonly driftPpm?: number;
  readonly reportsEveryMs?: number;
  readonly firstReportMs?: number;
  /** Added to the wall clock that reports carry. */
  readonly wallErrorMs?: (trueMs: number) => number;
  /** Added to RTP time. */
  readonly rtpErrorMs?: (trueMs: number) => number;
}

const rate = 90_000;

function run(camera: Camera): (CaptureTime & { readonly trueMs: number })[] {
  const clock = new CaptureClock({ clockRate: rate });
  clock.noteRoundTrip(2);
  const rtpOf = (trueMs: number): number => {
    const ms = trueMs * (1 + (camera.driftPpm ?? 0) / 1e6) + (camera.rtpErrorMs?.(trueMs) ?? 0);
    return (4_294_000_000 + Math.round((ms * rate) / 1_000)) % 2 ** 32;
  };
  let nextReportMs = camera.firstReportMs ?? 0;
  return Array.from({ length: camera.pictures }, (_, picture) => {
    const trueMs = 50_000 + picture * camera.periodMs;
    if (trueMs - 50_000 >= nextReportMs) {
      nextReportMs += camera.reportsEveryMs ?? 5_000;
      clock.addReport(
        {
          ssrc: 1,
          cameraWallMs: 1_700_000_000_000 + trueMs + (camera.wallErrorMs?.(trueMs) ?? 0),
          rtpTime: rtpOf(trueMs),
        },
        trueMs + camera.delayMs(picture),
      );
    }
    const arrivedAtMonoMs = trueMs + camera.delayMs(picture);
    const time = clock.stamp({ rtpTime: rtpOf(trueMs), arrivedAtMonoMs, isKey: true });
    return { ...time, trueMs };
  });
}

const jitter = (picture: number): number => 3 + ((picture * 7_919) % 40);
const afterMs = (ms: number, error: number) => (trueMs: number) =>
  trueMs - 50_000 >= ms ? error : 0;

describe("cameras", () => {
  const rows: { name: string; camera: Camera; errorMsMax: number; source?: string }[] = [
    {
      name: "steady network",
      camera: { pictures: 500, periodMs: 40, delayMs: () => 5 },
      errorMsMax: 6,
    },
    {
      name: "jitter of 40 ms",
      camera: { pictures: 2_000, periodMs: 40, delayMs: jitter },
      errorMsMax: 45,
    },
    {
      name: "RTP clock 200 ppm fast",
      camera: { pictures: 20_000, periodMs: 40, delayMs: jitter, driftPpm: 200 },
      errorMsMax: 60,
    },
    {
      name: "no report ever",
      camera: { pictures: 200, periodMs: 40, delayMs: jitter, firstReportMs: 1e9 },
      errorMsMax: 45,
      source: "arrival",
    },
    {
      name: "wall clock wrong by a year",
      camera: { pictures: 500, periodMs: 40, delayMs: jitter, wallErrorMs: () => -3e10 },
      errorMsMax: 45,
    },
    {
      name: "wall clock set forward by an hour",
      camera: {
        pictures: 1_000,
        periodMs: 40,
        delayMs: jitter,
        wallErrorMs: afterMs(20_000, 3.6e6),
      },
      errorMsMax: 45,
    },
    {
      name: "wall clock set back by a minute",
      camera: {
        pictures: 1_000,
        periodMs: 40,
        delayMs: jitter,
        wallErrorMs: afterMs(20_000, -6e4),
      },
      errorMsMax: 45,
    },
    {
      name: "wall clock set back by half a second",
      camera: {
        pictures: 1_000,
        periodMs: 40,
        delayMs: jitter,
        wallErrorMs: afterMs(20_000, -500),
      },
      errorMsMax: 45,
    },
    {
      name: "RTP time set anew",
      camera: { pictures: 1_000, periodMs: 40, delayMs: jitter, rtpErrorMs: afterMs(20_000, 5e6) },
      errorMsMax: 90,
    },
    {
      name: "RTP time set back",
      camera: { pictures: 1_000, periodMs: 40, delayMs: jitter, rtpErrorMs: afterMs(20_000, -9e5) },
      errorMsMax: 90,
    },
    {
      name: "a slow stretch of the network",
      camera: {
        pictures: 2_000,
        periodMs: 40,
        delayMs: (picture) => (picture > 500 && picture < 600 ? 900 : 5),
      },
      errorMsMax: 6,
    },
    {
      name: "one picture a second",
      camera: { pictures: 100, periodMs: 1_000, delayMs: jitter },
      errorMsMax: 45,
    },
  ];
  for (const { name, camera, errorMsMax, source = "sender-report" } of rows) {
    test(name, () => {
      const times = run(camera);
      for (const time of times) {
        const error = Math.abs(time.capturedAtMonoMs - time.trueMs);
        expect(error).toBeLessThanOrEqual(errorMsMax);
        expect(error).toBeLessThanOrEqual(time.uncertaintyMs);
        expect(time.source).toBe(source);
      }
      for (const [index, time] of times.entries()) {
        const before = times[index - 1]?.capturedAtMonoMs ?? 0;
        expect(time.capturedAtMonoMs).toBeGreaterThanOrEqual(before);
      }
    });
  }

  test("a camera whose RTP time stood still while it was frozen is on time again at its next report", () => {
    const stood = (trueMs: number): number => -Math.min(10_000, Math.max(0, trueMs - 60_000));
    const times = run({ pictures: 1_000, periodMs: 40, delayMs: () => 5, rtpErrorMs: stood });
    const last = times.at(-1);
    expect(Math.abs((last?.capturedAtMonoMs ?? 0) - (last?.trueMs ?? 0))).toBeLessThan(50);
  });

  test("a buffer sent in a burst at the start settles within two seconds, and says so", () => {
    const burst = (picture: number): number => Math.max(5, 1_500 - picture * 35);
    const times = run({ pictures: 300, periodMs: 40, delayMs: burst });
    const first = times[0];
    const late = times.slice(100);
    expect(first?.uncertaintyMs).toBeGreaterThanOrEqual(500);
    for (const time of late) expect(Math.abs(time.capturedAtMonoMs - time.trueMs)).toBeLessThan(10);
  });

  test("steps of the wall clock are counted, drift is not", () => {
    const clock = new CaptureClock({ clockRate: rate });
    const report = (atMs: number, errorMs: number): void => {
      clock.stamp({ rtpTime: atMs * 90, arrivedAtMonoMs: atMs, isKey: true });
      clock.addReport({ ssrc: 1, cameraWallMs: 1e12 + atMs + errorMs, rtpTime: atMs * 90 }, atMs);
    };
    report(0, 0);
    report(5_000, 3);
    expect(clock.stepCount).toBe(0);
    expect(clock.cameraMinusMonoMs()).toBeCloseTo(1e12, -2);
    report(10_000, 90_000);
    expect(clock.stepCount).toBe(1);
    expect(clock.cameraMinusMonoMs()).toBeCloseTo(1e12 + 90_000, -2);
  });

  test("between the first report and none, times go on where they were", () => {
    const times = run({ pictures: 300, periodMs: 40, delayMs: jitter, firstReportMs: 4_000 });
    expect(times[0]).toMatchObject({ source: "arrival", uncertaintyMs: 1_000 });
    expect(times.at(-1)).toMatchObject({ source: "sender-report" });
  });
});

describe("smallest delay", () => {
  test("the window forgets, shifts and knows its spread", () => {
    const delay = new MinimumDelay();
    expect(delay.leastMs).toBeUndefined();
    delay.add(2, 0);
    for (let atMs = 1_000; atMs <= 30_000; atMs += 1_000) delay.add(20, atMs);
    expect(delay.leastMs).toBe(2);
    expect(delay.spreadMs).toBe(18);
    for (let atMs = 31_000; atMs <= 90_000; atMs += 1_000) delay.add(20, atMs);
    expect(delay.leastMs).toBe(20);
    delay.shift(-5);
    expect(delay.leastMs).toBe(15);
    delay.clear();
    expect(delay.leastMs).toBeUndefined();
  });
});
