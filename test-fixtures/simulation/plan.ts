/**
 * A world from a seed: the street as it truly is, and everything that will go wrong in it.
 *
 * All that is scripted is decided here, before anything runs, so that promises can be judged by the
 * truth. What depends on how the agent behaves (which acknowledgement is lost, how long a write
 * takes) is drawn while it runs, from streams of the same seed.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { Draws } from "./draws.ts";

/** One car in one place of the kerb, from when to when. */
export interface Stay {
  readonly camera: string;
  readonly place: number;
  readonly box: NormBox;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface CameraPlan {
  readonly id: string;
  readonly everyMs: number;
  readonly isAllowed: boolean;
  /** Nobody sees: the stream is away. */
  readonly gaps: readonly Span[];
  /** Times its pictures are off by so much from then on. */
  readonly clockSteps: readonly { readonly atMs: number; readonly byMs: number }[];
  readonly missRatio: number;
}

export type AgentEnd = "kill" | "power-cut" | "stop";

export interface WorldPlan {
  readonly seed: number;
  readonly startMs: number;
  /** Faults end here; then everything has time to come in order. */
  readonly calmFromMs: number;
  readonly endMs: number;
  readonly cameras: readonly CameraPlan[];
  readonly stays: readonly Stay[];
  readonly warnAfterMs: number;
  readonly reportAfterMs: number;
  readonly waitsForHub: boolean;
  readonly outboxRowsMax: number;
  readonly drainPerSecond: number;
  /** At a time, and so many calls to the world later. */
  readonly ends: readonly {
    readonly atMs: number;
    readonly callsLater: number;
    readonly how: AgentEnd;
    readonly awayMs: number;
  }[];
  readonly wallSteps: readonly { readonly atMs: number; readonly byMs: number }[];
  readonly diskFull: readonly Span[];
  readonly diskSlow: readonly Span[];
  readonly broker: {
    readonly away: readonly Span[];
    /** Connected, and nothing goes through. */
    readonly halfOpen: readonly Span[];
    readonly nobodyListens: readonly Span[];
    readonly refusing: readonly (Span & { readonly reasonCode: number })[];
    readonly restartsMs: readonly number[];
    readonly acknowledgementLostRatio: number;
    readonly doubledRatio: number;
    readonly lateMsMax: number;
    /** Of rows that are refused for good, whatever is tried. */
    readonly hatedRatio: number;
  };
  readonly hub: {
    /** Share of warned or reported violations that a person judges. */
    readonly verdictRatio: number;
    readonly testEventsMs: readonly number[];
    readonly silentRatio: number;
  };
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
export const clearAfterMs = 30_000;
/** How long everything is in order before the end. */
const calmMs = 12 * minuteMs;

/** Side by side on the kerb, no two overlap. */
const placesX = [0.06, 0.24, 0.42, 0.6, 0.78];

export function planOf(seed: number): WorldPlan {
  const draws = new Draws(seed, "plan");
  const startMs = Date.UTC(2026, 6, 1) + draws.whole(0, 24) * hourMs;
  const lengthMs = draws.is(0.93)
    ? draws.between(0.25, 0.9) * hourMs
    : draws.between(1.5, 6) * hourMs;
  const calmFromMs = startMs + Math.round(lengthMs);
  const trouble = draws.one([0, 0.5, 1, 1, 2]) / Math.max(1, lengthMs / hourMs / 2);
  const isLong = lengthMs > 1.4 * hourMs;
  const cameras = Array.from({ length: isLong ? 1 : draws.whole(1, 3) }, (_, index) =>
    cameraOf(draws, `c${index}`, { startMs, calmFromMs, trouble, isLong }),
  );
  const warnAfterMs = draws.one([1, 2, 3]) * minuteMs;
  const reportAfterMs = warnAfterMs + draws.one([2, 3, 5]) * minuteMs;
  const spans = (perHour: number, msMin: number, msMax: number): readonly Span[] =>
    draws.moments(startMs, calmFromMs, perHour * trouble).map((fromMs) => ({
      fromMs,
      untilMs: Math.min(calmFromMs, fromMs + draws.between(msMin, msMax)),
    }));
  return {
    seed,
    startMs,
    calmFromMs,
    endMs: calmFromMs + calmMs,
    cameras,
    stays: cameras.flatMap((camera) => staysOf(draws, camera, startMs, calmFromMs)),
    warnAfterMs,
    reportAfterMs,
    waitsForHub: draws.is(0.4),
    outboxRowsMax: draws.is(0.3) ? draws.whole(3, 8) : 200_000,
    drainPerSecond: draws.one([1, 20, 200]),
    ends: draws.moments(startMs + minuteMs, calmFromMs, 3 * trouble).map((atMs) => ({
      atMs,
      callsLater: draws.whole(0, 12),
      how: draws.one(["kill", "kill", "power-cut", "power-cut", "stop"] as const),
      awayMs: draws.is(0.7) ? draws.between(1_000, 20_000) : draws.between(1, 10) * minuteMs,
    })),
    wallSteps: draws.moments(startMs, calmFromMs, 0.4 * trouble).map((atMs) => ({
      atMs,
      byMs: Math.round(
        draws.is(0.5) ? draws.between(-20_000, 20_000) : draws.between(-2, 2) * hourMs,
      ),
    })),
    diskFull: spans(0.8, 10_000, 5 * minuteMs),
    diskSlow: spans(1, 10_000, 3 * minuteMs),
    broker: {
      away: spans(1.5, 5_000, 15 * minuteMs),
      halfOpen: spans(0.7, 20_000, 3 * minuteMs),
      nobodyListens: spans(0.7, 10_000, 4 * minuteMs),
      refusing: spans(0.5, 10_000, 2 * minuteMs).map((span) => ({
        ...span,
        reasonCode: draws.one([0x80, 0x83, 0x87, 0x97]),
      })),
      restartsMs: draws.moments(startMs, calmFromMs, trouble),
      acknowledgementLostRatio: draws.one([0, 0.02, 0.1]),
      doubledRatio: draws.one([0, 0.05]),
      lateMsMax: draws.one([20, 200, 5_000]),
      hatedRatio: draws.one([0, 0, 0, 0.05]),
    },
    hub: {
      verdictRatio: draws.one([0, 0.3, 0.7]),
      testEventsMs: draws.moments(startMs, calmFromMs, 1),
      silentRatio: draws.one([0, 0.1]),
    },
  };
}

function cameraOf(
  draws: Draws,
  id: string,
  {
    startMs,
    calmFromMs,
    trouble,
    isLong,
  }: {
    readonly startMs: number;
    readonly calmFromMs: number;
    readonly trouble: number;
    readonly isLong: boolean;
  },
): CameraPlan {
  const gaps: Span[] = draws.moments(startMs, calmFromMs, 1.5 * trouble).map((fromMs) => {
    const lengthMs = draws.is(0.7)
      ? draws.between(5_000, 2 * minuteMs)
      : draws.between(5, 40) * minuteMs;
    return { fromMs, untilMs: Math.min(calmFromMs, fromMs + lengthMs) };
  });
  if (draws.is(0.2 * trouble)) {
    const fromMs = draws.between(startMs, calmFromMs);
    for (let flap = 0; flap < 8; flap++) {
      const atMs = fromMs + flap * draws.between(10_000, 30_000);
      gaps.push({ fromMs: atMs, untilMs: Math.min(calmFromMs, atMs + 8_000) });
    }
  }
  return {
    id,
    everyMs: 1_000 * (isLong ? draws.one([30, 60]) : draws.one([5, 8, 10, 15])),
    isAllowed: draws.is(0.15),
    gaps,
    clockSteps: draws.moments(startMs, calmFromMs, 0.3 * trouble).map((atMs) => ({
      atMs,
      byMs: Math.round(draws.between(-10_000, 10_000)),
    })),
    missRatio: draws.one([0, 0.05, 0.1]),
  };
}

/** A place is free for a while, taken for a while; some stay for hours, some only stop. */
function staysOf(
  draws: Draws,
  { id, everyMs }: CameraPlan,
  startMs: number,
  calmFromMs: number,
): Stay[] {
  const stays: Stay[] = [];
  const pace = everyMs >= 30_000 ? 4 : 1;
  for (const [place, x] of placesX.entries()) {
    if (draws.is(0.4)) continue;
    let atMs = startMs + draws.between(0, 12) * minuteMs * pace;
    while (atMs < calmFromMs) {
      const minutes = draws.one([
        draws.between(0.5, 2),
        draws.between(2, 12),
        draws.between(10, 40),
        draws.between(10, 40),
      ]);
      const untilMs = atMs + minutes * minuteMs * pace;
      const width = 0.12 + draws.between(-0.01, 0.01);
      const box = { xMin: x, yMin: 0.5, xMax: x + width, yMax: 0.6 };
      stays.push({ camera: id, place, box, fromMs: atMs, untilMs });
      atMs = untilMs + draws.between(4, 30) * minuteMs * pace;
    }
  }
  return stays;
}

export function isIn(spans: readonly Span[], atMs: number): boolean {
  return spans.some(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
}
