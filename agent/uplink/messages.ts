/**
 * Everything on the wire besides the violation event: one zod schema a message.
 *
 * The AsyncAPI document and the JSON Schemas are made from these (`contract.ts`), and both ends
 * check against them: the box before it sends, the hub when it receives. Within `v1` only
 * additions are allowed, so readers ignore keys they do not know.
 */
import { z } from "zod";
import { envelopeSchema } from "../../pipelines/domain/event.ts";
import { kinds } from "../../pipelines/domain/kind.ts";
import { evidenceFileName, evidenceViolation, partsMax, revisionMax } from "./evidence-topic.ts";

const instant = z.iso.datetime({ offset: true });

/** The database was damaged, lost or set back, and is repaired; `sequence` may have a gap before it. */
export const storeEventType = "city.kerbside.store.v1";
export const storeEventSchema = envelopeSchema.extend({
  type: z.literal(storeEventType),
  data: z.object({
    /** For a person: what was found. */
    what: z.string(),
    /** False: the numbers go on above all that may have been given. */
    sequenceContinued: z.boolean(),
    /** `behind`: sound, but older than what had been on disk. */
    fault: z.enum(["damaged", "lost", "behind"]).optional(),
    /** What is there again: all events, those of them that still have to be sent, and cameras. */
    saved: z
      .object({
        events: z.int().nonnegative(),
        waiting: z.int().nonnegative(),
        cameras: z.int().nonnegative(),
      })
      .optional(),
    /** Numbers among which events may be lost. Those of them that the hub has are not. */
    mayMiss: z
      .object({ firstSequence: z.int().positive(), lastSequence: z.int().positive() })
      .nullable()
      .optional(),
  }),
});

/** Far more warnings of one kind in a grid than usual there. */
export const surgeEventType = "city.kerbside.surge.v1";
export const surgeEventSchema = envelopeSchema.extend({
  type: z.literal(surgeEventType),
  data: z.object({
    /** Null: the box's cameras that name no grid. */
    grid: z
      .string()
      .regex(/^\d{15}$/)
      .nullable(),
    kind: z.enum(kinds),
    /** Warnings in the time up to `time`. */
    count: z.int().positive(),
    windowMs: z.int().positive(),
    usualPerHour: z.number().nonnegative(),
  }),
});

/** Sent on the hub's or the installer's request: the whole way works. Nothing happened. */
export const testEventType = "city.kerbside.test.v1";
export const testEventSchema = envelopeSchema.extend({
  type: z.literal(testEventType),
  data: z.object({ requestedBy: z.string(), note: z.string().max(200) }),
});

/** Retained; the last will is the same message with `online: false`. */
export const statusSchema = z.object({
  source: z.string(),
  online: z.boolean(),
  at: instant,
  reason: z.enum(["started", "reconnected", "stopped", "connection-lost"]),
  versions: z.object({ agent: z.string(), node: z.string() }),
  configuration: z.string(),
  publicKey: z.string().nullable(),
  cameras: z.int().nonnegative(),
});
export type StatusMessage = z.infer<typeof statusSchema>;

/**
 * One hour by zone and kind. Counters add up: two messages of one hour are added, a day is the
 * sum of its hours.
 */
export const countsSchema = z.object({
  source: z.string(),
  hourStartAt: instant,
  rows: z.array(
    z.object({
      camera: z.string(),
      zone: z.string(),
      kind: z.string(),
      clue: z.int().nonnegative(),
      warned: z.int().nonnegative(),
      reported: z.int().nonnegative(),
      cleared: z.int().nonnegative(),
      withdrawn: z.int().nonnegative(),
      /** Stood where and when it may. */
      allowed: z.int().nonnegative(),
      /** Left by itself before `warnAfter`. */
      settled: z.int().nonnegative(),
    }),
  ),
});
export type CountsMessage = z.infer<typeof countsSchema>;

const commandId = z.string().min(1).max(100);
const caseNo = z.string().min(1).max(100);

/** Local and inclusive: it holds until the midnight that ends this day. */
const lastDay = z.iso.date({ error: "expected a date such as 2026-12-31" });

const reason = z.string().min(1).max(200);

const verdictCommon = {
  command: z.literal("verdict"),
  /** Makes it one word, however often it arrives. */
  id: commandId,
  /** `data.violation` of its events. */
  violation: z.string().min(1).max(100),
  caseNo: caseNo.optional(),
};

/** A person's word on one violation. */
const verdictCommand = z.discriminatedUnion("verdict", [
  z.object({
    ...verdictCommon,
    verdict: z.literal("confirmed"),
    reason: reason.optional(),
  }),
  z.object({ ...verdictCommon, verdict: z.literal("dismissed"), reason }),
  z.object({
    ...verdictCommon,
    verdict: z.literal("permitted"),
    reason: reason.optional(),
    until: lastDay,
  }),
]);
export type VerdictCommand = z.infer<typeof verdictCommand>;

const evidenceFile = {
  /** As in the topic. */
  violation: z.string().regex(evidenceViolation, { error: "not a name of a violation" }),
  revision: z.int().min(1).max(revisionMax),
  file: z.string().regex(evidenceFileName, { error: "not a name of a file" }),
};

/** The hub's word on one file of evidence. */
const evidenceWord = z.object({
  ...evidenceFile,
  /** `again`: parts are missing, from `fromPart` on. */
  outcome: z.enum(["accepted", "duplicate", "again", "rejected"]),
  fromPart: z.int().min(1).max(partsMax).optional(),
  reason: z.string().max(200).optional(),
});
export type EvidenceWord = z.infer<typeof evidenceWord>;

/** A masked still of a place, now. */
const freshPictureCommand = z.object({
  command: z.literal("fresh-picture"),
  id: commandId,
  camera: z.string().min(1).max(100),
  /** The part of the camera's picture that is meant; absent: the whole picture alone. */
  zone: z.string().min(1).max(100).optional(),
  /** The violation that somebody asks about. */
  violation: z.string().min(1).max(100).optional(),
});
export type FreshPictureCommand = z.infer<typeof freshPictureCommand>;

/** What the hub may say to a box. Unknown commands are answered, never obeyed. */
export const commandSchema = z.discriminatedUnion("command", [
  z.object({
    command: z.literal("acknowledge"),
    id: commandId,
    events: z
      .array(
        z.object({
          /** The CloudEvents id. */
          id: z.string().min(1).max(200),
          outcome: z.enum(["accepted", "duplicate", "rejected"]),
          reason: z.string().max(200).optional(),
          /** Goes with every later event of the violation. */
          caseNo: caseNo.optional(),
        }),
      )
      .min(1)
      .max(1000),
  }),
  z.object({
    command: z.literal("test-event"),
    id: commandId,
    note: z.string().max(200).optional(),
  }),
  z.object({
    command: z.literal("acknowledge-evidence"),
    id: commandId,
    files: z.array(evidenceWord).min(1).max(1000),
  }),
  freshPictureCommand,
  verdictCommand,
]);
export type CommandMessage = z.infer<typeof commandSchema>;

export const resultSchema = z.object({
  source: z.string(),
  /** The command's id; null when it could not even be read. */
  command: z.string().nullable(),
  /**
   * `accepted`, `duplicate` and `rejected` answer a verdict; `done` and `refused` everything else,
   * and whatever could not be read.
   */
  outcome: z.enum(["done", "refused", "accepted", "duplicate", "rejected"]),
  reason: z.string(),
  at: instant,
  /** Of a verdict: the violation it is about. */
  violation: z.string().optional(),
  caseNo: z.string().optional(),
  /** Of a fresh picture: the event that tells of it. */
  event: z.string().optional(),
});
export type ResultMessage = z.infer<typeof resultSchema>;
