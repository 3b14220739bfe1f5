/**
 * Where a recording comes from: footage, a detection log, scenes. Opened once a configuration,
 * because views decide what is looked at.
 */
import type { AgentConfig } from "../../config/agent-config.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import type { Recording } from "./replay.ts";
import type { WholePicture } from "./replay-detector.ts";

export interface OpenRecording {
  /** The part of the configuration that this recording says something about. */
  readonly config: AgentConfig;
  readonly recording: Recording;
  /** What times are counted from; by default the first look. */
  readonly startMs?: number;
  /** For the progress bar, where it is known. */
  readonly endMs?: number;
  /** The whole picture of a look, where there is one to show. */
  readonly wholePicture?: (picture: EncodedPicture) => Promise<WholePicture | undefined>;
}

export interface RecordingSource {
  open(config: AgentConfig): Promise<OpenRecording>;
  /** For the summary, after the last recording has been read. */
  about(): Readonly<Record<string, unknown>>;
  /** What went wrong on the way, one sentence each. */
  complaints(): readonly string[];
  close(): Promise<void>;
}
