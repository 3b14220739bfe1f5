/**
 * `kerbside replay --stills DIR`: labelled pictures as still cameras, in virtual time, and how often
 * detector and rules raise what the labels ask for.
 */
import { join, resolve } from "node:path";
import type { AgentConfig, CameraConfig } from "../../config/agent-config.ts";
import { labelledPictures } from "../bench/pictures/labelled-pictures.ts";
import { parseClasses, picturesOf } from "../bench/pictures/picture-set.ts";
import { writePicture } from "../replay/annotated-picture.ts";
import { ReplayDetector } from "../replay/replay-detector.ts";
import { canJudge } from "../replay/still-due.ts";
import { type StillResult, stillFigures, stillText } from "../replay/still-figures.ts";
import { usualStillConfig } from "../replay/still-rules.ts";
import { stillWatches } from "../replay/still-watch.ts";
import { type JudgedStill, judgeStills } from "../replay/stills.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { viewJobs } from "../views.ts";
import { type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { progressBar } from "./progress-bar.ts";
import { loadModels, packageVersion, readConfig } from "./read-config.ts";
import {
  defaultStart,
  instantOf,
  type ReplayValues,
  shippedModel,
  wrongUse,
} from "./replay-values.ts";

export async function replayStills(
  positionals: readonly string[],
  values: ReplayValues,
  io: CommandIo,
): Promise<number> {
  checkStills(positionals, values);
  const folder = resolve(io.cwd, values.stills ?? "");
  if (values.classes === undefined) throw wrongUse('--stills needs --classes "0=bin,…"');
  const classes = parseClasses(values.classes);
  const { rows } = await labelledPictures(await picturesOf(folder), {
    labelsFolder: join(folder, "labels"),
    ignoredFolder: undefined,
    classes,
  });
  const config = await configOf(values, io);
  const camera = cameraOf(config, values.camera);
  const named = new Set(classes.values());
  const watches = stillWatches(config, camera).filter(({ kind }) => canJudge(kind, named));
  if (watches.length === 0) {
    throw wrongUse(`no rule of ${config.file} is about ${[...named].join(", ")}`);
  }
  const folders = { modelsFolder: modelsFolderOf(io), dataFolder: dataFolderOf(values.data, io) };
  const jobs = viewJobs({ ...config, cameras: [camera] }, await loadModels(config, folders));
  const detector = new ReplayDetector();
  const bar = progressBar(io, "stills");
  const results: StillResult[] = [];
  let failedCount: number | undefined;
  try {
    await detector.start(jobs);
    failedCount = await judgeStills({
      stills: rows,
      watches,
      jobs,
      detector,
      agentVersion: packageVersion(),
      startMs: instantOf("--start", values.start ?? defaultStart, config.device.timeZone),
      signal: io.signal,
      onProgress: (done, total) => bar.update(done, total),
      onJudged: async (judged) => {
        const { name, kind, due, told, isPlaced } = judged;
        results.push({ name, kind, due, told, isPlaced });
        if (values.picture !== undefined) {
          await draw(resolve(io.cwd, values.picture), judged, detector);
        }
      },
    });
  } finally {
    bar.end();
    await detector.stop();
  }
  if (failedCount === undefined) {
    io.stderr("stopped: figures of some pictures would mislead\n");
    return exitCodes.no;
  }
  if (failedCount === rows.length) {
    throw new AgentError(
      "DECODER_FAILED",
      `none of the ${failedCount} pictures of ${folder} could be decoded`,
      "Try one of them with kerbside models eval; a busy machine may need another try.",
    );
  }
  if (failedCount > 0) io.stderr(`${failedCount} pictures could not be decoded\n`);
  const figures = stillFigures(results);
  const models = [...new Set(jobs.map(({ model }) => model.modelTag))];
  const source = { stills: rows.length, failedPictures: failedCount, models };
  io.stdout(
    values.json
      ? `${JSON.stringify({ source, configuration: config.configurationHash, kinds: figures, missed: namesOf(results, "missed"), wrong: namesOf(results, "wrong") })}\n`
      : `${models.join(", ")}: ${rows.length} pictures\n${stillText(figures)}`,
  );
  return exitCodes.done;
}

const ofOthers = [
  "log",
  "since",
  "until",
  "loop",
  "for",
  "truth",
  "against",
  "picture-every",
] as const;

function checkStills(positionals: readonly string[], values: ReplayValues): void {
  if (positionals.length > 0) {
    throw wrongUse(`--stills takes the pictures of one folder, and no FILE; got ${positionals[0]}`);
  }
  const strange = ofOthers.find((name) => values[name] !== undefined);
  if (strange !== undefined) throw wrongUse(`--${strange} is not for stills`);
}

/** The camera that looks at every picture: the one that is named, or the only one. */
function cameraOf({ cameras, file }: AgentConfig, id: string | undefined): CameraConfig {
  const ids = cameras.map((camera) => camera.id).join(", ");
  const found = id === undefined ? cameras : cameras.filter((camera) => camera.id === id);
  const [camera, ...others] = found;
  if (camera !== undefined && others.length === 0) return camera;
  throw wrongUse(
    id === undefined
      ? `${file} has several cameras (${ids}): say with --camera which one looks at the pictures`
      : `${file} has no camera ${JSON.stringify(id)}; it has ${ids}`,
  );
}

/** `missed`: due and not told. `wrong`: told and not due. */
function outcomeOf({ due, told }: Pick<StillResult, "due" | "told">): "right" | "missed" | "wrong" {
  if (due.length > 0 && told.length === 0) return "missed";
  return due.length === 0 && told.length > 0 ? "wrong" : "right";
}

function namesOf(results: readonly StillResult[], outcome: "missed" | "wrong"): readonly string[] {
  return results.flatMap((result) =>
    outcomeOf(result) === outcome ? [`${result.kind} ${result.name}`] : [],
  );
}

/** What was missed, and what was told for nothing: with the detector's boxes and the labelled ones. */
async function draw(folder: string, judged: JudgedStill, detector: ReplayDetector): Promise<void> {
  const outcome = outcomeOf(judged);
  if (outcome === "right") return;
  const { still, truths, look, box, decisions, watch } = judged.scene;
  const whole = await detector.picture(still.picture, still);
  const state = box.state(look.cameraId);
  if (whole === undefined || state === undefined) return;
  await writePicture(folder, {
    whole,
    look,
    rules: watch.camera.rules,
    state,
    decisions,
    startMs: still.picture.capturedAtMs,
    name: `${outcome}-${judged.kind}-${judged.name}`,
    truths,
  });
}

/** The file that was named, or every kind's usual rule over the whole picture. */
async function configOf(values: ReplayValues, io: CommandIo): Promise<AgentConfig> {
  const { config, model = shippedModel } = values;
  return config === undefined ? usualStillConfig(model) : await readConfig(config, io);
}
