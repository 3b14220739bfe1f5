/**
 * Recorded footage as a recording of one camera: its views look at the file as they would look at
 * the camera.
 */
import { basename } from "node:path";
import type { AgentConfig, CameraConfig } from "../../config/agent-config.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import type { PreparedModel } from "../inference/model-store.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { viewJobs } from "../views.ts";
import { type FootageFile, openFootage } from "./footage-file.ts";
import { footageLooks, type SeenMemory } from "./footage-looks.ts";
import type { OpenRecording, RecordingSource } from "./recording-source.ts";
import type { Recording } from "./replay.ts";
import { ReplayDetector } from "./replay-detector.ts";

export interface FootageSourceOptions {
  readonly path: string;
  readonly cameraId: string | undefined;
  /** Empty: all views of the camera. */
  readonly viewIds: readonly string[];
  readonly startMs: (timeZone: string) => number;
  readonly rounds: number;
  readonly durationMsMax: number;
  readonly loadModels: (config: AgentConfig) => Promise<ReadonlyMap<string, PreparedModel>>;
}

export class FootageSource implements RecordingSource {
  readonly #options: FootageSourceOptions;
  readonly #detector = new ReplayDetector();
  readonly #memory: SeenMemory = new Map();
  #file: FootageFile | undefined;
  #failedCount = 0;

  constructor(options: FootageSourceOptions) {
    this.#options = options;
  }

  async open(config: AgentConfig): Promise<OpenRecording> {
    const { path, cameraId, viewIds, rounds, durationMsMax, loadModels } = this.#options;
    const file = await openFootage(path);
    this.#file = file;
    const camera = cameraOfFootage(config, cameraId);
    const own = withViews({ ...config, cameras: [camera] }, camera, viewIds);
    const jobs = viewJobs(own, await loadModels(own));
    await this.#detector.start(jobs);
    const startMs = this.#options.startMs(config.device.timeZone);
    const looks = footageLooks({
      file,
      cameraId: camera.id,
      jobs,
      startMs,
      rounds,
      durationMsMax,
      detector: this.#detector,
      memory: this.#memory,
      onFailed: () => {
        this.#failedCount += 1;
      },
    });
    const wholePicture = (picture: EncodedPicture) => this.#detector.picture(picture, file);
    return { config: own, startMs, recording: oneByOne(looks), wholePicture };
  }

  about(): Readonly<Record<string, unknown>> {
    const { width, height, codec } = this.#file ?? {};
    const { path } = this.#options;
    return { footage: basename(path), codec, width, height, failedPictures: this.#failedCount };
  }

  complaints(): readonly string[] {
    const count = this.#failedCount;
    return count === 0 ? [] : [`${count} pictures could not be decoded: nobody looked then`];
  }

  async close(): Promise<void> {
    await this.#detector.stop();
  }
}

async function* oneByOne(looks: ReturnType<typeof footageLooks>): Recording {
  for await (const look of looks) yield [look];
}

/** The camera that the footage is of: the one that is named, or the only one. */
function cameraOfFootage(config: AgentConfig, id: string | undefined): CameraConfig {
  const ids = config.cameras.map((camera) => camera.id);
  const names = ids.length === 0 ? "none" : ids.join(", ");
  if (id !== undefined) {
    const named = config.cameras.find((camera) => camera.id === id);
    if (named !== undefined) return named;
    throw new AgentError(
      "USAGE",
      `${config.file} has no camera ${JSON.stringify(id)}; it has ${names}`,
      "Name one of these with --camera.",
    );
  }
  const [only, ...others] = config.cameras;
  if (only !== undefined && others.length === 0) return only;
  throw new AgentError(
    "USAGE",
    `${config.file} has ${ids.length} cameras (${names}): footage is of one`,
    "Say which one with --camera ID.",
  );
}

/** Only these views look; zones and rules stay as they are. */
function withViews(
  config: AgentConfig,
  camera: CameraConfig,
  viewIds: readonly string[],
): AgentConfig {
  if (viewIds.length === 0) return config;
  const { views } = camera.rules;
  const known = new Set<string>(views.map(({ id }) => id));
  const unknown = viewIds.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw new AgentError(
      "USAGE",
      `camera ${camera.id} has no view ${unknown.join(", ")}; it has ${[...known].join(", ")}`,
      "Name one of these with --view.",
    );
  }
  const rules = { ...camera.rules, views: views.filter(({ id }) => viewIds.includes(id)) };
  return { ...config, cameras: [{ ...camera, rules }] };
}
