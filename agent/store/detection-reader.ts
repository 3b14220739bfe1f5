/**
 * Reads the detection log beside the agent that writes it: looks in the order in which the rules
 * were fed with them, and the starts of the agent between them.
 *
 * A page at a time, each its own short question: a week of looks takes no more memory than a
 * minute, and the agent never waits. Rows that are forgotten meanwhile are left out.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { type CameraId, cameraId, type ViewId, viewId } from "../../pipelines/domain/ids.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { openReadOnly } from "./open-database.ts";
import { detectionFile } from "./open-folder.ts";
import { storeFailure } from "./store-errors.ts";

/** What many looks share. */
export interface LookSource {
  readonly cameraId: CameraId;
  readonly viewId: ViewId;
  readonly model: string;
  readonly crop: NormBox;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
}

export interface LoggedLook {
  readonly source: LookSource;
  readonly capturedAtMs: number;
  readonly capturedUncertaintyMs: number;
  /** Packed, as `logLooks` took them. */
  readonly detections: Uint8Array;
  readonly appearances: Uint8Array | null;
}

/** A look, or a start of the agent. */
export type LoggedStep = LoggedLook | { readonly startedAtMs: number };

export interface LookQuery {
  /** Capture times from … */
  readonly sinceMs?: number;
  /** … until before. */
  readonly untilMs?: number;
  readonly cameraId?: CameraId;
}

const pageRows = 2_048;
/** The first version whose looks have sources. */
const schemaVersionMin = 2;

type LookTuple = readonly [number, number, number, number, Buffer, Buffer | null];

export class DetectionReader {
  readonly #db: Database.Database;
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, detectionFile);
    if (!existsSync(this.#path)) {
      throw new AgentError(
        "STORE_FAILED",
        `there is no detection log in ${folder}`,
        "Name the agent's data folder, or start the agent once: kerbside run FILE.",
      );
    }
    this.#db = this.#read(() => openReadOnly(this.#path));
    const version = this.#read(() => Number(this.#db.pragma("user_version", { simple: true })));
    if (version < schemaVersionMin) {
      this.#db.close();
      throw new AgentError(
        "STORE_FAILED",
        `${this.#path} was written by an earlier version of the agent`,
        "Start this version once on that folder: it brings the log up to date.",
      );
    }
  }

  /** Capture times of the oldest and the newest look that is kept; undefined when there is none. */
  span(): { readonly fromMs: number; readonly toMs: number } | undefined {
    return this.#read(() => {
      const end = (order: "ASC" | "DESC") =>
        this.#db
          .prepare<[], { readonly atMs: number }>(
            `SELECT captured_at_ms AS atMs FROM looks ORDER BY look_id ${order} LIMIT 1`,
          )
          .get()?.atMs;
      const fromMs = end("ASC");
      const toMs = end("DESC");
      return fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs };
    });
  }

  /** Pages of steps, the oldest first. Stop whenever enough was seen. */
  *steps({ sinceMs, untilMs, cameraId: only }: LookQuery = {}): Generator<readonly LoggedStep[]> {
    const page = this.#read(() =>
      this.#db
        .prepare(
          `SELECT look_id, source_id, captured_at_ms, captured_uncertainty_ms, detections, appearances
           FROM looks
           WHERE look_id > @after AND captured_at_ms >= @sinceMs AND captured_at_ms < @untilMs
             ${only === undefined ? "" : "AND source_id IN (SELECT source_id FROM sources WHERE camera_id = @only)"}
           ORDER BY look_id LIMIT ${pageRows}`,
        )
        .raw(),
    );
    const bounds = {
      sinceMs: sinceMs ?? Number.MIN_SAFE_INTEGER,
      untilMs: untilMs ?? Number.MAX_SAFE_INTEGER,
      ...(only === undefined ? {} : { only }),
    };
    const starts = this.#starts();
    let sources = this.#sources();
    for (let after = 0; ; ) {
      const rows = this.#read(() => page.all({ ...bounds, after })) as readonly LookTuple[]; // As selected.
      const last = rows.at(-1);
      if (last === undefined) return;
      if (rows.some(([, sourceId]) => !sources.has(sourceId))) sources = this.#sources();
      yield stepsOf(rows, sources, starts, after);
      after = last[0];
    }
  }

  close(): void {
    this.#db.close();
  }

  #starts(): readonly StartRow[] {
    return this.#read(() =>
      this.#db
        .prepare<[], StartRow>(
          "SELECT look_id AS afterId, started_at_ms AS startedAtMs FROM starts ORDER BY look_id",
        )
        .all(),
    );
  }

  #sources(): ReadonlyMap<number, LookSource> {
    const rows = this.#read(() => this.#db.prepare<[], SourceRow>("SELECT * FROM sources").all());
    return new Map(rows.map((row) => [row.source_id, sourceOf(row)]));
  }

  #read<Value>(run: () => Value): Value {
    try {
      return run();
    } catch (error) {
      throw storeFailure(error, this.#path) ?? error;
    }
  }
}

interface StartRow {
  /** The newest look then. */
  readonly afterId: number;
  readonly startedAtMs: number;
}

function stepsOf(
  rows: readonly LookTuple[],
  sources: ReadonlyMap<number, LookSource>,
  starts: readonly StartRow[],
  after: number,
): readonly LoggedStep[] {
  const steps: LoggedStep[] = [];
  let next = starts.findIndex(({ afterId }) => afterId >= after && afterId > 0);
  for (const [lookId, sourceId, capturedAtMs, capturedUncertaintyMs, detections, taken] of rows) {
    for (;;) {
      const start = next === -1 ? undefined : starts[next];
      if (start === undefined || start.afterId >= lookId) break;
      steps.push({ startedAtMs: start.startedAtMs });
      next += 1;
    }
    const source = sources.get(sourceId);
    if (source === undefined) throw new RangeError(`look ${lookId} has no source ${sourceId}`);
    steps.push({ source, capturedAtMs, capturedUncertaintyMs, detections, appearances: taken });
  }
  return steps;
}

interface SourceRow {
  readonly source_id: number;
  readonly camera_id: string;
  readonly view_id: string;
  readonly model: string;
  readonly picture_width_px: number;
  readonly picture_height_px: number;
  readonly crop_x_min: number;
  readonly crop_y_min: number;
  readonly crop_x_max: number;
  readonly crop_y_max: number;
}

function sourceOf(row: SourceRow): LookSource {
  return {
    cameraId: cameraId(row.camera_id),
    viewId: viewId(row.view_id),
    model: row.model,
    crop: {
      xMin: row.crop_x_min,
      yMin: row.crop_y_min,
      xMax: row.crop_x_max,
      yMax: row.crop_y_max,
    },
    pictureWidth: row.picture_width_px,
    pictureHeight: row.picture_height_px,
  };
}
