/**
 * Watches whether warnings surge in a grid, and tells the hub: one event a surge.
 *
 * What happened before is in the rules' own history, which outlives restarts. An alarm is a
 * service, not a record: when the store fails just then, it is logged and not made up for.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import type { CameraState } from "../pipelines/camera-state.ts";
import type { CameraId } from "../pipelines/domain/ids.ts";
import { surgeAt, surgeWindowMs } from "../pipelines/surge.ts";
import { surgeEvent } from "./box-events.ts";
import type { Log } from "./runtime/log.ts";
import type { RevisionRow, Store } from "./store/store.ts";

export interface SurgeWatchOptions {
  readonly store: Pick<Store, "appendEvent">;
  readonly log: Log;
  /** As it is now: a reload changes it. */
  readonly config: () => AgentConfig;
  readonly stateOf: (cameraId: CameraId) => CameraState | undefined;
  readonly nowMs: () => number;
  /** Something waits for the hub. */
  readonly onAppended: () => void;
}

export class SurgeWatch {
  readonly #options: SurgeWatchOptions;
  /** Of one look there may be several warnings, and one alarm. */
  #lastTold = "";

  constructor(options: SurgeWatchOptions) {
    this.#options = options;
  }

  /** Revisions that were committed, in order. */
  committed(rows: readonly RevisionRow[]): void {
    for (const row of rows) {
      if (row.stage === "warned") this.#look(row);
    }
  }

  #look({ kind, cameraId, occurredAtMs: atMs }: RevisionRow): void {
    const { config, stateOf, log, store, nowMs, onAppended } = this.#options;
    const { cameras, device, surge: settings } = config();
    const of = cameras.find(({ id }) => id === cameraId);
    if (of === undefined) return;
    const inGrid = cameras.filter(({ grid }) => grid === of.grid);
    const warned = inGrid.flatMap(({ id }) =>
      (stateOf(id)?.history ?? [])
        .filter((past) => past.kind === kind)
        .map(({ warnedAtMs }) => Math.round(warnedAtMs)),
    );
    const surge = surgeAt(warned, atMs, settings);
    const grid = of.grid ?? null;
    const name = `${grid ?? "none"}.${kind}.${atMs}`;
    if (surge === undefined || this.#lastTold === name) return;
    this.#lastTold = name;
    const data = { grid, kind, ...surge, windowMs: surgeWindowMs };
    const event = surgeEvent({ device, nowMs: atMs }, data);
    log.warn({ grid, kind, ...surge }, "more warnings than usual");
    store.appendEvent(event, nowMs()).then(onAppended, (error: unknown) => {
      log.error({ err: error }, "the alarm of a surge could not be kept");
    });
  }
}
