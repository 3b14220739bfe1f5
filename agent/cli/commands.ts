/**
 * The commands of the `kerbside` line by their first word, in the order in which `kerbside --help`
 * lists them.
 *
 * A file is loaded when its word is typed: a container's health check runs `status` every half
 * minute, and neither the detectors nor the decoder are needed for that.
 */
import type { Command } from "./command.ts";

const loaders: Readonly<Record<string, () => Promise<readonly Command[]>>> = {
  run: async () => [(await import("./run.ts")).runCommand],
  check: async () => [(await import("./check.ts")).checkCommand],
  status: async () => [(await import("./status.ts")).statusCommand],
  events: async () => (await import("./events.ts")).eventsCommands,
  evidence: async () => (await import("./evidence.ts")).evidenceCommands,
  replay: async () => [(await import("./replay.ts")).replayCommand],
  explain: async () => [(await import("./explain.ts")).explainCommand],
  calibrate: async () => [(await import("./calibrate.ts")).calibrateCommand],
  permits: async () => [
    ...(await import("./permits.ts")).permitsCommands,
    ...(await import("./permits-learn.ts")).permitsLearnCommands,
  ],
  models: async () => [
    ...(await import("./models.ts")).modelsCommands,
    (await import("./models-tune.ts")).modelsTuneCommand,
    (await import("./models-eval.ts")).modelsEvalCommand,
    (await import("./models-alarms.ts")).modelsAlarmsCommand,
    (await import("./models-label.ts")).modelsLabelCommand,
    (await import("./models-export-samples.ts")).modelsExportSamplesCommand,
  ],
  bench: async () => [
    (await import("./bench-cameras.ts")).benchCamerasCommand,
    (await import("./bench-capture.ts")).benchCaptureCommand,
    (await import("./bench-crops.ts")).benchCropsCommand,
    (await import("./bench-decode.ts")).benchDecodeCommand,
    (await import("./bench-idle.ts")).benchIdleCommand,
    (await import("./bench-inference.ts")).benchInferenceCommand,
    (await import("./bench-outbox.ts")).benchOutboxCommand,
  ],
  console: async () => (await import("./console.ts")).consoleCommands,
  hub: async () => [
    (await import("./hub.ts")).hubCommand,
    ...(await import("./hub-ask.ts")).hubAskCommands,
    (await import("./hub-evidence.ts")).hubEvidenceCommand,
  ],
};

/** Those that begin with this word: `bench capture` for `bench`. */
export async function commandsOf(firstWord: string): Promise<readonly Command[]> {
  const load = Object.hasOwn(loaders, firstWord) ? loaders[firstWord] : undefined;
  return load === undefined ? [] : await load();
}

export async function allCommands(): Promise<readonly Command[]> {
  return (await Promise.all(Object.values(loaders).map((load) => load()))).flat();
}
