/**
 * The event that leaves the box when a violation changes: CloudEvents 1.0, structured JSON.
 *
 * One schema gives the type, the published JSON Schema and the check at both ends. Additive
 * changes only within `v1`. Instants are RFC 3339 with the site's offset, points are GeoJSON
 * (WGS 84, longitude first), durations whole milliseconds.
 */
import { z } from "zod";
import { kinds, reasonCodes, severities, stages, subKinds } from "./kind.ts";

export const violationEventType = "city.kerbside.violation.v1";

const instant = z.iso.datetime({ offset: true });
const norm = z.number().min(0).max(1);

const text = z.object({ zh: z.string().max(200), en: z.string().max(400) });

export const placeSchema = z.object({
  /**
   * Null with a reason when not even the device's position is known. A reason also stands beside a
   * position that serves because the calibration does not say where this thing is.
   */
  point: z
    .object({
      type: z.literal("Point"),
      coordinates: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
    })
    .nullable(),
  pointReason: z.string().optional(),
  /** 95 % radius or half the greater axis, metres. */
  errorMetres: z.number().nonnegative().nullable(),
  source: z.enum(["calibration", "camera", "device", "none"]),
  /** Where the thing stands in 95 of 100 cases, around the point; for the source `calibration`. */
  errorEllipse: z
    .object({
      semiMajorMetres: z.number().nonnegative(),
      semiMinorMetres: z.number().nonnegative(),
      /** Of the greater axis, clockwise from north. */
      azimuthDegrees: z.number().min(0).max(180),
    })
    .optional(),
  /** Hash of the camera's calibration, where it has one. */
  calibration: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** The same point as commercial Chinese maps show it. Display only. */
  gcj02: z.tuple([z.number(), z.number()]).nullable(),
  /** 15 digits, or null with a reason. */
  grid: z
    .string()
    .regex(/^\d{15}$/)
    .nullable(),
  gridReason: z.string().optional(),
  /** From the point to the grid's border; with less than `errorMetres` it may be the next one. */
  gridEdgeMetres: z.number().nonnegative().optional(),
  division: z.string().regex(/^\d{6}$/),
  divisionName: z.string().optional(),
  /** 9 digits. */
  street: z.string().optional(),
  streetName: z.string().optional(),
  /** 12 digits. */
  community: z.string().optional(),
  communityName: z.string().optional(),
  /** The named place next to the point, at most 1,000 m away. */
  near: z.object({ name: z.string(), distanceMetres: z.number().nonnegative() }).optional(),
  /** In words, for a person who goes there. */
  address: z.string().max(256).optional(),
  /**
   * Whether the camera hangs where it was when its zones were drawn and it was calibrated: as its
   * pictures say, `unknown` until they have said anything. With `moved` the ellipse holds the whole way of the move.
   */
  cameraPose: z.enum(["in-place", "moved", "unknown"]).optional(),
  /** Version of the city's map that was asked. */
  regions: z.string().optional(),
});
export type Place = z.infer<typeof placeSchema>;

export const clockSchema = z.object({
  /** Of the box, with a time service; null: nobody says. */
  boxSynced: z.boolean().nullable(),
  /** The box's clock minus the time service's, and by how much it may be off at most; null: nobody says. */
  boxOffsetMs: z.number().nullable().optional(),
  boxBoundMs: z.number().nonnegative().nullable().optional(),
  /** The camera's clock minus the box's; null: the camera does not tell. Capture times are the box's. */
  cameraOffsetMs: z.number().nullable(),
  /** Null: not watched for long enough. */
  cameraDriftPpm: z.number().nullable(),
});
export type EventClock = z.infer<typeof clockSchema>;

export const violationDataSchema = z.object({
  violation: z.string(),
  revision: z.int().positive(),
  stage: z.enum(stages).exclude(["clue"]),
  kind: z.enum(kinds),
  subKind: z.enum(subKinds),
  severity: z.enum(severities),
  /** Which fact decided the severity, e.g. `tag:school`, `repeated:3`, `rule`, `default`. */
  severityFact: z.string(),
  matter: z.object({
    standard: z.string(),
    edition: z.string(),
    code: z.string(),
    name: z.string(),
    objectType: z.enum(["matter", "component"]),
  }),
  camera: z.string(),
  view: z.string(),
  zone: z.string(),
  zoneTags: z.array(z.string()),
  firstSeenAt: instant,
  warnedAt: instant.nullable(),
  reportedAt: instant.nullable(),
  lastSeenAt: instant,
  clearedAt: instant.nullable(),
  /** Time in which looks saw it there, and time between first and last sight that nobody saw. */
  observedMs: z.int().nonnegative(),
  unobservedMs: z.int().nonnegative(),
  /** How far the capture times may be off. */
  clockUncertaintyMs: z.number().nonnegative(),
  clockSynced: z.boolean(),
  /** Absent: by a box that does not watch its cameras' clocks. */
  clock: clockSchema.optional(),
  box: z.object({ xMin: norm, yMin: norm, xMax: norm, yMax: norm }),
  score: norm,
  cues: z.array(z.object({ label: z.string(), score: norm })),
  /** What makes it one, where a kind knows more than one answer. */
  reasonCode: z.enum(reasonCodes).nullable().optional(),
  objectCount: z.int().positive(),
  /** What the city calls the thing (a bin's component code), when the configuration names it. */
  objectId: z.string().max(64).nullable().optional(),
  rule: z.object({
    warnAfterMs: z.int().nonnegative(),
    reportAfterMs: z.int().nonnegative(),
    clearAfterMs: z.int().nonnegative(),
    everyMs: z.int().positive(),
  }),
  /** One sentence a person can act on. */
  reason: text,
  /** For `warned`: a short sentence for a loudspeaker or a notice in an app. */
  notice: text.nullable().optional(),
  /** Why it ended, for `cleared` and `withdrawn`. */
  endReason: z
    .enum(["gone", "put-right", "permit", "verdict", "camera-moved", "rule-removed"])
    .nullable(),
  place: placeSchema,
  occurrences: z.object({ days7: z.int().nonnegative(), days30: z.int().nonnegative() }),
  /** The earlier violation of the same place and kind that this one recurs from. */
  recursFrom: z.string().nullable(),
  /**
   * A revision behind `cleared`, where the rule asks for it: the place was looked at again. The
   * times and the end reason stay those of the end.
   */
  recheck: z
    .object({
      outcome: z.enum(["stays-clear", "came-back", "not-observed"]),
      /** Observed time since the end in which it was clear. */
      clearMs: z.int().nonnegative(),
      /** The violation that is there now, for `came-back`. */
      recurredAs: z.string().nullable(),
    })
    .optional(),
  permitsChecked: z.array(z.string()),
  calendar: z.enum(["known", "missing", "unused"]),
  evidence: z.object({
    complete: z.boolean(),
    /** Numbers of the checks that failed. */
    failed: z.array(z.int()),
    items: z.array(
      z.object({
        name: z.string(),
        mediaType: z.string(),
        bytes: z.int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        capturedAt: instant,
      }),
    ),
  }),
  /** The hub's case, once the hub has named one. */
  caseNo: z.string().max(100).optional(),
  enforceable: z.boolean(),
  versions: z.object({
    agent: z.string(),
    model: z.string(),
    configuration: z.string(),
    calendar: z.string(),
    /** Of the permit list; absent when the box keeps none. */
    permits: z.string().optional(),
  }),
});
export type ViolationData = z.infer<typeof violationDataSchema>;

/** The envelope of everything on the event topic. `sequence` is given by the store. */
export const envelopeSchema = z.object({
  specversion: z.literal("1.0"),
  id: z.string().min(1),
  /** `/kerbside/{division}/{device}` */
  source: z.string().regex(/^\/kerbside\/\d{6}\/[A-Za-z0-9_-]+$/),
  type: z.string(),
  subject: z.string().optional(),
  time: instant,
  datacontenttype: z.literal("application/json"),
  dataschema: z.string().optional(),
  /** CloudEvents sequence extension: 20 digits, zero-padded, unbroken per source. */
  sequence: z.string().regex(/^\d{20}$/),
  /** Added at sending when the event is older than a minute then. */
  historical: z.boolean().optional(),
});

export const violationEventSchema = envelopeSchema.extend({
  type: z.literal(violationEventType),
  data: violationDataSchema,
});
export type ViolationEvent = z.infer<typeof violationEventSchema>;
