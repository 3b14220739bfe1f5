/**
 * A street for tests: rules of one camera, looks with boxes, and a run of many looks.
 *
 * Times are seconds after a fixed instant; a vehicle is a box on a kerb. No clock, no randomness:
 * a test says what each look sees.
 */
import { createCameraState, stepCamera } from "../camera.ts";
import type { CameraState } from "../camera-state.ts";
import type { CountDelta } from "../counts.ts";
import { detectionsOf } from "../domain/detections.ts";
import type { NormBox, NormPolygon } from "../domain/geometry.ts";
import { cameraId, viewId, zoneId } from "../domain/ids.ts";
import type { SubKind } from "../domain/kind.ts";
import type { Label } from "../domain/label.ts";
import type { Look } from "../domain/look.ts";
import type { CameraRules, RuleSettings, ZoneSettings } from "../domain/rule.ts";
import type { ViolationChange } from "../violation-change.ts";

/** 2026-07-01T08:00:00+08:00, a Wednesday. */
export const morningMs = 1_782_864_000_000;

export interface Seen {
  readonly box: NormBox;
  readonly label?: Label;
  readonly score?: number;
}

export function boxOf(xMin: number, yMin: number, xMax: number, yMax: number): NormBox {
  return { xMin, yMin, xMax, yMax };
}

/** Its left edge at `x`, standing on the line at `y`. */
export function standingAt(x: number, width: number, height: number, y = 0.6): NormBox {
  return boxOf(x, y - height, x + width, y);
}

/** A car of the usual size whose left edge is at `x` on the kerb at height `y`. */
export function carAt(x: number, y = 0.6): NormBox {
  return standingAt(x, 0.12, 0.1, y);
}

/** The corners of a zone whose sides are upright and level. */
export function rectangle(xMin: number, yMin: number, xMax: number, yMax: number): NormPolygon {
  return [
    { x: xMin, y: yMin },
    { x: xMax, y: yMin },
    { x: xMax, y: yMax },
    { x: xMin, y: yMax },
  ];
}

export function ruleOf(changes: Partial<RuleSettings> = {}): RuleSettings {
  return {
    kind: "illegal-parking",
    everyMs: 2_000,
    warnAfterMs: 60_000,
    reportAfterMs: 300_000,
    clearAfterMs: 30_000,
    allowed: [],
    recurrenceWindowMs: 7 * 86_400_000,
    evidenceRequire: "none",
    overlapMin: 0.5,
    ...changes,
  };
}

export function zoneOf(changes: Partial<ZoneSettings> = {}): ZoneSettings {
  return {
    id: zoneId("kerb"),
    polygon: rectangle(0.05, 0.4, 0.95, 0.8),
    tags: [],
    rules: [ruleOf()],
    ...changes,
  };
}

const matterNames: Readonly<Record<SubKind, readonly [string, string]>> = {
  stall: ["09006", "占道经营"],
  "shop-overflow": ["09005", "店外经营"],
  "motor-vehicle": ["09009", "机动车乱停放"],
  "non-motor-vehicle": ["09010", "非机动车乱停放"],
  "shared-bike-pile-up": ["09011", "共享单车乱象"],
  "bin-overflow": ["06042", "垃圾站(箱)满溢"],
  "exposed-garbage": ["06010", "暴露垃圾"],
  "rubbish-heap": ["06011", "积存垃圾渣土"],
  "outdoor-ad": ["07003", "违规户外广告"],
  "shop-sign": ["07006", "违规牌匾标识"],
  "pavement-board": ["07003", "违规户外广告"],
  banner: ["07007", "违规标语宣传品"],
};

export function rulesOf(changes: Partial<CameraRules> = {}): CameraRules {
  return {
    deviceId: "cz-paifang-03",
    division: "445102",
    cameraId: cameraId("east"),
    timeZone: "Asia/Shanghai",
    calendar: { version: "2026.1", years: [{ year: 2026, holidays: [], makeupWorkdays: [] }] },
    views: [
      {
        id: viewId("kerb"),
        crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
        everyMs: 2_000,
        model: "street-nano",
        stream: "main",
      },
    ],
    zones: [zoneOf()],
    matters: Object.fromEntries(
      Object.entries(matterNames).map(([subKind, [code, name]]) => [
        subKind,
        { standard: "GB/T 47678.5", edition: "2026", code, name, objectType: "matter" },
      ]),
    ),
    ...changes,
  };
}

/** Rules of one zone with one rule, which the test changes. */
export function rulesWith(rule: Partial<RuleSettings>): CameraRules {
  return rulesOf({ zones: [zoneOf({ rules: [ruleOf(rule)] })] });
}

export function lookAt(seconds: number, seen: readonly Seen[], changes: Partial<Look> = {}): Look {
  return {
    cameraId: cameraId("east"),
    viewId: viewId("kerb"),
    crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
    capturedAtMs: morningMs + Math.round(seconds * 1_000),
    capturedUncertaintyMs: 40,
    detections: detectionsOf(
      seen.map(({ box, label = "car", score = 0.8 }) => ({ box, label, score })),
    ),
    model: "street-nano@0123456789ab",
    pictureWidth: 1_920,
    pictureHeight: 1_080,
    ...changes,
  };
}

export interface Run {
  readonly state: CameraState;
  readonly changes: readonly ViolationChange[];
  readonly counts: readonly CountDelta[];
}

/** All looks, one after the other. `between` may replace the state, as a restart does. */
export function runLooks(
  rules: CameraRules,
  looks: readonly Look[],
  between: (state: CameraState) => CameraState = (state) => state,
): Run {
  let state = createCameraState(rules);
  const changes: ViolationChange[] = [];
  const counts: CountDelta[] = [];
  for (const look of looks) {
    const step = stepCamera(rules, between(state), look);
    state = step.state;
    changes.push(...step.changes);
    counts.push(...step.counts);
  }
  return { state, changes, counts };
}

/** Looks every `everySeconds` from 0 until before `untilSeconds`. */
export function looksEvery(
  everySeconds: number,
  untilSeconds: number,
  seenAt: (seconds: number, index: number) => readonly Seen[],
): readonly Look[] {
  const count = Math.ceil(untilSeconds / everySeconds);
  return Array.from({ length: count }, (_, index) =>
    lookAt(index * everySeconds, seenAt(index * everySeconds, index)),
  );
}

/** `a warned@60, a reported@300`: the violations by order, with the seconds that decided. */
export function storyOf(changes: readonly ViolationChange[]): string {
  const ids = [...new Set(changes.map(({ violationId }) => violationId))];
  return changes
    .map(({ violationId, stage, atMs }) => {
      const letter = String.fromCodePoint(97 + ids.indexOf(violationId));
      return `${letter} ${stage}@${(atMs - morningMs) / 1_000}`;
    })
    .join(", ");
}
