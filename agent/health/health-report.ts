/**
 * The box's own state as one message: what the hub gets on `health`, and `/health` shows.
 *
 * Pure: measured values go in, the message with its problems comes out. `status` is the word an
 * operator reads first: `ok`, `degraded` (works, somebody should look), `failing` (a promise is
 * being broken now). Limits of the problems stand here, in one place.
 */
import { z } from "zod";

const instant = z.iso.datetime({ offset: true });
const count = z.int().nonnegative();

export const healthProblemCodes = [
  "camera-failed",
  "camera-moved",
  "camera-blind",
  "camera-clock",
  "looks-missed",
  "overloaded",
  "rings-short",
  "store-failing",
  "store-healed",
  "outbox-old",
  "outbox-dropped",
  "outbox-parked",
  "uplink-down",
  "clock-unsynced",
  "clock-wrong",
  "disk-low",
  "configuration-refused",
  "calendar-missing",
] as const;
export type HealthProblemCode = (typeof healthProblemCodes)[number];

const droppedCounts = z.object({ rows: count, bytes: count, age: count, refused: count });

/** What gives way on a disk that is nearly full, in the order in which it goes. */
export const spareParts = ["samples", "looks", "history", "updates"] as const;
const sparedWords: Readonly<Record<(typeof spareParts)[number], string>> = {
  samples: "kept pictures",
  looks: "the detection log",
  history: "events that the hub has",
  updates: "updates and warnings that wait for the hub",
};

export const healthSchema = z.object({
  source: z.string(),
  at: instant,
  status: z.enum(["ok", "degraded", "failing"]),
  problems: z.array(
    z.object({
      code: z.enum(healthProblemCodes),
      severity: z.enum(["degraded", "failing"]),
      /** One sentence for a person, with the values. */
      detail: z.string().max(300),
    }),
  ),
  uptimeMs: count,
  versions: z.object({ agent: z.string(), node: z.string() }),
  configuration: z.string(),
  cameras: z.array(
    z.object({
      camera: z.string(),
      stream: z.enum(["main", "sub"]),
      state: z.enum(["connecting", "live", "failed"]),
      failure: z.string().nullable(),
      detail: z.string().max(300),
      since: instant,
      /** Null: none has come yet. */
      lastPictureAgeMs: count.nullable(),
      looksMet: count,
      looksMissed: count,
    }),
  ),
  inference: z.object({
    models: z.array(z.string()),
    /** Over the time since the message before. */
    looksPerSecond: z.number().nonnegative(),
    missedRatio: z.number().min(0).max(1),
    latencyMsP95: z.number().nonnegative().nullable(),
    sessionRestarts: count,
    decoderRestarts: count,
    /** What the views ask for over what is made; 1: every look is made. */
    stretch: z.number().min(1).optional(),
  }),
  store: z.object({
    bytes: count.nullable(),
    isFailing: z.boolean(),
    wasHealed: z.boolean(),
    looksNotLogged: count,
    /** Not judged, because too much waited for the disk: unobserved time. */
    looksRefused: count.optional(),
  }),
  outbox: z.object({
    waitingCount: count,
    waitingBytes: count,
    oldestAgeMs: count.nullable(),
    parkedCount: count,
    droppedCount: count,
    /** What will not leave, by reason: a limit of the outbox, or refused for good. */
    droppedCounts: droppedCounts.optional(),
    lastSequence: count,
  }),
  uplink: z.object({ state: z.string(), detail: z.string().max(300) }),
  /** `isWrong`: the time of day is not known; instants are what they were at the least. */
  clock: z.object({
    isSynced: z.boolean().nullable(),
    isWrong: z.boolean().optional(),
    /** From the time service's, positive: ahead; and at most, that included. Absent: nobody says. */
    offsetMs: z.number().optional(),
    boundMs: z.number().nonnegative().optional(),
  }),
  disk: z
    .object({
      freeBytes: count,
      totalBytes: count,
      /** `limits.freeDisk`, and what is given up because less is free. */
      floorBytes: count.optional(),
      sparing: z.array(z.enum(spareParts)).optional(),
    })
    .nullable(),
  memoryBytes: count,
});
export type HealthMessage = z.infer<typeof healthSchema>;

type Camera = HealthMessage["cameras"][number];
type Problem = HealthMessage["problems"][number];

/** What is measured; what can be concluded from it is not asked for. */
export interface HealthInput
  extends Pick<
    HealthMessage,
    "source" | "uptimeMs" | "versions" | "configuration" | "store" | "clock" | "disk"
  > {
  readonly nowMs: number;
  readonly memoryBytes: number;
  readonly cameras: readonly (Omit<Camera, "since"> & { readonly sinceMs: number })[];
  readonly inference: {
    readonly models: readonly string[];
    /** Since the report before. */
    readonly looksMetCount: number;
    readonly looksMissedCount: number;
    readonly overMs: number;
    readonly latencyMsP95: number | null;
    readonly sessionRestarts: number;
    readonly decoderRestarts: number;
  };
  readonly load: {
    /** The views ask for more than the box has: all are stretched alike. */
    readonly isOverloaded: boolean;
    readonly askedPerSecond: number;
    readonly madePerSecond: number;
    readonly stretch: number;
  };
  /** Rings of original video that the box's bound makes shorter than they should be. */
  readonly shortRings: readonly {
    readonly camera: string;
    readonly stream: string;
    readonly reachMs: number;
  }[];
  /** Cameras that send pictures and do not see their zones. */
  readonly blindCameras?: readonly {
    readonly camera: string;
    readonly isMoved: boolean;
    readonly detail: string;
  }[];
  /** Cameras whose clock is off, drifts or jumped. */
  readonly cameraClocks?: readonly { readonly camera: string; readonly detail: string }[];
  readonly outbox: {
    readonly waitingCount: number;
    readonly waitingBytes: number;
    readonly oldestCreatedAtMs: number | undefined;
    readonly parkedCount: number;
    readonly droppedCount: number;
    readonly droppedCounts?: z.infer<typeof droppedCounts>;
    /** Since the report before: an old drop is told, it is no problem of today. */
    readonly droppedSinceCount: number;
    readonly lastSequence: number;
  };
  readonly uplink: { readonly state: string; readonly detail: string };
  /** What is wrong with the file, while another configuration runs. */
  readonly configurationRefused?: string | undefined;
  /** Years whose calendar a rule needs and nobody has. */
  readonly calendarYearsMissing: readonly number[];
}

const minuteMs = 60_000;
/** An event this old says that the link does not carry what the street makes. */
const outboxAgeMsMax = 15 * minuteMs;
/** Beyond it no evidence is enforceable. */
const clockBoundMsMax = 1_000;
const missedRatioDegraded = 0.01;
const missedRatioFailing = 0.5;
const diskFreeBytesDegraded = 1024 ** 3;
const diskFreeBytesFailing = 64 * 1024 ** 2;
const detailCharsMax = 300;

export function healthReport(input: HealthInput): HealthMessage {
  const { nowMs, inference, outbox } = input;
  const { oldestCreatedAtMs, droppedSinceCount, ...outboxCounts } = outbox;
  const lookCount = inference.looksMetCount + inference.looksMissedCount;
  const message = {
    source: input.source,
    at: new Date(nowMs).toISOString(),
    uptimeMs: Math.max(0, Math.round(input.uptimeMs)),
    versions: input.versions,
    configuration: input.configuration,
    cameras: input.cameras.map(({ sinceMs, detail, ...camera }) => ({
      ...camera,
      detail: detail.slice(0, detailCharsMax),
      since: new Date(sinceMs).toISOString(),
    })),
    inference: {
      models: [...inference.models],
      looksPerSecond: perSecond(lookCount, inference.overMs),
      missedRatio: lookCount === 0 ? 0 : inference.looksMissedCount / lookCount,
      latencyMsP95: inference.latencyMsP95,
      sessionRestarts: inference.sessionRestarts,
      decoderRestarts: inference.decoderRestarts,
      stretch: Math.round(Math.max(1, input.load.stretch) * 100) / 100,
    },
    store: input.store,
    outbox: {
      ...outboxCounts,
      // The clock may have been set back since the row was written.
      oldestAgeMs: isKnown(oldestCreatedAtMs)
        ? Math.max(0, Math.round(nowMs - oldestCreatedAtMs))
        : null,
    },
    uplink: { ...input.uplink, detail: input.uplink.detail.slice(0, detailCharsMax) },
    clock: input.clock,
    disk: input.disk,
    memoryBytes: input.memoryBytes,
  };
  const problems = problemsOf(message, input);
  return { ...message, status: statusOf(problems), problems };
}

/** There is one, and it was written while the clock was right. */
export function isKnown(createdAtMs: number | undefined): createdAtMs is number {
  return createdAtMs !== undefined && createdAtMs > 0;
}

function problemsOf(
  message: Omit<HealthMessage, "status" | "problems">,
  {
    load,
    shortRings,
    calendarYearsMissing,
    configurationRefused,
    blindCameras = [],
    cameraClocks = [],
    outbox: { droppedSinceCount },
  }: HealthInput,
): Problem[] {
  const { cameras, inference, store, outbox, uplink, clock, disk } = message;
  const problems: Problem[] = [];
  const add = (code: HealthProblemCode, severity: Problem["severity"], detail: string) =>
    problems.push({ code, severity, detail: detail.slice(0, detailCharsMax) });

  const failed = cameras.filter(({ state }) => state === "failed");
  for (const { camera, stream, failure, detail } of failed) {
    add("camera-failed", "degraded", `${camera} (${stream}): ${failure ?? "failed"}: ${detail}`);
  }
  for (const { camera, isMoved, detail } of blindCameras) {
    const code = isMoved ? "camera-moved" : "camera-blind";
    add(code, "degraded", `${camera}: ${detail}; its zones are not judged`);
  }
  for (const { camera, detail } of cameraClocks) {
    add("camera-clock", "degraded", `${camera}: ${detail}; give it a time server`);
  }
  if (inference.missedRatio > missedRatioDegraded) {
    const percent = (inference.missedRatio * 100).toFixed(1);
    const severity = inference.missedRatio > missedRatioFailing ? "failing" : "degraded";
    add("looks-missed", severity, `${percent} % of the looks came too late or not at all`);
  }
  if (load.isOverloaded) add("overloaded", "degraded", overloadText(load));
  if (shortRings.length > 0) add("rings-short", "degraded", shortRingsText(shortRings));
  if (store.isFailing) add("store-failing", "failing", "events cannot be written to the disk");
  if (store.wasHealed) add("store-healed", "degraded", "a damaged database was put aside");
  if (outbox.oldestAgeMs !== null && outbox.oldestAgeMs > outboxAgeMsMax) {
    const minutes = Math.round(outbox.oldestAgeMs / minuteMs);
    add("outbox-old", "degraded", `${outbox.waitingCount} events wait, one for ${minutes} minutes`);
  }
  if (droppedSinceCount > 0) {
    const reasons = Object.entries(outbox.droppedCounts ?? {}).filter(([, count]) => count > 0);
    const total = reasons.map(([reason, count]) => `${reason} ${count}`).join(", ");
    const sinceSetUp = total === "" ? "" : ` (since the box was set up: ${total})`;
    const text = `${droppedSinceCount} events were dropped at a limit${sinceSetUp}`;
    add("outbox-dropped", "failing", text);
  }
  if (outbox.parkedCount > 0) {
    add("outbox-parked", "degraded", `${outbox.parkedCount} events were refused for good`);
  }
  if (uplink.state !== "online" && uplink.state !== "stopped") {
    add("uplink-down", "degraded", `${uplink.state}: ${uplink.detail}`);
  }
  if (clock.isWrong === true) add("clock-wrong", "failing", clockWrongText);
  else if (clock.isSynced === false)
    add("clock-unsynced", "degraded", "the clock is not synchronised");
  else if ((clock.boundMs ?? 0) > clockBoundMsMax)
    add("clock-unsynced", "degraded", offText(clock));
  if (disk !== null && disk.freeBytes < Math.max(diskFreeBytesDegraded, disk.floorBytes ?? 0)) {
    const isBelow = disk.freeBytes < Math.max(diskFreeBytesFailing, disk.floorBytes ?? 0);
    add("disk-low", isBelow ? "failing" : "degraded", diskText(disk));
  }
  if (configurationRefused !== undefined) {
    add("configuration-refused", "degraded", configurationRefused);
  }
  if (calendarYearsMissing.length > 0) {
    add("calendar-missing", "degraded", `no holidays for ${calendarYearsMissing.join(", ")}`);
  }
  return problems;
}

function diskText({ freeBytes, floorBytes = 0, sparing = [] }: NonNullable<HealthMessage["disk"]>) {
  const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;
  const free = `${mebibytes(freeBytes)} are free`;
  if (freeBytes >= floorBytes) return free;
  const given = sparing.map((part) => sparedWords[part]).join(", ") || "nothing yet";
  return `${free}, limits.freeDisk is ${mebibytes(floorBytes)}; given up: ${given}; see what fills the disk (df, du)`;
}

const clockWrongText =
  "the clock is wrong: rules with windows or permits, and signs, are not judged until a time service sets it (timedatectl, the box's network); set by hand: restart the agent without clock.json";

function offText({ boundMs = 0 }: HealthMessage["clock"]): string {
  const seconds = (boundMs / 1_000).toFixed(1);
  return `the clock may be off by ${seconds} s, as its time service says: evidence is not enforceable`;
}

/** Also what the log says when it begins. */
export function overloadText({
  askedPerSecond,
  madePerSecond,
  stretch,
}: HealthInput["load"]): string {
  const counts = `${askedPerSecond.toFixed(1)} looks a second are asked for, ${madePerSecond.toFixed(1)} are made`;
  return `${counts}: every view waits ${stretch.toFixed(1)} times its period; use fewer cameras, a longer "every", "stream: sub" or a smaller model`;
}

/** Also what the log says when it begins. */
export function shortRingsText(rings: HealthInput["shortRings"]): string {
  const shortest = rings.reduce((least, ring) => (ring.reachMs < least.reachMs ? ring : least));
  const { camera, stream, reachMs } = shortest;
  const count = rings.length === 1 ? "1 stream keeps" : `${rings.length} streams keep`;
  return `${count} less original video than limits.ringTime asks for, ${camera} (${stream}) ${(reachMs / 1_000).toFixed(1)} s; raise limits.ringTotal, shorten limits.ringTime or lower the cameras' bit rates`;
}

function statusOf(problems: readonly Problem[]): HealthMessage["status"] {
  if (problems.some(({ severity }) => severity === "failing")) return "failing";
  return problems.length > 0 ? "degraded" : "ok";
}

function perSecond(total: number, overMs: number): number {
  return overMs > 0 ? Math.round((total * 100_000) / overMs) / 100 : 0;
}
