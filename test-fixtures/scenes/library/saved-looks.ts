/**
 * A scene with saved looks, beside the same one without: what is told must be the same.
 *
 * The policy of the agent is asked with the scene's pictures, the rules with its truth. Packets
 * are not drawn: where they are believed they say what the tiny picture says, so the second level
 * alone decides here.
 */
import { QuietView } from "../../../agent/inference/quiet-view.ts";
import { createCameraState, stepCamera } from "../../../pipelines/camera.ts";
import type { CameraState } from "../../../pipelines/camera-state.ts";
import type { Look } from "../../../pipelines/domain/look.ts";
import type { CameraRules } from "../../../pipelines/domain/rule.ts";
import { resumeCamera } from "../../../pipelines/resume.ts";
import { mayReuse } from "../../../pipelines/reuse.ts";
import type { ViolationChange } from "../../../pipelines/violation-change.ts";
import type { LibraryScene } from "./library-scene.ts";
import { looksOf } from "./scene-looks.ts";
import { drawnSmall, tinyViewOf } from "./tiny-view.ts";

export interface SavedLooks {
  readonly lookCount: number;
  /** Looks that were not analysed. */
  readonly savedCount: number;
  /** What the picture alone would have saved. */
  readonly quietCount: number;
  /** One line an event, without and with saved looks. */
  readonly plain: readonly string[];
  readonly saving: readonly string[];
}

export interface SavedLooksOptions {
  readonly reuseMs: number;
  /** What the detector makes of a look: nothing changed, by default. */
  readonly seen?: (look: Look) => Look;
}

export function withSavedLooks(
  entry: LibraryScene,
  rules: CameraRules,
  { reuseMs, seen = (look) => look }: SavedLooksOptions,
): SavedLooks {
  const { scene } = entry;
  const small = drawnSmall(scene);
  const startMs = Date.parse(entry.startsAt);
  const plain = new Told(rules);
  const saving = new Told(rules);
  let view: QuietView | undefined;
  let last: Look | undefined;
  let lookCount = 0;
  let savedCount = 0;
  let quietCount = 0;
  for (const step of looksOf(entry)) {
    if (step === "restart") {
      plain.restart();
      saving.restart();
      view = undefined;
      continue;
    }
    const look = seen(step);
    const atMs = look.capturedAtMs;
    lookCount += 1;
    plain.look(look);
    view ??= new QuietView({ reuseMs, crop: look.crop });
    // An outage: the stream began anew.
    if (last !== undefined && atMs - last.capturedAtMs > 1.5 * entry.everyMs) view.interrupt();
    const isQuiet = view.isQuietByPicture(tinyViewOf(small, atMs - startMs, look.crop), atMs);
    if (isQuiet) quietCount += 1;
    if (isQuiet && last !== undefined) {
      const again: Look = { ...last, capturedAtMs: atMs, isReused: true };
      if (mayReuse(rules, saving.state, again)) {
        saving.look(again);
        last = again;
        savedCount += 1;
        continue;
      }
    }
    view.analysed();
    saving.look(look);
    last = look;
  }
  return { lookCount, savedCount, quietCount, plain: plain.lines, saving: saving.lines };
}

class Told {
  readonly lines: string[] = [];
  state: CameraState;
  readonly #rules: CameraRules;

  constructor(rules: CameraRules) {
    this.#rules = rules;
    this.state = createCameraState(rules);
  }

  restart(): void {
    this.state = resumeCamera(this.state);
  }

  look(look: Look): void {
    const { state, changes } = stepCamera(this.#rules, this.state, look);
    this.state = state;
    this.lines.push(...changes.map((change) => lineOf(change, look.capturedAtMs)));
  }
}

function lineOf(change: ViolationChange, atMs: number): string {
  const { kind, subKind, stage, zoneId, violationId, recheck } = change;
  const what = recheck === undefined ? stage : "rechecked";
  return [atMs, kind, subKind, zoneId, violationId, what].join(" ");
}
