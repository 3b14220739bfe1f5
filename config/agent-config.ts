/**
 * What the composition root gets: the whole configuration, checked, with every default in place.
 *
 * Durations are milliseconds, file names absolute, secrets wrapped; nothing here needs a second
 * look at a file or the environment, and nobody behind the door checks it again.
 */
import type { Calibration } from "../calibration/calibration.ts";
import type { RegionMap } from "../calibration/regions/region-map.ts";
import type { NormPolygon } from "../pipelines/domain/geometry.ts";
import type { CameraId } from "../pipelines/domain/ids.ts";
import type { PermitRegister } from "../pipelines/domain/permit.ts";
import type { CameraRules, HolidayCalendar, MatterCode } from "../pipelines/domain/rule.ts";
import type { SurgeSettings } from "../pipelines/surge.ts";
import type { Secret } from "./secret.ts";

export interface AgentConfig {
  /** Absolute name of the main file. */
  readonly file: string;
  /** 64 hex digits over the effective content without secrets and without places of files. */
  readonly configurationHash: string;
  readonly device: DeviceConfig;
  /** Undefined: this box keeps everything to itself. */
  readonly hub: HubConfig | undefined;
  readonly cameras: readonly CameraConfig[];
  readonly calendar: HolidayCalendar;
  /** By sub-kind, and by `tag:NAME` where a zone's tag decides the code. */
  readonly matters: Readonly<Record<string, MatterCode>>;
  /** Undefined: none is kept. */
  readonly permits: PermitRegister | undefined;
  /** The city's map; undefined: none is named. */
  readonly regions: RegionMap | undefined;
  /** When many warnings in a grid are an alarm. */
  readonly surge: SurgeSettings;
  readonly limits: LimitsConfig;
  readonly health: HealthConfig;
  /** Undefined: the box serves no page. */
  readonly console: ConsoleConfig | undefined;
  readonly log: { readonly level: LogLevel };
  readonly inference: InferenceConfig;
  readonly evidence: EvidenceConfig;
  /** Undefined: no pictures of violations are kept. */
  readonly samples: SamplesConfig | undefined;
  readonly decoder: DecoderName;
}

export interface Position {
  readonly longitude: number;
  readonly latitude: number;
}

export interface DeviceConfig {
  readonly id: string;
  /** Six digits, GB/T 2260. */
  readonly division: string;
  /** Where it hangs, in words. */
  readonly place: string | undefined;
  readonly position: Position | undefined;
  readonly timeZone: string;
  /** 15 digits. */
  readonly grid: string | undefined;
}

export interface HubConfig {
  readonly protocol: "mqtt" | "mqtts" | "ws" | "wss";
  readonly host: string;
  readonly port: number;
  /** For ws and wss, begins with `/`; empty otherwise. */
  readonly path: string;
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  readonly clientId: string;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  /** Name the certificate must bear when it is not the host's. */
  readonly serverName: string | undefined;
  readonly protocolVersion: "auto" | "5" | "3.1.1";
  readonly acknowledge: boolean;
  readonly drainPerSecond: number;
  /** Of pictures. */
  readonly uploadBytesPerSecond: number;
  readonly keepAliveMs: number;
  readonly connectTimeoutMs: number;
}

export interface CameraConfig {
  readonly id: CameraId;
  readonly name: string | undefined;
  readonly main: CameraAddress;
  readonly substream: CameraAddress | undefined;
  readonly capture: "auto" | "rtsp" | "ffmpeg";
  readonly tls: { readonly caFile: string | undefined; readonly insecure: boolean };
  /** The camera's, or the device's when the camera has none. */
  readonly position: (Position & { readonly source: "camera" | "device" }) | undefined;
  /** How far from the camera a thing in its picture can be: the error of `position`. */
  readonly reachMetres: number;
  /** Undefined: nobody calibrated it. */
  readonly calibration: Calibration | undefined;
  readonly grid: string | undefined;
  /** Its pictures are watched for a camera that was moved or is blind. */
  readonly isWatched: boolean;
  /** Parts of its picture that no kept picture shows. */
  readonly masks: readonly NormPolygon[];
  readonly rules: CameraRules;
}

export interface CameraAddress {
  readonly protocol: "rtsp" | "rtsps" | "http" | "https" | "file";
  /** Without brackets; empty for `file`. */
  readonly host: string;
  readonly port: number;
  /** With the query; for `file` the absolute name of the file. May hold a token: never log it. */
  readonly path: string;
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  /** Safe to show: `rtsp://***@192.0.2.11/main`. */
  readonly display: string;
  /** All that `display` hides and nobody may ever see: password, tokens in path and query. */
  readonly secrets: readonly Secret[];
}

export interface LimitsConfig {
  /** Per camera stream. */
  readonly ringMs: number;
  /** Undefined: as the bit rate asks for `ringMs`. */
  readonly ringBytes: number | undefined;
  /** All streams together. Undefined: from the machine's memory. */
  readonly ringTotalBytes: number | undefined;
  readonly outboxRows: number;
  readonly outboxBytes: number;
  readonly outboxAgeMs: number;
  readonly detectionLogRows: number;
  readonly detectionLogBytes: number;
  readonly detectionLogAgeMs: number;
  /** Of the data folder's disk; below it what is kept gives way. */
  readonly freeDiskBytes: number;
}

export interface EvidenceConfig {
  /** False: events go without evidence. */
  readonly hasPictures: boolean;
  readonly hasClips: boolean;
  /** Of JPEGs, 0..100. */
  readonly quality: number;
  readonly compositeWidthPx: number;
  /** Of one violation, all its revisions together. */
  readonly violationBytesMax: number;
  /** False: the plate of the vehicle that a violation is about is shown. */
  readonly isOwnPlateMasked: boolean;
  /** From which score on something is a person in the mask pass. */
  readonly maskScore: number;
  readonly site: SiteRecord;
  readonly keepMsMax: number;
  readonly keepBytesMax: number;
}

/** ISO dates, local; undefined: it has not happened, or nobody wrote it down. */
export interface SiteRecord {
  readonly published: string | undefined;
  readonly legalReview: string | undefined;
  readonly technicalReview: string | undefined;
}

export interface SamplesConfig {
  readonly countMax: number;
  readonly bytesMax: number;
  readonly ageMsMax: number;
}

export interface HealthConfig {
  /** Undefined: no page, no metrics. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  /** A camera that is blind for longer is told to the hub. */
  readonly tellBlindAfterMs: number;
}

export interface ConsoleConfig {
  readonly listen: { readonly host: string; readonly port: number };
  /** PEM; undefined: plain HTTP. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
}

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** `ffmpeg`: system ffmpeg, slow, for an image without the native package. */
export const decoderNames = ["node-av", "ffmpeg"] as const;
export type DecoderName = (typeof decoderNames)[number];

export interface InferenceConfig {
  /** Sessions. `auto` here and below: as tuned, else what is safe everywhere. */
  readonly workers: number | "auto";
  /** Of each session. */
  readonly threads: number | "auto";
  readonly batchMax: number | "auto";
  readonly batchWaitMs: number;
}
