/**
 * One scene of the library as a recording: what a perfect detector would have seen, what a poor
 * one would, or what the shipped one sees in its pictures.
 */
import { basename } from "node:path";
import sharp from "sharp";
import type { AgentConfig } from "../../config/agent-config.ts";
import { loadConfig } from "../../config/load.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { configurationOf, filesBeside } from "../../test-fixtures/scenes/library/configuration.ts";
import type { LibraryScene } from "../../test-fixtures/scenes/library/library-scene.ts";
import { renderPicture } from "../../test-fixtures/scenes/render.ts";
import type { ViewJob } from "../inference/ports.ts";
import { jpegPicture } from "../replay/jpeg-picture.ts";
import { noisyLook } from "../replay/noisy-look.ts";
import type { Recording, RecordingStep } from "../replay/replay.ts";
import type { ReplayDetector } from "../replay/replay-detector.ts";

export type SceneDetections =
  | { readonly kind: "truth" }
  | { readonly kind: "noisy"; readonly seed: number }
  | {
      readonly kind: "model";
      readonly detector: ReplayDetector;
      readonly jobs: readonly ViewJob[];
    };

/** As the scene's camera would be configured. */
export function sceneConfig(entry: LibraryScene, model: string): AgentConfig {
  const file = `${entry.scene.name}.yaml`;
  const files = new Map([[file, configurationOf(entry, model)], ...filesBeside(entry)]);
  const loaded = loadConfig(file, {
    env: {},
    cwd: "/",
    nowMs: Date.parse(entry.startsAt),
    models: [model],
    missingCalendarYear: "warning",
    readFile: (path) => {
      const text = files.get(basename(path));
      if (text !== undefined) return Buffer.from(text);
      throw Object.assign(new Error(path), { code: "ENOENT" });
    },
  });
  if (loaded.ok) return loaded.config;
  throw new Error(`scene ${entry.scene.name}: ${JSON.stringify(loaded.errors)}`);
}

/**
 * The next look is drawn while the detector has this one: two cores are busy instead of one.
 * `looks`: the scene's own (`looksOf`), which are the same for every seed of noise.
 */
export async function* sceneRecording(
  entry: LibraryScene,
  looks: Iterable<Look | "restart">,
  detections: SceneDetections,
): Recording {
  let begun: Promise<RecordingStep> | undefined;
  for (const look of looks) {
    const next = stepOf(entry, look, detections);
    // It is waited for below; should it fail before that, nobody would have heard of it.
    void next.catch(() => undefined);
    if (begun !== undefined) yield [await begun];
    begun = next;
  }
  if (begun !== undefined) yield [await begun];
}

async function stepOf(
  entry: LibraryScene,
  look: Look | "restart",
  detections: SceneDetections,
): Promise<RecordingStep> {
  if (look === "restart") return look;
  switch (detections.kind) {
    case "truth":
      return { look };
    case "noisy":
      return { look: noisyLook(look, detections.seed) };
    case "model":
      return await seenByModel(entry, look, detections);
  }
}

/** Compressed as a camera's picture is; the agent's own decoder and session see it. */
const jpegQuality = 85;

async function seenByModel(
  { scene, startsAt }: LibraryScene,
  look: Look,
  { detector, jobs }: SceneDetections & { readonly kind: "model" },
): Promise<RecordingStep> {
  const { capturedAtMs, cameraId } = look;
  const { rgb, width, height } = renderPicture(scene, capturedAtMs - Date.parse(startsAt));
  const unit = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: jpegQuality })
    .toBuffer();
  const picture = jpegPicture(unit, { cameraId, capturedAtMs });
  const [seen] = (await detector.see(picture, jobs)) ?? [];
  if (seen === undefined) throw new RangeError(`a picture of ${scene.name} does not decode`);
  return { look: { ...look, ...seen, model: jobs[0]?.model.modelTag ?? "" }, picture };
}
