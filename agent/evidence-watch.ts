/**
 * Brings the rules and the evidence together: what the rules decided becomes work for the collector,
 * and what the collector knows goes to the rules with the next look.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import type { CameraState } from "../pipelines/camera-state.ts";
import type { NormPolygon } from "../pipelines/domain/geometry.ts";
import { type CameraId, eventId } from "../pipelines/domain/ids.ts";
import type { Look } from "../pipelines/domain/look.ts";
import type { Presence } from "../pipelines/presence/presence.ts";
import type { OpenCase } from "../pipelines/stages/open-case.ts";
import type { ViolationChange } from "../pipelines/violation-change.ts";
import { waitsForEvidence } from "../pipelines/waits-for-evidence.ts";
import { footprintShare } from "../pipelines/zones/footprint.ts";
import type { CollectedChange, EvidenceSite } from "./evidence/collected-change.ts";
import type { EvidenceCollector } from "./evidence/collector.ts";
import { checkCompleteness } from "./evidence/completeness.ts";
import { captionFacts, completenessFacts, type RevisionSite } from "./evidence-facts.ts";
import type { RevisionRow } from "./store/store.ts";

/** What the composition root uses of it. */
export interface Evidence {
  /** The look as the rules shall see it. */
  looked(look: Look): Look;
  judged(look: Look, state: CameraState | undefined): void;
  /** True: its event is committed held. */
  decided(change: ViolationChange): boolean;
  committed(rows: readonly RevisionRow[]): void;
  /** Takes nothing more. */
  stop(): Promise<void>;
  /** After the last commit. */
  finish(): Promise<void>;
}

export class EvidenceWatch implements Evidence {
  readonly #collector: EvidenceCollector;
  readonly #config: () => AgentConfig;
  readonly #remember: (collected: CollectedChange, change: ViolationChange) => void;

  constructor({
    collector,
    config,
    remember,
  }: {
    readonly collector: EvidenceCollector;
    readonly config: () => AgentConfig;
    readonly remember: (collected: CollectedChange, change: ViolationChange) => void;
  }) {
    this.#collector = collector;
    this.#config = config;
    this.#remember = remember;
  }

  /** Takes up what the last run left; `states`: the rules' as they are now. */
  async start(states: readonly CameraState[]): Promise<void> {
    const open = new Map<string, CameraId>();
    for (const { cameraId, cases } of states) {
      for (const { violationId } of cases) open.set(violationId, cameraId);
    }
    await this.#collector.start((violation) => open.get(violation));
  }

  looked(look: Look): Look {
    return this.#collector.looked(look);
  }

  judged(look: Look, state: CameraState | undefined): void {
    if (state === undefined) return;
    const { cases } = state;
    const clues: CollectedChange[] = [];
    const waiting: CollectedChange[] = [];
    for (const open of cases) {
      const isClue = open.stage === "clue" && open.isClueCounted && open.heldBy === null;
      if (!isClue && open.stage !== "warned") continue;
      const presence = seenIn(look, state, open);
      if (presence === undefined) continue;
      if (isClue) clues.push(clueChange(look, open, presence));
      else if (this.#isWaiting(look, open)) waiting.push(...this.#reportOf(look, open, presence));
    }
    const isOpen = (violation: string) => cases.some((open) => open.violationId === violation);
    this.#collector.judged(look, { clues, waiting, isOpen });
  }

  decided(change: ViolationChange): boolean {
    return this.#collector.decided(this.#collected(change));
  }

  committed(rows: readonly RevisionRow[]): void {
    const held = rows.filter(({ isHeld }) => isHeld === true);
    if (held.length > 0) this.#collector.committed(held.map((row) => row.eventId));
  }

  async stop(): Promise<void> {
    await this.#collector.stop();
  }

  async finish(): Promise<void> {
    await this.#collector.finish();
  }

  #isWaiting({ cameraId, capturedAtMs }: Look, open: OpenCase): boolean {
    const camera = this.#config().cameras.find(({ id }) => id === cameraId);
    return camera !== undefined && waitsForEvidence(camera.rules, open, capturedAtMs);
  }

  /** As it would be told now; none of a case of which nothing was told. */
  #reportOf({ capturedAtMs: atMs }: Look, open: OpenCase, { box }: Presence): CollectedChange[] {
    const { lastChange, forbiddenMs, revision } = open;
    if (lastChange === null) return [];
    const report = this.#collected({
      ...lastChange,
      stage: "reported",
      revision: revision + 1,
      atMs,
      reportedAtMs: atMs,
      observedMs: Math.max(lastChange.observedMs, forbiddenMs),
      box,
    });
    return [report];
  }

  #collected(change: ViolationChange): CollectedChange {
    const { violationId, revision, stage, kind, subKind, cameraId, zoneId, atMs, box } = change;
    const collected: CollectedChange = {
      eventId: eventId(violationId, revision),
      violationId,
      revision,
      stage,
      kind,
      subKind,
      cameraId,
      zoneId,
      atMs,
      box,
      isUpdate: change.recheck !== undefined,
    };
    this.#remember(collected, change);
    return collected;
  }
}

/** The site of a collector, and how it gets from its changes back to the rules' ones. */
export function evidenceSite(
  config: () => AgentConfig,
  siteOf: (change: ViolationChange) => RevisionSite,
): {
  readonly site: EvidenceSite;
  readonly remember: (of: CollectedChange, is: ViolationChange) => void;
} {
  const changes = new WeakMap<CollectedChange, ViolationChange>();
  const whole = (collected: CollectedChange): ViolationChange => {
    const change = changes.get(collected);
    if (change === undefined) throw new RangeError(`nobody knows the change ${collected.eventId}`);
    return change;
  };
  const zoneOf = ({ cameraId, zoneId }: CollectedChange): NormPolygon | undefined =>
    config()
      .cameras.find(({ id }) => id === cameraId)
      ?.rules.zones.find(({ id }) => id === zoneId)?.polygon;
  const site: EvidenceSite = {
    limits: () => limitsOf(config()),
    check: (collected, what) => {
      const change = whole(collected);
      const site = siteOf(change);
      const checked = checkCompleteness(completenessFacts(change, site, what));
      const isSound = change.calendar !== "missing" && site.isClockSure !== false;
      return { ...checked, enforceable: checked.complete && isSound };
    },
    caption: (collected, code) => {
      const change = whole(collected);
      return captionFacts(change, siteOf(change), code);
    },
    zoneOf,
    zoneShare: (collected, box) => {
      const polygon = zoneOf(collected);
      return polygon === undefined ? 0 : footprintShare(box, polygon);
    },
  };
  return { site, remember: (collected, change) => void changes.set(collected, change) };
}

/** Of one violation's bytes: four stills and two close-ups take half, clips three eighths. */
function limitsOf({ evidence }: AgentConfig) {
  const { hasClips, quality, compositeWidthPx, violationBytesMax } = evidence;
  return {
    hasClips,
    quality,
    compositeWidthPx,
    stillBytesMax: Math.floor(violationBytesMax / 12),
    compositeBytesMax: Math.floor(violationBytesMax / 8),
    clipBytesMax: Math.floor((violationBytesMax * 3) / 16),
  };
}

/** The thing of a case, when this look saw it. */
function seenIn(
  { capturedAtMs }: Look,
  { presences }: CameraState,
  { presenceId }: OpenCase,
): Presence | undefined {
  const presence = presences.find(({ id }) => id === presenceId);
  return presence?.lastSeenAtMs === capturedAtMs ? presence : undefined;
}

function clueChange(
  { capturedAtMs, cameraId }: Look,
  { violationId, kind, subKind, zoneId }: OpenCase,
  { box }: Presence,
): CollectedChange {
  return {
    eventId: eventId(violationId, 0),
    violationId,
    revision: 0,
    stage: "warned",
    kind,
    subKind,
    cameraId,
    zoneId,
    atMs: capturedAtMs,
    box,
    isUpdate: false,
  };
}
