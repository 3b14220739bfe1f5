/**
 * What the completeness check and the caption are told of a revision: from the change, the
 * configuration and the place. Pure.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import { decidesAgain } from "../pipelines/decides-again.ts";
import type { Place } from "../pipelines/domain/event.ts";
import { eventId } from "../pipelines/domain/ids.ts";
import { rfc3339 } from "../pipelines/domain/instant.ts";
import { planOf, ruleOfCase } from "../pipelines/rule-plan.ts";
import type { ViolationChange } from "../pipelines/violation-change.ts";
import type { CaptionFacts } from "./evidence/caption.ts";
import type { CompletenessFacts, ViewFacts } from "./evidence/completeness.ts";
import { type CameraPose, placeOf } from "./place.ts";
import { withRegions } from "./regions.ts";

export interface RevisionSite {
  readonly config: AgentConfig;
  readonly place: Place;
  readonly agentVersion: string;
  /** False: a camera's clock and the box's are apart, or nobody knows: nothing is enforceable. */
  readonly isClockSure?: boolean;
}

/** As the event of the change has it. */
export function evidencePlace(
  config: AgentConfig,
  change: ViolationChange,
  pose?: CameraPose,
): Place {
  const camera = config.cameras.find(({ id }) => id === change.cameraId);
  return withRegions(placeOf(config.device, camera, change, pose), config.regions);
}

export interface CollectedFacts {
  readonly views: readonly ViewFacts[];
  readonly hasCloseUp: boolean;
  readonly hasClip: boolean;
  readonly isEveryFileMasked: boolean;
  readonly isChained: boolean;
}

export function completenessFacts(
  change: ViolationChange,
  { config, place, agentVersion }: RevisionSite,
  collected: CollectedFacts,
): CompletenessFacts {
  const rules = config.cameras.find(({ id }) => id === change.cameraId)?.rules;
  const found = rules === undefined ? undefined : ruleOfCase(planOf(rules), change);
  const { site } = config.evidence;
  return {
    ...collected,
    stage: change.stage,
    kind: change.kind,
    subKind: change.subKind,
    timeZoneDateOf: (atMs) => rfc3339(atMs, config.device.timeZone).slice(0, 10),
    atMs: change.atMs,
    warnedAtMs: change.warnedAtMs,
    reportedAtMs: change.reportedAtMs,
    reportAfterMs: change.rule.reportAfterMs,
    zoneShareMin: found?.rule.overlapMin ?? 1,
    versions: [agentVersion, change.model, config.configurationHash, change.calendarVersion],
    isCalendarMissing: change.calendar === "missing",
    isDecidedAgain: rules !== undefined && decidesAgain(rules, change),
    place: placeFacts(config, place, change),
    site: [site.published, site.legalReview, site.technicalReview],
  };
}

function placeFacts(config: AgentConfig, place: Place, { matter }: ViolationChange) {
  const at = place.point === null ? undefined : config.regions?.at(...place.point.coordinates);
  return {
    hasPoint: place.point !== null,
    isInDivision: at?.division?.code === place.division,
    isInGrid: place.grid !== null && at?.grid?.code === place.grid,
    hasAddress: (place.address ?? "") !== "",
    hasMatter: matter.code !== "",
  };
}

export function captionFacts(
  change: ViolationChange,
  { config, place, agentVersion }: RevisionSite,
  verificationCode: string,
): CaptionFacts {
  const rules = config.cameras.find(({ id }) => id === change.cameraId)?.rules;
  const found = rules === undefined ? undefined : ruleOfCase(planOf(rules), change);
  return {
    kind: change.kind,
    subKind: change.subKind,
    stage: change.stage,
    matter: change.matter,
    ...(place.address === undefined ? {} : { place: place.address }),
    point: place.point === null ? null : place.point.coordinates,
    errorMetres: place.errorMetres,
    grid: place.grid,
    deviceId: config.device.id,
    cameraId: change.cameraId,
    zoneId: change.zoneId,
    timeZone: config.device.timeZone,
    atMs: change.atMs,
    observedMs: change.observedMs,
    reportAfterMs: change.rule.reportAfterMs,
    allowed: found?.rule.allowed ?? [],
    eventId: eventId(change.violationId, change.revision),
    versions: { agent: agentVersion, model: change.model },
    verificationCode,
  };
}
