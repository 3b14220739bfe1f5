/**
 * The agent's own detection log as a recording: every look that the rules were fed with, in their
 * order, and the starts of the agent between them.
 *
 * A log is bounded, so the first things in it may have stood there before: they count from their
 * first look in it.
 */
import type { AgentConfig } from "../../config/agent-config.ts";
import { cameraId as cameraIdOf } from "../../pipelines/domain/ids.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { DetectionReader, type LoggedStep, type LookQuery } from "../store/detection-reader.ts";
import type { VerdictRow } from "../store/store.ts";
import { verdictsIn, withVerdicts } from "./log-verdicts.ts";
import type { OpenRecording, RecordingSource } from "./recording-source.ts";
import type { Recording, RecordingStep } from "./replay.ts";

export interface LogSourceOptions {
  readonly folder: string;
  readonly cameraId: string | undefined;
  readonly sinceMs: (timeZone: string) => number | undefined;
  readonly untilMs: (timeZone: string) => number | undefined;
}

export class LogSource implements RecordingSource {
  readonly #options: LogSourceOptions;
  readonly #reader: DetectionReader;
  readonly #verdicts: readonly VerdictRow[];
  #startCount = 0;
  #lookCount = 0;

  constructor(options: LogSourceOptions) {
    this.#options = options;
    this.#reader = new DetectionReader(options.folder);
    this.#verdicts = verdictsIn(options.folder);
  }

  async open(config: AgentConfig): Promise<OpenRecording> {
    const { cameraId: only, sinceMs, untilMs } = this.#options;
    const { timeZone } = config.device;
    const cameras = config.cameras.filter(({ id }) => only === undefined || id === only);
    if (cameras.length === 0) {
      const names = config.cameras.map(({ id }) => id).join(", ") || "none";
      throw new AgentError(
        "USAGE",
        `${config.file} has no camera ${JSON.stringify(only)}; it has ${names}`,
        "Name one of these with --camera.",
      );
    }
    const since = sinceMs(timeZone);
    const until = untilMs(timeZone);
    const span = this.#reader.span();
    this.#lookCount = 0;
    this.#startCount = 0;
    const query: LookQuery = {
      ...(since === undefined ? {} : { sinceMs: since }),
      ...(until === undefined ? {} : { untilMs: until }),
      ...(only === undefined ? {} : { cameraId: cameraIdOf(only) }),
    };
    const endMs = until ?? span?.toMs;
    return {
      config: { ...config, cameras },
      recording: withVerdicts(this.#recording(query), this.#verdicts, timeZone),
      ...(endMs === undefined ? {} : { endMs }),
    };
  }

  about(): Readonly<Record<string, unknown>> {
    return { log: "detections", looks: this.#lookCount, restarts: this.#startCount };
  }

  complaints(): readonly string[] {
    const { damagedCount } = this.#reader;
    return [
      ...(this.#lookCount === 0 ? ["the log has no look of that time and camera"] : []),
      ...(damagedCount === 0
        ? []
        : [`${damagedCount} pieces of the log are damaged and left out: look after the disk`]),
    ];
  }

  async close(): Promise<void> {
    this.#reader.close();
  }

  async *#recording(query: LookQuery): Recording {
    for (const page of this.#reader.steps(query)) {
      const steps = page.map(recorded);
      const startCount = steps.reduce(countStart, 0);
      this.#startCount += startCount;
      this.#lookCount += steps.length - startCount;
      yield steps;
    }
  }
}

function recorded(step: LoggedStep): RecordingStep {
  return "look" in step ? step : "restart";
}

function countStart(sum: number, step: RecordingStep): number {
  return step === "restart" ? sum + 1 : sum;
}
