/**
 * Façades by the hour for tests of signs: what hangs there, the looks at it, the story of what was
 * told. Looks come every half an hour around the clock, as the usual rule asks.
 */
import type { CameraState } from "../camera-state.ts";
import { appearanceBytes } from "../domain/appearance.ts";
import type { NormBox } from "../domain/geometry.ts";
import type { Label } from "../domain/label.ts";
import type { Look } from "../domain/look.ts";
import type { Permit } from "../domain/permit.ts";
import type { CameraRules, RuleSettings } from "../domain/rule.ts";
import type { ViolationChange } from "../violation-change.ts";
import { permitOf, registerOf } from "./permits.ts";
import { lookAt, morningMs, ruleOf, rulesOf, runLooks, zoneOf } from "./street.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** 2026-07-01T00:00+08:00 */
const midnightMs = morningMs - 8 * hourMs;

export const sign: NormBox = { xMin: 0.4, yMin: 0.5, xMax: 0.52, yMax: 0.58 };
export const elsewhere: NormBox = { xMin: 0.6, yMin: 0.5, xMax: 0.72, yMax: 0.58 };
export const van: NormBox = { xMin: 0.35, yMin: 0.45, xMax: 0.6, yMax: 0.66 };
/** The same car's box when a board stands in front of it. */
export const carBehind: NormBox = { xMin: 0.35, yMin: 0.4, xMax: 0.6, yMax: 0.585 };

export interface Thing {
  readonly box: NormBox;
  readonly label?: Label;
  readonly appearance?: Uint8Array;
}
/** `hour` counts from the first midnight, 0 to 24 times the days. */
export type Street = (hour: number) => readonly Thing[];

export const red = looking(200, 30, 40);
export const redAtNoon = looking(250, 60, 70);
export const blue = looking(30, 60, 200);

/** Two halves, so that there is a pattern to compare. */
function looking(...[r, g, b]: readonly [number, number, number]): Uint8Array {
  return Uint8Array.from({ length: appearanceBytes }, (_, index) => {
    const isLight = Math.floor(index / 3) % 4 >= 2;
    return Math.min(255, ([r, g, b][index % 3] ?? 0) + (isLight ? 40 : 0));
  });
}

export const hex = (appearance: Uint8Array): string => Buffer.from(appearance).toString("hex");

export function signRules(
  rule: Partial<RuleSettings> = {},
  permits: readonly Permit[] = [],
): CameraRules {
  const signage = ruleOf({
    kind: "unlicensed-signage",
    everyMs: 30 * minuteMs,
    warnAfterMs: 0,
    reportAfterMs: 0,
    clearAfterMs: dayMs,
    ...rule,
  });
  const matter = { standard: "S", edition: "1", name: "n", objectType: "matter" } as const;
  return rulesOf({
    position: { longitude: 116.647, latitude: 23.67, errorMetres: 60 },
    permits: registerOf(...permits),
    zones: [zoneOf({ rules: [signage] })],
    matters: {
      "outdoor-ad": { ...matter, code: "07003" },
      "shop-sign": { ...matter, code: "07006" },
      "pavement-board": { ...matter, code: "07003" },
      banner: { ...matter, code: "07007" },
    },
  });
}

function lookOf(hour: number, things: readonly Thing[]): Look {
  const look = lookAt(
    0,
    things.map(({ box, label = "signboard" }) => ({ box, label })),
  );
  const appearances = new Uint8Array(things.length * appearanceBytes);
  for (const [index, { appearance }] of things.entries()) {
    if (appearance !== undefined) appearances.set(appearance, index * appearanceBytes);
  }
  const detections = { ...look.detections, appearances };
  return { ...look, capturedAtMs: midnightMs + Math.round(hour * hourMs), detections };
}

export interface Watched {
  readonly state: CameraState;
  readonly changes: readonly ViolationChange[];
  readonly counts: readonly string[];
}

export function watch(
  rules: CameraRules,
  street: Street,
  { days = 4, everyHours = 0.5 }: { readonly days?: number; readonly everyHours?: number } = {},
): Watched {
  const views = rules.views.map((view) => ({ ...view, everyMs: everyHours * hourMs }));
  const watched = { ...rules, views };
  const hours = Array.from({ length: (days * 24) / everyHours }, (_, index) => index * everyHours);
  const looks = hours.map((hour) => lookOf(hour, street(hour)));
  const { state, changes, counts } = runLooks(watched, looks);
  return { state, changes, counts: counts.map(({ stage }) => stage) };
}

export function storyOf(changes: readonly ViolationChange[]): string {
  const ids = [...new Set(changes.map(({ violationId }) => violationId))];
  return changes
    .map(({ violationId, stage, atMs, reasonCode, endReason }) => {
      const since = atMs - midnightMs;
      const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
      const clock = `${two((since % dayMs) / hourMs)}:${two((since % hourMs) / minuteMs)}`;
      const why = stage === "cleared" || stage === "withdrawn" ? endReason : reasonCode;
      const letter = String.fromCodePoint(97 + ids.indexOf(violationId));
      return `d${Math.floor(since / dayMs) + 1} ${clock} ${letter} ${stage} ${why}`;
    })
    .join(", ");
}

export const hangs: Street = () => [{ box: sign }];
export const from = (first: number, until = Number.POSITIVE_INFINITY): Street => {
  return (hour) => (hour >= first && hour < until ? [{ box: sign }] : []);
};
export const told = (when: string, why: string) =>
  `${when} a warned ${why}, ${when} a reported ${why}`;
export const permit = (changes: Partial<Permit> = {}): Permit =>
  permitOf({ kinds: ["unlicensed-signage"], ...changes });
export const isDay = (hour: number): boolean => hour % 24 >= 6 && hour % 24 < 18.5;
