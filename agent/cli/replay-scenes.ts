/**
 * `kerbside replay --scenes`: the rules over streets whose truth is exact, each scene under its own
 * configuration, judged together.
 */
import { drawnAgain } from "../../test-fixtures/scenes/library/draw-again.ts";
import { dueViolations } from "../../test-fixtures/scenes/library/due-violations.ts";
import { library } from "../../test-fixtures/scenes/library/index.ts";
import type { LibraryScene } from "../../test-fixtures/scenes/library/library-scene.ts";
import { looksOf } from "../../test-fixtures/scenes/library/scene-looks.ts";
import { replay } from "../replay/replay.ts";
import { Judge, parseTruth, type Truth } from "../replay/truth.ts";
import { judgementText } from "../replay/truth-text.ts";
import type { ReplayedViolation } from "../replay/violation-list.ts";
import { viewJobs } from "../views.ts";
import { type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { progressBar } from "./progress-bar.ts";
import { loadModels, packageVersion } from "./read-config.ts";
import { type SceneDetections, sceneConfig, sceneRecording } from "./replay-scene.ts";
import { countOf, namedOf, type ReplayValues, shippedModel, wrongUse } from "./replay-values.ts";

export async function replayScenes(
  names: readonly string[],
  values: ReplayValues,
  io: CommandIo,
): Promise<number> {
  const draw = values.draw === undefined ? 0 : countOf("--draw", values.draw);
  const entries = chosen(names).map((entry) => drawnAgain(entry, draw));
  const model = values.model ?? shippedModel;
  const detector = await detectorOf(values);
  const judge = new Judge();
  const scenes: SceneResult[] = [];
  const bar = progressBar(io, "scenes");
  try {
    for (const [index, entry] of entries.entries()) {
      bar.update(index, entries.length);
      const runs = await runsOf(entry, model, detector, values, io);
      const result = await runScene(entry, model, runs, judge, values, io);
      if (result === undefined) {
        io.stderr("stopped: figures of some scenes would mislead\n");
        return exitCodes.no;
      }
      scenes.push(result);
    }
  } finally {
    bar.end();
    await detector?.stop();
  }
  const judgement = judge.judgement();
  const source = {
    scenes: scenes.length,
    detections: values.detections,
    seed: seedOf(values),
    ...(draw === 0 ? {} : { draw }),
    ...(values.seeds === undefined ? {} : { seeds: seedsOf(values).length }),
  };
  io.stdout(
    values.json
      ? `${JSON.stringify({ source, scenes, ...judgement })}\n`
      : `${scenesText(scenes)}\n${judgementText(judgement)}`,
  );
  return exitCodes.done;
}

/** Over all seeds where there are several. */
interface SceneResult {
  readonly name: string;
  readonly looks: number;
  readonly events: number;
  /** Violations that are due, and that were told. */
  readonly due: number;
  readonly told: number;
  /** Every event that is due was told at its time, and nothing else. */
  readonly isRight: boolean;
}

interface SceneRun {
  readonly detections: SceneDetections;
  /** What its missed and wrong events are named by. */
  readonly name: string;
}

async function runScene(
  entry: LibraryScene,
  model: string,
  runs: readonly SceneRun[],
  judge: Judge,
  { json, seeds }: ReplayValues,
  io: CommandIo,
): Promise<SceneResult | undefined> {
  const { name } = entry.scene;
  const looks = runs.length === 1 ? looksOf(entry) : [...looksOf(entry)];
  const truth = parseTruth({ violations: dueViolations(entry) }, name);
  let sum: SceneResult = { name, looks: 0, events: 0, due: 0, told: 0, isRight: true };
  for (const run of runs) {
    const result = await replay({
      config: sceneConfig(entry, model),
      agentVersion: packageVersion(),
      recording: sceneRecording(entry, looks, run.detections),
      startMs: Date.parse(entry.startsAt),
      signal: io.signal,
      onDecision: ({ event }) => {
        if (json && seeds === undefined) io.stdout(`${JSON.stringify(event)}\n`);
      },
    });
    if (result === undefined) return undefined;
    judge.add(truth, result.violations, run.name);
    sum = {
      name,
      looks: sum.looks + result.looks.used,
      events: sum.events + result.eventCount,
      due: sum.due + truth.violations.length,
      told: sum.told + result.violations.length,
      isRight: sum.isRight && isRight(truth, result.violations),
    };
  }
  return sum;
}

function isRight(truth: Truth, told: readonly ReplayedViolation[]): boolean {
  const alone = new Judge();
  alone.add(truth, told);
  const { missed, wrong } = alone.judgement();
  return missed.length + wrong.length === 0;
}

/** Without names: all that have rules. */
function chosen(names: readonly string[]): readonly LibraryScene[] {
  const judged = library.filter(({ zones }) => zones.length > 0);
  return namedOf("scene", judged, ({ scene }) => scene.name, names);
}

async function detectorOf({ detections, seeds }: ReplayValues) {
  if (!["truth", "noisy", "model"].includes(detections)) {
    throw wrongUse(`--detections takes truth, noisy or model, got ${JSON.stringify(detections)}`);
  }
  if (seeds !== undefined && detections !== "noisy") {
    throw wrongUse("--seeds is for --detections noisy alone");
  }
  if (detections !== "model") return undefined;
  const { ReplayDetector } = await import("../replay/replay-detector.ts");
  return new ReplayDetector();
}

/** How the scene is looked at: once, or once with each seed of noise. */
async function runsOf(
  entry: LibraryScene,
  model: string,
  detector: Awaited<ReturnType<typeof detectorOf>>,
  values: ReplayValues,
  io: CommandIo,
): Promise<readonly SceneRun[]> {
  const { name } = entry.scene;
  if (detector === undefined) {
    if (values.detections !== "noisy") return [{ detections: { kind: "truth" }, name }];
    return seedsOf(values).map((seed) => ({
      detections: { kind: "noisy", seed },
      name: values.seeds === undefined ? name : `seed ${seed} ${name}`,
    }));
  }
  const config = sceneConfig(entry, model);
  const folders = { modelsFolder: modelsFolderOf(io), dataFolder: dataFolderOf(values.data, io) };
  const jobs = viewJobs(config, await loadModels(config, folders));
  await detector.start(jobs);
  return [{ detections: { kind: "model", detector, jobs }, name }];
}

function seedOf({ seed }: ReplayValues): number {
  return countOf("--seed", seed);
}

/** From `--seed` on. */
function seedsOf(values: ReplayValues): readonly number[] {
  const first = seedOf(values);
  const count = values.seeds === undefined ? 1 : countOf("--seeds", values.seeds);
  return Array.from({ length: count }, (_, index) => first + index);
}

function scenesText(scenes: readonly SceneResult[]): string {
  const width = Math.max(5, ...scenes.map(({ name }) => name.length));
  const rows = scenes.map(({ name, looks, events, due, told, isRight: right }) =>
    [
      name.padEnd(width),
      String(looks).padStart(8),
      String(events).padStart(9),
      String(due).padStart(6),
      String(told).padStart(7),
      right ? "   right" : "   not right",
    ].join(""),
  );
  const heading = `${"scene".padEnd(width)}   looks   events   due   told`;
  return `${[heading, ...rows].join("\n")}\n`;
}
