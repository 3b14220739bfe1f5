/**
 * The soak's diary: what is done when, known before it begins and the same in every run.
 *
 * Good cameras' streets fill and empty; flapping ones have their troubles; the file is read anew,
 * now and then a wrong one; the broker loses power and comes back; in between somebody measures.
 */
import type { FaultDescription } from "../../test-fixtures/camera-server/server-description.ts";
import type { SoakStreet } from "./soak-street.ts";
import { troublesOf } from "./troubles.ts";

export type Duty =
  | { readonly do: "faults"; readonly camera: string; readonly faults: readonly FaultDescription[] }
  | { readonly do: "reload"; readonly turn: number }
  | { readonly do: "reload-wrong" }
  | { readonly do: "broker-away" }
  | { readonly do: "broker-back" }
  | { readonly do: "measure" };

export interface DutyAt {
  readonly atMs: number;
  readonly duty: Duty;
}

export interface DutyOptions {
  readonly runMs: number;
  readonly good: readonly string[];
  readonly flapping: readonly string[];
  readonly street: SoakStreet;
  readonly seed: number;
}

const measureMs = 5_000;
/** Of a good camera: so long furnished, then so long empty. */
const streetTurnMs = 60_000;
/** Every so many reloads the file is wrong. */
const wrongEvery = 5;

/** In order. Everything is well again at the end, and everybody's street is furnished. */
export function dutiesOf(options: DutyOptions): readonly DutyAt[] {
  const duties = [
    ...every(measureMs, options.runMs, () => ({ do: "measure" as const })),
    ...options.good.flatMap((camera, index) => streetTurns(camera, index, options)),
    ...options.flapping.flatMap((camera) => troubles(camera, options)),
    ...reloads(options.runMs),
    ...outages(options.runMs),
  ];
  return duties.toSorted((one, other) => one.atMs - other.atMs);
}

function streetTurns(
  camera: string,
  index: number,
  { runMs, good, street }: DutyOptions,
): readonly DutyAt[] {
  const offsetMs = (streetTurnMs * index) / good.length;
  return every(streetTurnMs, runMs - offsetMs, (count) => {
    const file = count % 2 === 1 ? street.empty : street.furnished;
    return { do: "faults", camera, faults: [{ kind: "switch-clip", clip: { file } }] };
  }).map(({ atMs, duty }) => ({ atMs: atMs + offsetMs, duty }));
}

function troubles(camera: string, { runMs, seed, street }: DutyOptions): readonly DutyAt[] {
  const options = { seed, untilMs: runMs, streetFile: street.furnished };
  return troublesOf(camera, options).map(({ atMs, faults }) => ({
    atMs,
    duty: { do: "faults", camera, faults },
  }));
}

function reloads(runMs: number): readonly DutyAt[] {
  const periodMs = between(15_000, runMs / 10, 60_000);
  return every(periodMs, runMs, (count) =>
    count % wrongEvery === 0 ? { do: "reload-wrong" } : { do: "reload", turn: count },
  );
}

function outages(runMs: number): readonly DutyAt[] {
  const periodMs = between(30_000, runMs / 6, 300_000);
  const awayMs = periodMs / 10;
  return every(periodMs, runMs - awayMs, () => ({ do: "broker-away" })).flatMap((away) => [
    away,
    { atMs: away.atMs + awayMs, duty: { do: "broker-back" } },
  ]);
}

function every(
  periodMs: number,
  untilMs: number,
  duty: (count: number) => Duty,
): readonly DutyAt[] {
  const countMax = Math.max(0, Math.ceil(untilMs / periodMs) - 1);
  return Array.from({ length: countMax }, (_, index) => {
    return { atMs: (index + 1) * periodMs, duty: duty(index + 1) };
  });
}

function between(least: number, wanted: number, most: number): number {
  return Math.min(most, Math.max(least, wanted));
}
