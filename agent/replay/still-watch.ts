/**
 * How long a camera must look at a still picture before a kind of rule has had its say, and the
 * configuration under which it does: the rules of that kind alone, a look as often as they need.
 *
 * One kind at a time, because a board needs days at a look every half hour, and a car minutes at a
 * look every two seconds.
 */
import type { AgentConfig, CameraConfig } from "../../config/agent-config.ts";
import type { Kind, SubKind } from "../../pipelines/domain/kind.ts";
import { kinds } from "../../pipelines/domain/kind.ts";
import type { RuleSettings } from "../../pipelines/domain/rule.ts";
import { signSettings } from "../../pipelines/unlicensed-signage/sign-settings.ts";

export interface StillWatch {
  readonly kind: Kind;
  readonly watched: ReadonlySet<SubKind>;
  /** One camera, with the rules of this kind. */
  readonly config: AgentConfig;
  readonly camera: CameraConfig;
  readonly everyMs: number;
  /** From the first look on. */
  readonly lookCount: number;
}

const dayMs = 86_400_000;
/** Light in which signs are seen, in the shortest days. */
const lightMsMin = 8 * 3_600_000;
/** Looks beyond the longest threshold: votes, and rubbish that must lie before it counts. */
const spareLooks = 10;

/** One a kind that the camera has rules for. */
export function stillWatches(config: AgentConfig, camera: CameraConfig): readonly StillWatch[] {
  return kinds.flatMap((kind) => {
    const rules = camera.rules.zones.flatMap((zone) =>
      zone.rules.filter((rule) => rule.kind === kind),
    );
    return rules.length === 0 ? [] : [watchOf(kind, rules, config, camera)];
  });
}

function watchOf(
  kind: Kind,
  rules: readonly RuleSettings[],
  config: AgentConfig,
  camera: CameraConfig,
): StillWatch {
  const everyMs = Math.min(...rules.map((rule) => rule.everyMs));
  const zones = camera.rules.zones.map((zone) => ({
    ...zone,
    rules: zone.rules.filter((rule) => rule.kind === kind),
  }));
  const views = camera.rules.views.map((view) => ({ ...view, everyMs }));
  const own = { ...camera, rules: { ...camera.rules, zones, views } };
  const durationMs = Math.max(...rules.map((rule) => durationOf(rule)));
  return {
    kind,
    watched: new Set(rules.flatMap(({ subKinds = [] }) => subKinds)),
    config: { ...config, cameras: [own] },
    camera: own,
    everyMs,
    lookCount: Math.ceil(durationMs / everyMs) + spareLooks,
  };
}

function durationOf(rule: RuleSettings): number {
  if (rule.kind === "unlicensed-signage") {
    const { sightings, days } = signSettings(rule);
    const sightingDays = Math.ceil((sightings * rule.everyMs) / lightMsMin);
    // A day more: the first may begin in the afternoon.
    return (Math.max(days, sightingDays) + 1) * dayMs;
  }
  const heapAfterMs = rule.subKinds?.includes("rubbish-heap") ? (rule.bins?.heapAfterMs ?? 0) : 0;
  const ofSubKinds = Object.values(rule.timesOf ?? {}).map(({ reportAfterMs }) => reportAfterMs);
  return Math.max(rule.reportAfterMs, heapAfterMs, ...ofSubKinds);
}
