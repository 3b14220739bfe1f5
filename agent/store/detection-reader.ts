/**
 * Reads the detection log beside the agent that writes it: looks in the order in which the rules
 * were fed with them, and the starts of the agent between them.
 *
 * A few pages at a time, each time its own short question: a week of looks takes no more memory
 * than a minute, and the agent never waits. What is forgotten meanwhile is left out, and so is what
 * the disk has damaged: it is counted.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { appearanceBytes } from "../../pipelines/domain/appearance.ts";
import { type CameraId, cameraId, viewId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { isSoundPage, PageCursor } from "./detection-log-page.ts";
import { openReadOnly } from "./open-database.ts";
import { areSound, Unpacking } from "./packed-detections.ts";
import { storeFailure } from "./store-errors.ts";
import { detectionFile } from "./store-files.ts";

/** A look, or a start of the agent. */
export type LoggedStep = LoggedLook | { readonly startedAtMs: number };

export interface LoggedLook {
  readonly look: Look;
}

/** What many looks share. */
type LookSource = Omit<Look, "capturedAtMs" | "capturedUncertaintyMs" | "detections">;

export interface LookQuery {
  /** Capture times from … */
  readonly sinceMs?: number;
  /** … until before. */
  readonly untilMs?: number;
  readonly cameraId?: CameraId;
}

const rowsAtOnce = 64;
/** The first version whose looks lie in pages. */
const schemaVersionMin = 3;

interface PageRow {
  readonly firstId: number;
  readonly lookCount: number;
  readonly fromMs: number;
  readonly looks: Buffer;
}

export class DetectionReader {
  readonly #db: Database.Database;
  readonly #path: string;
  #damagedCount = 0;

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

  /** Capture times of the oldest and the newest page that is kept; undefined when there is none. */
  span(): { readonly fromMs: number; readonly toMs: number } | undefined {
    return this.#read(() => {
      const end = (column: "from_ms" | "to_ms", order: "ASC" | "DESC") =>
        this.#db
          .prepare<[], { readonly atMs: number }>(
            `SELECT ${column} AS atMs FROM look_pages ORDER BY first_look_id ${order} LIMIT 1`,
          )
          .get()?.atMs;
      const fromMs = end("from_ms", "ASC");
      const toMs = end("to_ms", "DESC");
      return fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs };
    });
  }

  /** Steps of a page at a time, the oldest first. Stop whenever enough was seen. */
  *steps(query: LookQuery = {}): Generator<readonly LoggedStep[]> {
    const read = this.#read(() =>
      this.#db.prepare<object, PageRow>(
        `SELECT first_look_id AS firstId, look_count AS lookCount, from_ms AS fromMs, looks
         FROM look_pages
         WHERE first_look_id > @after AND to_ms >= @sinceMs AND from_ms < @untilMs
         ORDER BY first_look_id LIMIT ${rowsAtOnce}`,
      ),
    );
    const { sinceMs = Number.MIN_SAFE_INTEGER, untilMs = Number.MAX_SAFE_INTEGER } = query;
    const wanted = { sinceMs, untilMs, cameraId: query.cameraId };
    const starts = this.#starts();
    let sources = this.#sources();
    const sourceOf = (id: number): LookSource | undefined => {
      // It came since they were read: the agent writes meanwhile.
      if (!sources.has(id)) sources = this.#sources();
      const source = sources.get(id);
      return source;
    };
    let nextStart = 0;
    for (let after = 0; ; ) {
      const rows = this.#read(() => read.all({ sinceMs, untilMs, after }));
      const last = rows.at(-1);
      if (last === undefined) return;
      for (const row of rows) {
        const { looks, damagedCount } = looksOf(row, sourceOf, wanted);
        this.#damagedCount += damagedCount;
        if (looks.length === 0) continue;
        const steps: LoggedStep[] = [];
        // The agent starts between pages, never within one.
        for (
          ;
          (starts[nextStart]?.afterId ?? Number.POSITIVE_INFINITY) < row.firstId;
          nextStart += 1
        ) {
          const startedAtMs = starts[nextStart]?.startedAtMs;
          if (startedAtMs !== undefined) steps.push({ startedAtMs });
        }
        // Page by page: looks that are still to come need not be in memory.
        yield steps.length === 0 ? looks : [...steps, ...looks];
      }
      after = last.firstId;
    }
  }

  /** Looks, and whole pages, that could not be read so far. */
  get damagedCount(): number {
    return this.#damagedCount;
  }

  close(): void {
    this.#db.close();
  }

  #starts(): readonly StartRow[] {
    return this.#read(() =>
      this.#db
        .prepare<[], StartRow>(
          `SELECT look_id AS afterId, started_at_ms AS startedAtMs FROM starts
           WHERE look_id > 0 ORDER BY look_id`,
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

/** The looks of a page that were asked for; a look is made once, here, and goes to the rules. */
function looksOf(
  row: PageRow,
  sourceOf: (id: number) => LookSource | undefined,
  wanted: Required<Pick<LookQuery, "sinceMs" | "untilMs">> & {
    readonly cameraId: CameraId | undefined;
  },
): { readonly looks: readonly LoggedLook[]; readonly damagedCount: number } {
  if (!isSoundPage(row)) return { looks: [], damagedCount: 1 };
  const looks: LoggedLook[] = [];
  let damagedCount = 0;
  const cursor = new PageCursor(row);
  const { head, view } = cursor;
  const unpacking = new Unpacking(row.looks.length);
  while (cursor.next()) {
    const { capturedAtMs, capturedUncertaintyMs, detectionsFrom, detectionsBytes } = head;
    if (capturedAtMs < wanted.sinceMs || capturedAtMs >= wanted.untilMs) continue;
    const source = sourceOf(head.sourceId);
    if (source === undefined) {
      damagedCount += 1;
      continue;
    }
    if (wanted.cameraId !== undefined && source.cameraId !== wanted.cameraId) continue;
    const { appearancesFrom, appearancesBytes } = head;
    const appearances =
      appearancesBytes === 0
        ? null
        : row.looks.subarray(appearancesFrom, appearancesFrom + appearancesBytes);
    const range = { from: detectionsFrom, bytes: detectionsBytes };
    const detections = unpacking.next(view, range, appearances);
    const isWhole =
      appearancesBytes === 0 || appearancesBytes === detections.count * appearanceBytes;
    if (!isWhole || !(capturedUncertaintyMs >= 0) || !areSound(detections)) {
      damagedCount += 1;
      continue;
    }
    looks.push({
      look: {
        cameraId: source.cameraId,
        viewId: source.viewId,
        crop: source.crop,
        capturedAtMs,
        capturedUncertaintyMs,
        detections,
        model: source.model,
        pictureWidth: source.pictureWidth,
        pictureHeight: source.pictureHeight,
        ...(source.isReused === true ? { isReused: true } : {}),
        ...(source.isClockWrong === true ? { isClockWrong: true } : {}),
      },
    });
  }
  return { looks, damagedCount };
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
  /** Not in a log of an earlier version. */
  readonly is_reused?: number;
  readonly is_clock_wrong?: number;
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
    ...(row.is_reused === 1 ? { isReused: true } : {}),
    ...(row.is_clock_wrong === 1 ? { isClockWrong: true } : {}),
  };
}
