import { expect, test } from "vitest";
import { Announcer } from "./announcer.ts";

interface Row {
  readonly name: string;
  readonly everyMs: number;
  readonly keyEveryMs: number;
  readonly pictureEveryMs?: number;
  readonly untilMs: number;
  readonly want: readonly number[];
}

const rows: Row[] = [
  {
    name: "keyframes more often than looks",
    everyMs: 10_000,
    keyEveryMs: 2_000,
    untilMs: 6_000,
    want: [0, 2_000, 4_000, 6_000],
  },
  {
    name: "keyframes as often as looks",
    everyMs: 2_000,
    keyEveryMs: 2_000,
    untilMs: 4_000,
    want: [0, 2_000, 4_000],
  },
  {
    name: "keyframes a little late",
    everyMs: 2_000,
    keyEveryMs: 2_080,
    untilMs: 4_200,
    want: [0, 2_080, 4_160],
  },
  {
    name: "keyframes half as often as looks: two announcements a period",
    everyMs: 1_000,
    keyEveryMs: 2_000,
    untilMs: 4_000,
    // Before the second keyframe the distance is not known, only that it is long already.
    want: [0, 1_120, 1_640, 2_000, 2_520, 3_040, 3_560, 4_000],
  },
  {
    name: "a slow view of a stream with very rare keyframes",
    everyMs: 10_000,
    keyEveryMs: 20_000,
    pictureEveryMs: 500,
    untilMs: 14_000,
    want: [0, 11_500, 12_500, 13_500],
  },
];

for (const { name, everyMs, keyEveryMs, pictureEveryMs = 40, untilMs, want } of rows) {
  test(name, () => {
    const announcer = new Announcer({ everyMs });
    const announced: number[] = [];
    for (let ms = 0; ms <= untilMs; ms += pictureEveryMs) {
      const isKey = ms % keyEveryMs === 0;
      if (announcer.offer({ isKey, capturedMs: ms })) announced.push(ms);
    }
    expect(announced).toEqual(want);
  });
}

test("distances are measured, and not over a break", () => {
  const announcer = new Announcer({ everyMs: 10_000 });
  announcer.offer({ isKey: true, capturedMs: 0 });
  expect(announcer.keyframeDistanceMs).toBe(0);
  announcer.offer({ isKey: true, capturedMs: 1_500 });
  expect(announcer.keyframeDistanceMs).toBe(1_500);
  expect(announcer.announcedDistanceMs).toBe(1_500);
  announcer.restart();
  announcer.offer({ isKey: true, capturedMs: 90_000 });
  expect(announcer.keyframeDistanceMs).toBe(1_500);
});

test("a distance over which something is missing counts where it is no longer than before", () => {
  const announcer = new Announcer({ everyMs: 2_000 });
  for (const capturedMs of [0, 2_000]) announcer.offer({ isKey: true, capturedMs });
  announcer.interrupt();
  announcer.offer({ isKey: true, capturedMs: 8_000 });
  expect(announcer.keyframeDistanceMs).toBe(2_000);
  expect(announcer.announcedDistanceMs).toBe(2_000);
  expect(announcer.offer({ isKey: false, capturedMs: 9_000 }), "keyframes come in time").toBe(
    false,
  );
  announcer.interrupt();
  announcer.offer({ isKey: true, capturedMs: 9_500 });
  expect(announcer.keyframeDistanceMs, "shorter ones are true").toBe(1_500);
  announcer.offer({ isKey: true, capturedMs: 13_500 });
  expect(announcer.keyframeDistanceMs, "and longer ones with nothing missing").toBe(4_000);
});

test("a shorter period counts from now on", () => {
  const announcer = new Announcer({ everyMs: 10_000 });
  announcer.offer({ isKey: true, capturedMs: 0 });
  announcer.offer({ isKey: true, capturedMs: 4_000 });
  expect(announcer.offer({ isKey: false, capturedMs: 5_000 })).toBe(false);
  announcer.everyMs = 1_000;
  expect(announcer.offer({ isKey: false, capturedMs: 5_040 })).toBe(true);
});
