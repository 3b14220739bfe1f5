/**
 * Builds what the agent runs on from a document whose types are right.
 *
 * Everything that takes a second look (addresses, files, defaults of rules) is resolved here, and
 * what is wrong with it reported. Undefined when any finding is an error.
 */
import { cameraId, viewId, zoneId } from "../pipelines/domain/ids.ts";
import type { LabelThresholds } from "../pipelines/domain/label.ts";
import type { PermitRegister } from "../pipelines/domain/permit.ts";
import type {
  CameraRules,
  HolidayCalendar,
  MatterCode,
  UrgentTimes,
  ViewSettings,
  ZoneSettings,
} from "../pipelines/domain/rule.ts";
import type { AgentConfig, CameraConfig, HubConfig, Position } from "./agent-config.ts";
import type { CheckContext } from "./checks/check-context.ts";
import { isWhole, soundScalar } from "./checks/check-context.ts";
import { configurationHash } from "./configuration-hash.ts";
import { isLoopback, resolveCameraAddress, resolveHubAddress } from "./resolve-addresses.ts";
import { resolveCalibration } from "./resolve-calibration.ts";
import { resolveConsole } from "./resolve-console.ts";
import { resolveCalendar, resolveMatters, resolvePem } from "./resolve-files.ts";
import { permitsOfCamera, resolvePermits } from "./resolve-permits.ts";
import { resolveRegions } from "./resolve-regions.ts";
import { allowedWindow, ruleSettings } from "./rule-defaults.ts";
import type { CameraDocument, ZoneDocument } from "./schema/camera.ts";
import { Secret } from "./secret.ts";
import type { Path } from "./source-node.ts";
import { viewCrop, viewsOfZone, zonePolygon } from "./zone-view.ts";

/** `onCalendar` is told the calendar as soon as it is known: the checks need it too. */
export function resolveConfig(
  context: CheckContext,
  file: string,
  onCalendar: (calendar: HolidayCalendar) => void,
): AgentConfig | undefined {
  const { document, report } = context;
  const calendar = resolveCalendar(context);
  if (calendar !== undefined) onCalendar(calendar);
  const matters = resolveMatters(context);
  const permits = resolvePermits(context)?.register;
  const regions = resolveRegions(context);
  const hub = resolveHub(context);
  const { device, limits, health, log, inference, evidence, samples, decoder } = document;
  const { listen } = health;
  if (listen !== undefined && !isLoopback(listen.host)) {
    report.warn(
      ["health", "listen"],
      `health and metrics are served to the network (${listen.host}): anybody there can read them`,
    );
  }
  const page = resolveConsole(context);
  const shared = { calendar, matters, permits };
  const cameras = document.cameras.map((camera, index) =>
    resolveCamera(context, ["cameras", index], camera, shared),
  );
  const isComplete = cameras.every((camera) => camera !== undefined);
  if (!isComplete || calendar === undefined || matters === undefined) return undefined;
  return {
    file,
    configurationHash: configurationHash({
      document,
      calendar,
      matters,
      permits,
      regions,
      cameras,
      hub,
    }),
    device: {
      id: device.id,
      division: device.division,
      place: device.place,
      position: device.location && positionOf(device.location),
      timeZone: device.timezone,
      grid: device.grid,
    },
    hub,
    cameras,
    calendar,
    matters,
    permits,
    regions,
    surge: { countMin: document.surge.count, factor: document.surge.factor },
    limits: {
      ringMs: limits.ringTime,
      ringBytes: limits.ringSize,
      ringTotalBytes: limits.ringTotal,
      outboxRows: limits.outboxRows,
      outboxBytes: limits.outboxSize,
      outboxAgeMs: limits.outboxAge,
      detectionLogRows: limits.detectionLogRows,
      detectionLogBytes: limits.detectionLogSize,
      detectionLogAgeMs: limits.detectionLogAge,
      freeDiskBytes: limits.freeDisk,
    },
    health: { listen, tellBlindAfterMs: health.tellBlindAfter },
    console: page,
    log,
    inference: {
      workers: inference.workers,
      threads: inference.threads,
      batchMax: inference.batchMax,
      batchWaitMs: inference.batchWait,
    },
    evidence: {
      hasPictures: evidence.pictures,
      hasClips: evidence.clip,
      quality: evidence.quality,
      compositeWidthPx: evidence.compositeWidth,
      violationBytesMax: evidence.perViolation,
      isOwnPlateMasked: evidence.masks.plates === "masked",
      maskScore: evidence.masks.threshold,
      site: {
        published: evidence.site.published,
        legalReview: evidence.site.legalReview,
        technicalReview: evidence.site.technicalReview,
      },
      keepMsMax: evidence.keep.age,
      keepBytesMax: evidence.keep.bytes,
    },
    samples:
      samples.keep === 0
        ? undefined
        : { countMax: samples.keep, bytesMax: samples.size, ageMsMax: samples.age },
    decoder,
  };
}

function resolveHub(context: CheckContext): HubConfig | undefined {
  const { document, report } = context;
  const { hub, device } = document;
  if (hub === undefined) {
    if (isWhole(context, ["hub"])) {
      report.warn([], "no hub is named: events stay in this box");
    }
    return undefined;
  }
  const address = resolveHubAddress(context, ["hub", "url"]);
  const password = soundScalar(context, ["hub", "password"]);
  if (password !== undefined && password.pieces === undefined) {
    report.warn(
      ["hub", "password"],
      `the password stands in the file: write it as \${env:NAME} or \${file:NAME}`,
    );
  }
  if (hub.password !== undefined && hub.user === undefined) {
    report.error(["hub", "password"], 'a password needs a "user" beside it');
  }
  if ((hub.cert === undefined) !== (hub.key === undefined)) {
    const [given, missing] = hub.cert === undefined ? ["key", "cert"] : ["cert", "key"];
    report.error(["hub", given ?? ""], `"${given}" needs "${missing}" beside it`);
  }
  const isPlain = address?.protocol === "mqtt" || address?.protocol === "ws";
  for (const key of ["ca", "cert", "key", "serverName"] as const) {
    if (isPlain && hub[key] !== undefined) {
      report.warn(["hub", key], `"${key}" is not used: ${address.protocol} is not encrypted`);
    }
  }
  const caFile =
    hub.ca === undefined ? undefined : resolvePem(context, ["hub", "ca"], "CERTIFICATE");
  const certFile =
    hub.cert === undefined ? undefined : resolvePem(context, ["hub", "cert"], "CERTIFICATE");
  const keyFile =
    hub.key === undefined ? undefined : resolvePem(context, ["hub", "key"], "PRIVATE KEY");
  if (address === undefined) return undefined;
  return {
    ...address,
    user: hub.user,
    password: hub.password === undefined ? undefined : new Secret(hub.password),
    clientId: hub.clientId ?? `kerbside-${device.division}-${device.id}`,
    caFile,
    certFile,
    keyFile,
    serverName: hub.serverName,
    protocolVersion: hub.protocol,
    acknowledge: hub.acknowledge,
    drainPerSecond: hub.drainPerSecond,
    uploadBytesPerSecond: hub.uploadLimit,
    keepAliveMs: hub.keepAlive,
    connectTimeoutMs: hub.connectTimeout,
  };
}

interface SharedTables {
  readonly calendar: HolidayCalendar | undefined;
  readonly matters: Readonly<Record<string, MatterCode>> | undefined;
  readonly permits: PermitRegister | undefined;
}

function resolveCamera(
  context: CheckContext,
  path: Path,
  camera: CameraDocument,
  { calendar, matters, permits }: SharedTables,
): CameraConfig | undefined {
  const { device } = context.document;
  const main = resolveCameraAddress(context, [...path, "url"]);
  const substream =
    camera.substream === undefined
      ? undefined
      : resolveCameraAddress(context, [...path, "substream"]);
  const caFile =
    camera.tls.ca === undefined
      ? undefined
      : resolvePem(context, [...path, "tls", "ca"], "CERTIFICATE");
  const calibration = resolveCalibration(context, [...path, "calibration"], camera.id);
  if (camera.tls.insecure) {
    context.report.warn(
      [...path, "tls", "insecure"],
      `any certificate is accepted from the camera "${camera.id}": its password can be read on the way`,
    );
  }
  if (main === undefined || calendar === undefined || matters === undefined) return undefined;
  const location = camera.location ?? device.location;
  const source = camera.location === undefined ? "device" : "camera";
  const reached = location && { ...positionOf(location), errorMetres: camera.reachMetres };
  const rules: CameraRules = {
    deviceId: device.id,
    division: device.division,
    cameraId: cameraId(camera.id),
    timeZone: device.timezone,
    calendar,
    views: camera.views.map(viewSettings),
    zones: camera.zones.map((zone) => zoneSettings(context, camera, zone)),
    urgentTimes: urgentTimes(context),
    ...(permits === undefined ? {} : { permits: permitsOfCamera(permits, camera.id, reached) }),
    ...(reached === undefined ? {} : { position: reached }),
    matters,
  };
  return {
    id: cameraId(camera.id),
    name: camera.name,
    main,
    substream,
    capture: camera.capture,
    tls: { caFile, insecure: camera.tls.insecure },
    position: location && { ...positionOf(location), source },
    reachMetres: camera.reachMetres,
    calibration,
    grid: camera.grid ?? device.grid,
    isWatched: camera.watch,
    masks: camera.masks.map((mask) => mask.map(([x, y]) => ({ x, y }))),
    rules,
  };
}

function urgentTimes({ document }: CheckContext): UrgentTimes {
  const { tagHours, peakHours = [] } = document.severity;
  const hours = Object.entries(tagHours).flatMap(([tag, windows]) =>
    windows === undefined ? [] : [[tag, windows.map((window) => allowedWindow(window))] as const],
  );
  return {
    tagHours: Object.fromEntries(hours),
    peakHours: peakHours.map((window) => allowedWindow(window)),
  };
}

function viewSettings(view: CameraDocument["views"][number]): ViewSettings {
  return {
    id: viewId(view.id),
    crop: viewCrop(view),
    everyMs: view.every,
    model: view.model,
    ...(view.thresholds === undefined ? {} : { thresholds: given(view.thresholds) }),
    stream: view.stream,
    ...(view.reuse === 0 ? {} : { reuseMs: view.reuse }),
  };
}

/** Without the keys that were left out. */
function given(thresholds: NonNullable<CameraDocument["views"][number]["thresholds"]>) {
  const entries = Object.entries(thresholds).filter(([, score]) => score !== undefined);
  return Object.fromEntries(entries) as LabelThresholds; // The schema's keys are labels.
}

function zoneSettings(
  { kindsRun }: CheckContext,
  camera: CameraDocument,
  zone: ZoneDocument,
): ZoneSettings {
  const source = camera.zones.find((other) => other.id === zone.rulesFrom) ?? zone;
  const periods = viewsOfZone(camera.views, zone).map((view) => view.every);
  const viewEveryMs = periods.length === 0 ? 0 : Math.min(...periods);
  return {
    id: zoneId(zone.id),
    polygon: zonePolygon(camera.views, zone),
    tags: zone.tags,
    rules: (source.rules ?? [])
      .filter((rule) => kindsRun.includes(rule.kind))
      .map((rule) => ruleSettings(rule, zone.tags, viewEveryMs)),
  };
}

function positionOf([longitude, latitude]: readonly [number, number]): Position {
  return { longitude, latitude };
}
