/**
 * Goal: a view's analysis is used again only while nothing has changed, and never beyond the bound.
 *
 * A street is looked at every two seconds as the loop does it; `looks` says what became of each.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PictureSizes } from "./ports.ts";
import { type Moment, type Patch, tinyStreet } from "./quiet-testing.ts";
import { QuietView } from "./quiet-view.ts";

const reuseMs = 30_000;
const everyMs = 2_000;
const whole = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 };
const person: Patch = { x: 40, y: 20, width: 2, height: 5, levels: 14 };

type Became = "analysed" | "packets" | "picture";

interface Street {
  readonly momentAt: (atMs: number) => Moment;
  readonly sizesAt?: (atMs: number) => PictureSizes | undefined;
  readonly untilMs?: number;
  readonly view?: QuietView;
}

/** What became of each look, by its time in seconds. */
function looks({ momentAt, sizesAt, untilMs = 240_000, view: known }: Street): Map<number, Became> {
  const view = known ?? new QuietView({ reuseMs, crop: whole });
  const became = new Map<number, Became>();
  for (let atMs = 0; atMs < untilMs; atMs += everyMs) {
    view.announced(sizesAt?.(atMs));
    if (view.isQuietByPackets(atMs)) {
      became.set(atMs / 1_000, "packets");
      continue;
    }
    const tiny = tinyStreet({ seed: atMs + 1, ...momentAt(atMs) });
    if (view.isQuietByPicture(tiny, atMs)) became.set(atMs / 1_000, "picture");
    else {
      view.analysed();
      became.set(atMs / 1_000, "analysed");
    }
  }
  return became;
}

function times(became: ReadonlyMap<number, Became>, what: Became): readonly number[] {
  return [...became].filter(([, each]) => each === what).map(([seconds]) => seconds);
}

/** The longest time, in seconds, in which no look was analysed. */
function longestReuse(became: ReadonlyMap<number, Became>): number {
  const analysed = times(became, "analysed");
  const end = Math.max(...became.keys());
  return Math.max(
    ...analysed.map((seconds, index) => {
      const next = analysed[index + 1];
      return next === undefined ? end - seconds : next - everyMs / 1_000 - seconds;
    }),
  );
}

describe("by the tiny picture", () => {
  test("a street at rest is analysed once within the bound", () => {
    const became = looks({ momentAt: () => ({}) });
    expect(longestReuse(became)).toBe(reuseMs / 1_000);
    expect(times(became, "analysed").length).toBeLessThan(16);
  });

  test("whoever comes is analysed at once, and so is the street after them", () => {
    const became = looks({
      momentAt: (atMs) => (atMs >= 100_000 && atMs < 130_000 ? { patches: [person] } : {}),
    });
    expect(became.get(100)).toBe("analysed");
    expect(became.get(130)).toBe("analysed");
    // And then until the picture has been at rest for some analyses.
    expect([132, 134, 136, 138, 140].map((at) => became.get(at))).not.toContain("picture");
    expect(became.get(142)).toBe("picture");
  });

  test("a bin that fills over ten minutes is seen to fill: small steps add up", () => {
    // 90 levels in all, a cell's smallest change at a time.
    const levelsAt = (atMs: number) => Math.round((90 * atMs) / 600_000);
    const became = looks({
      momentAt: (atMs) => ({
        patches: [{ x: 30, y: 30, width: 3, height: 3, levels: levelsAt(atMs) }],
      }),
      untilMs: 600_000,
    });
    const analysed = times(became, "analysed");
    for (const [index, seconds] of analysed.entries()) {
      const next = (analysed[index + 1] ?? 600) - 2;
      const unseen = levelsAt(next * 1_000) - levelsAt(seconds * 1_000);
      expect(unseen, `from ${seconds} s to ${next} s`).toBeLessThan(6);
    }
  });

  test("a light that is switched is analysed at once", () => {
    const became = looks({ momentAt: (atMs) => ({ shift: atMs >= 101_000 ? 20 : 0 }) });
    expect(became.get(100)).toBe("picture");
    expect(became.get(102)).toBe("analysed");
  });

  test("a lamp over a door is, too", () => {
    const lamp = { x: 70, y: 12, width: 2, height: 2, levels: 30 };
    const became = looks({ momentAt: (atMs) => (atMs >= 101_000 ? { patches: [lamp] } : {}) });
    expect(became.get(102)).toBe("analysed");
  });

  test("dusk goes on for an hour and saves what a still night does", () => {
    const became = looks({
      momentAt: (atMs) => ({ shift: 40 - (40 * atMs) / 3_600_000 }),
      untilMs: 900_000,
    });
    expect(times(became, "analysed").length).toBeLessThan(450 * 0.2);
  });

  test("a clock in the picture saves less at first, and nearly all later", () => {
    const clockAt = (atMs: number): readonly Patch[] => [
      { x: 88, y: 2, width: 1, height: 2, levels: 20 + 7 * ((atMs / 2_000) % 5) },
      { x: 86, y: 2, width: 1, height: 2, levels: 20 + 9 * (Math.floor(atMs / 10_000) % 6) },
    ];
    const became = looks({ momentAt: (atMs) => ({ patches: clockAt(atMs) }), untilMs: 600_000 });
    const late = times(became, "analysed").filter((seconds) => seconds >= 300);
    expect(late.length).toBeLessThan(30);
  });

  test("headlights are analysed for as long as they sweep", () => {
    const sweepAt = (atMs: number) => ({
      x: Math.floor((atMs / 1_000) % 60),
      y: 30,
      width: 20,
      height: 10,
      levels: 35,
    });
    const became = looks({
      momentAt: (atMs) => (atMs >= 60_000 && atMs < 80_000 ? { patches: [sweepAt(atMs)] } : {}),
    });
    for (let seconds = 60; seconds <= 80; seconds += 2) {
      expect(became.get(seconds)).toBe("analysed");
    }
  });
});

describe("by packets", () => {
  const sizesOf = (bytes: number, atMs: number): PictureSizes => ({
    isUnbroken: true,
    betweenCount: 49,
    betweenBytes: Math.round(49 * bytes * (1 + 0.01 * Math.sin(atMs))),
    betweenBytesMax: Math.round(1.2 * bytes * (1 + 0.01 * Math.sin(atMs))),
    keyBytes: 90_000,
  });
  /** For the first ten minutes somebody passes now and then, which packets show. */
  const passesAt = (atMs: number) => atMs < 600_000 && atMs % 40_000 < 6_000;
  const momentAt = (atMs: number): Moment =>
    passesAt(atMs) ? { patches: [{ ...person, x: 20 + ((atMs / 1_000) % 40) }] } : {};
  const sizesAt = (atMs: number) =>
    sizesOf(passesAt(atMs) || passesAt(atMs - everyMs) ? 2_600 : 2_000, atMs);
  const untilMs = 900_000;

  test("nothing is decoded between two analyses of a street at rest", () => {
    const became = looks({ momentAt, sizesAt, untilMs });
    const late = [...became].filter(([seconds]) => seconds >= 660);
    const shareOf = (what: Became) => late.filter(([, each]) => each === what).length / late.length;
    expect(shareOf("packets")).toBeGreaterThan(0.85);
    expect(longestReuse(new Map(late))).toBeLessThanOrEqual(reuseMs / 1_000);
  });

  test("what they show is decoded and analysed at once", () => {
    const comes = 800_000;
    const became = looks({
      momentAt: (atMs) => (atMs >= comes ? { patches: [person] } : momentAt(atMs)),
      sizesAt: (atMs) => (atMs === comes ? sizesOf(2_500, atMs) : sizesAt(atMs)),
      untilMs,
    });
    expect(became.get(comes / 1_000)).toBe("analysed");
  });

  test("what they hid is found within the bound, and they are not believed any more", () => {
    const comes = 800_000;
    const view = new QuietView({ reuseMs, crop: whole });
    const became = looks({
      momentAt: (atMs) => (atMs >= comes ? { patches: [person] } : momentAt(atMs)),
      sizesAt,
      untilMs,
      view,
    });
    const found = times(became, "analysed").find((seconds) => seconds * 1_000 >= comes);
    expect(found).toBeLessThanOrEqual((comes + reuseMs + everyMs) / 1_000);
    expect(view.packetsWrongCount).toBe(1);
    const after = [...became].filter(([seconds]) => seconds > (found ?? 0));
    expect(after.map(([, each]) => each)).not.toContain("packets");
  });

  test("after a gap, a restart of the stream or an interruption the next look is analysed", () => {
    const gap = 700_000;
    const became = looks({
      momentAt,
      sizesAt: (atMs) => ({ ...sizesAt(atMs), isUnbroken: atMs !== gap }),
      untilMs,
    });
    expect(became.get(gap / 1_000 - 2)).not.toBe("analysed");
    expect(became.get(gap / 1_000)).toBe("analysed");
  });

  test("a source that tells no sizes is decoded", () => {
    const became = looks({ momentAt, untilMs });
    expect(times(became, "packets")).toEqual([]);
    expect(times(became, "picture").length).toBeGreaterThan(100);
  });
});

test("whatever happens, no analysis is used beyond the bound, nor a changed picture saved", () => {
  const change = fc.record({ atMs: fc.nat(400_000), levels: fc.constantFrom(-30, -12, 12, 30) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), fc.nat(50), (changes, x) => {
      const levelsAt = (atMs: number) =>
        changes.reduce((sum, each) => sum + (each.atMs <= atMs ? each.levels : 0), 0);
      const became = looks({
        momentAt: (atMs) => ({
          patches: [
            { x, y: 20, width: 3, height: 3, levels: Math.max(-50, Math.min(90, levelsAt(atMs))) },
          ],
        }),
        untilMs: 400_000,
      });
      expect(longestReuse(became)).toBeLessThanOrEqual(reuseMs / 1_000);
    }),
    { numRuns: 10 },
  );
});

test("a lost analysis is not used again", () => {
  const view = new QuietView({ reuseMs, crop: whole });
  looks({ momentAt: () => ({}), untilMs: 100_000, view });
  view.interrupt();
  expect(view.isQuietByPicture(tinyStreet(), 100_000)).toBe(false);
});
