/**
 * What the rules know of a camera now, for the live page: things that stay with their clocks, zones
 * with their windows, and why nothing is told yet, in words.
 */
import type { CameraState } from "../../../pipelines/camera-state.ts";
import type { NormBox } from "../../../pipelines/domain/geometry.ts";
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import { rfc3339 } from "../../../pipelines/domain/instant.ts";
import type { CameraRules } from "../../../pipelines/domain/rule.ts";
import { stands } from "../../../pipelines/presence/presence.ts";
import { planOf, ruleOfCase, timesAt } from "../../../pipelines/rule-plan.ts";
import { isAllowedAt } from "../../../pipelines/schedule/windows.ts";
import type { OpenCase } from "../../../pipelines/stages/open-case.ts";
import type { ConsolePorts } from "../console-ports.ts";

/** Seen so long ago, a thing is no longer drawn: nobody knows where it is. */
const seenMsMax = 120_000;
const thingsMax = 200;

export interface Scene {
  readonly nowMs: number;
  readonly zones: readonly SceneZone[];
  readonly things: readonly SceneThing[];
}

interface SceneZone {
  readonly id: string;
  readonly polygon: readonly (readonly [number, number])[];
  readonly rules: readonly {
    readonly kind: string;
    readonly isAllowed: boolean;
    /** Null: it does not change within ten days. */
    readonly until: string | null;
  }[];
}

interface SceneThing {
  readonly id: string;
  readonly what: string;
  readonly box: NormBox;
  readonly isStill: boolean;
  readonly dwellMs: number;
  readonly seenAgoMs: number;
  readonly cases: readonly {
    readonly zone: string;
    readonly kind: string;
    readonly stage: string;
    readonly forbiddenMs: number;
    readonly warnAfterMs: number | null;
    readonly reportAfterMs: number | null;
    readonly why: { readonly zh: string; readonly en: string } | null;
  }[];
}

export function sceneOf(
  {
    config,
    ruleState,
    clock,
    whyHeld,
  }: Pick<ConsolePorts, "config" | "ruleState" | "clock" | "whyHeld">,
  camera: CameraId,
): Scene | undefined {
  const rules = config().cameras.find(({ id }) => id === camera)?.rules;
  if (rules === undefined) return undefined;
  const nowMs = clock.wallMs();
  const state = ruleState(camera);
  const seen = state?.presences.filter(({ lastSeenAtMs }) => nowMs - lastSeenAtMs < seenMsMax);
  return {
    nowMs,
    zones: zonesOf(rules, nowMs),
    things: (seen ?? []).slice(0, thingsMax).map((presence) => ({
      id: presence.id,
      what: presence.thing,
      box: presence.box,
      isStill: stands(presence),
      dwellMs: Math.round(presence.observedMs),
      seenAgoMs: Math.max(0, Math.round(nowMs - presence.lastSeenAtMs)),
      cases: casesOf(state, presence.id).map((open) => ({
        zone: open.zoneId,
        kind: open.kind,
        stage: open.stage,
        forbiddenMs: Math.round(open.forbiddenMs),
        ...thresholds(rules, open, nowMs),
        why: open.heldBy === null ? null : whyHeld(open.heldBy),
      })),
    })),
  };
}

function casesOf(state: CameraState | undefined, presenceId: string): readonly OpenCase[] {
  return state?.cases.filter((open) => open.presenceId === presenceId) ?? [];
}

function zonesOf(rules: CameraRules, nowMs: number): readonly SceneZone[] {
  return rules.zones.map(({ id, polygon, rules: own }) => ({
    id,
    polygon: polygon.map(({ x, y }) => [x, y] as const),
    rules: own.map(({ kind, allowed }) => {
      const answer = isAllowedAt(allowed, nowMs, rules.timeZone, rules.calendar);
      const { nextChangeAtMs } = answer;
      return {
        kind,
        isAllowed: answer.allowed,
        until: nextChangeAtMs === undefined ? null : rfc3339(nextChangeAtMs, rules.timeZone),
      };
    }),
  }));
}

function thresholds(rules: CameraRules, open: OpenCase, nowMs: number) {
  const found = ruleOfCase(planOf(rules), open);
  if (found === undefined) return { warnAfterMs: null, reportAfterMs: null };
  const { warnAfterMs, reportAfterMs } = timesAt(rules, found, open.subKind, nowMs);
  return { warnAfterMs, reportAfterMs };
}
