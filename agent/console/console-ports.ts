/**
 * What the agent gives the page: the interfaces that the command line uses, and none beside them.
 *
 * The page can do nothing that a command cannot. No port takes the name of a file, a program or an
 * address: what is read and run was decided when the agent was put together.
 */
import type { AgentConfig } from "../../config/agent-config.ts";
import type { ReadFile } from "../../config/file-access.ts";
import type { LoadResult } from "../../config/load.ts";
import type { CameraState } from "../../pipelines/camera-state.ts";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { HeldBy } from "../../pipelines/stages/open-case.ts";
import type { Verified } from "../evidence/verify.ts";
import type { HealthMessage } from "../health/health-report.ts";
import type { ReplayedViolation } from "../replay/violation-list.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { StoreReader } from "../store/store-reader.ts";
import type { DayPoint } from "./day-history.ts";

export interface ConsolePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly dataFolder: string;
  readonly agentVersion: string;
  /** What runs now. */
  readonly config: () => AgentConfig;
  /** `kerbside status`; undefined: the agent is starting. */
  readonly health: () => HealthMessage | undefined;
  /** The last day, for plots. */
  readonly day: () => readonly DayPoint[];
  readonly configuration: ConfigurationPort;
  /** As `kerbside events` reads it, beside the agent. Close it. */
  readonly openStore: () => StoreReader;
  /** The rules' state of a camera now: presences and open cases. */
  readonly ruleState: (camera: CameraId) => CameraState | undefined;
  /** Its newest picture with everything masked that evidence masks; undefined: there is none. */
  readonly maskedPicture: (camera: CameraId) => Promise<MaskedPicture | undefined>;
  /** Unmasked, for the role `live` alone. Undefined: cameras without packets (a simulation). */
  readonly live: LivePictures | undefined;
  /** Why a case reaches no stage, as `kerbside explain` says it. */
  whyHeld(why: HeldBy): { readonly zh: string; readonly en: string };
  /** `kerbside explain VIOLATION --lang LANG`, line by line. */
  readonly explain: (violation: string, language: "zh" | "en") => Promise<readonly string[]>;
  /** `kerbside evidence verify` of one violation's folder with the device's own key. */
  readonly verifyEvidence: (violation: string) => Promise<Verified>;
  /** `kerbside replay --from log` under another configuration. Undefined: it was stopped. */
  readonly replay: (config: AgentConfig, span: ReplaySpan) => Promise<ReplayOutcome | undefined>;
  /** `kerbside hub test`: an event that says it is one. False: no hub is configured. */
  readonly testEvent: (note: string) => Promise<boolean>;
}

/** The configuration file of the command line. */
export interface ConfigurationPort {
  /** Absolute name of the main file. */
  readonly file: string;
  /** `kerbside check`, of the file as it is, or as `readFile` gives it: nothing is changed. */
  readonly check: (readFile?: ReadFile) => Promise<LoadResult>;
  /** What SIGHUP does. A bad file never replaces a good one: then the reason. */
  readonly reload: () => Promise<
    { readonly isApplied: true } | { readonly isApplied: false; readonly why: string }
  >;
  /** What is wrong with the file while another configuration runs. */
  readonly refused: () => string | undefined;
}

export interface MaskedPicture {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly capturedAtMs: number;
}

/** A camera's packets as they came, out of the ring that is there anyhow. */
export interface LivePictures {
  readonly pictures: (
    camera: CameraId,
    fromMs: number,
    toMs: number,
    options?: { readonly stream?: "main" | "sub"; readonly afterPicture?: number | undefined },
  ) => Promise<LiveSpan | undefined>;
}

export interface LiveSpan {
  readonly codec: "h264" | "h265" | "mjpeg";
  /** With Annex B start codes. */
  readonly parameterSets: Uint8Array;
  /** In the order of decoding. */
  readonly pictures: readonly {
    readonly unit: Uint8Array;
    readonly pictureNumber: number;
    readonly capturedAtMs: number;
    readonly isKey: boolean;
  }[];
}

export interface ReplaySpan {
  readonly camera: CameraId | undefined;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly signal: AbortSignal;
}

export interface ReplayOutcome {
  readonly looks: number;
  readonly violations: readonly ReplayedViolation[];
}
