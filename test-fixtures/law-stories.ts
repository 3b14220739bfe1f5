/**
 * What happens in a street of `law-streets.ts`, drawn at random.
 *
 * Looks miss things, a lorry hides them, nobody looks for minutes or days, the agent is started
 * anew, the clock is set. Lengths are counted in the periods of the kind, so that one generator
 * serves cars that are looked at every two seconds and signs that are looked at every half hour.
 */
import fc from "fast-check";
import type { CameraState } from "../pipelines/camera-state.ts";
import { parseCameraState, serialiseCameraState } from "../pipelines/camera-state.ts";
import type { Look } from "../pipelines/domain/look.ts";
import { resumeCamera } from "../pipelines/resume.ts";
import { lookAt, morningMs, type Seen } from "../pipelines/testing/street.ts";
import type { LawStreet } from "./law-streets.ts";

/** How one look comes after the one before, and what it sees. */
export interface Tick {
  /** In periods. */
  readonly step: number;
  readonly first: boolean;
  readonly second: "away" | "one" | "other";
  readonly isHidden: boolean;
  /** Before the look: the state went to disk and back, or the agent was started anew. */
  readonly between: "nothing" | "saved" | "restarted";
}

/** Periods: as in a street without trouble, with gaps, with a clock that is set. */
export const plainStep = fc.constant(1);
export const anyStep = fc.oneof(
  { weight: 8, arbitrary: plainStep },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 12 }).map((quarters) => quarters / 4) },
  { weight: 1, arbitrary: fc.integer({ min: 20, max: 3_600 }) },
);
export const anyClock = fc.oneof(
  { weight: 8, arbitrary: anyStep },
  { weight: 1, arbitrary: fc.integer({ min: -3_600, max: 0 }) },
);

const mostly = (usual: boolean, weight: number): fc.Arbitrary<boolean> =>
  fc.oneof(
    { weight, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constant(!usual) },
  );

/** Each state lasts for some looks, as in a street; a state a look would be noise. */
export function story(steps: fc.Arbitrary<number>): fc.Arbitrary<readonly Tick[]> {
  const part = fc.record({
    first: mostly(true, 5),
    second: fc.constantFrom("away", "one", "other", "other", "other"),
    isHidden: mostly(false, 8),
    looks: fc.array(
      fc.record({
        step: steps,
        between: fc.oneof(
          { weight: 8, arbitrary: fc.constant("nothing" as const) },
          { weight: 1, arbitrary: fc.constantFrom("saved" as const, "restarted" as const) },
        ),
      }),
      { minLength: 1, maxLength: 10 },
    ),
  });
  return fc
    .array(part, { minLength: 2, maxLength: 8 })
    .map((parts) => parts.flatMap(({ looks, ...is }) => looks.map((look) => ({ ...is, ...look }))));
}

/** The second place stays empty. */
export function firstAlone(ticks: readonly Tick[]): readonly Tick[] {
  return ticks.map((tick) => ({ ...tick, second: "away" }));
}

export const steadyTicks = (count: number): readonly Tick[] =>
  Array.from({ length: count }, () => ({
    step: 1,
    first: true,
    second: "other",
    isHidden: false,
    between: "nothing",
  }));

const lorry: Seen = { box: { xMin: 0.1, yMin: 0.3, xMax: 0.9, yMax: 0.79 }, label: "truck" };

export function looksOf(street: LawStreet, ticks: readonly Tick[]): readonly Look[] {
  let atMs = 0;
  return ticks.map(({ step, first, second, isHidden }) => {
    atMs += step * street.periodMs;
    if (isHidden) return lookAt(atMs / 1_000, [lorry]);
    const seen = [
      ...(first ? street.first : []),
      ...(second === "away" ? [] : second === "one" ? street.one : street.other),
    ];
    return lookAt(atMs / 1_000, seen);
  });
}

/** For `runLooks`: what happens to the state before each look. `saved` must change nothing. */
export function betweenLooks(ticks: readonly Tick[]): (state: CameraState) => CameraState {
  let index = 0;
  return (state) => {
    const between = ticks[index]?.between ?? "nothing";
    index += 1;
    if (between === "nothing") return state;
    const saved = parseCameraState(serialiseCameraState(state), state.cameraId).state;
    return between === "saved" ? saved : resumeCamera(saved);
  };
}

export const secondsOf = (look: Look | undefined): number =>
  ((look?.capturedAtMs ?? morningMs) - morningMs) / 1_000;
