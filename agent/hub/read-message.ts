/**
 * One message from a box, read as if its sender were an enemy: size, UTF-8, JSON, schema, and
 * whether it speaks in its own name.
 *
 * Pure. Whatever comes, the answer is a value; nothing throws.
 */
import type { z } from "zod";
import {
  envelopeSchema,
  type ViolationEvent,
  violationEventSchema,
} from "../../pipelines/domain/event.ts";
import { healthSchema } from "../health/health-report.ts";
import { droppedEventSchema, evidenceDroppedEventSchema } from "../store/dropped-event.ts";
import { cameraEventSchema } from "../uplink/camera-event.ts";
import {
  countsSchema,
  resultSchema,
  statusSchema,
  storeEventSchema,
  surgeEventSchema,
  testEventSchema,
} from "../uplink/messages.ts";
import { type DeviceAddress, parseTopic, sourceOf, type TopicName } from "../uplink/topics.ts";

export type BoxEvent =
  | ViolationEvent
  | z.infer<typeof droppedEventSchema>
  | z.infer<typeof evidenceDroppedEventSchema>
  | z.infer<typeof storeEventSchema>
  | z.infer<typeof surgeEventSchema>
  | z.infer<typeof cameraEventSchema>
  | z.infer<typeof testEventSchema>;

export type LiveMessage =
  | { readonly name: "status"; readonly message: z.infer<typeof statusSchema> }
  | { readonly name: "health"; readonly message: z.infer<typeof healthSchema> }
  | { readonly name: "counts"; readonly message: z.infer<typeof countsSchema> }
  | { readonly name: "result"; readonly message: z.infer<typeof resultSchema> };

export type ReadMessage =
  | {
      readonly what: "event";
      readonly address: DeviceAddress;
      readonly event: BoxEvent;
      readonly sequence: number;
      /** As received, on one line. */
      readonly text: string;
    }
  | { readonly what: "live"; readonly address: DeviceAddress; readonly live: LiveMessage }
  | Wrong;

export interface Wrong {
  readonly what: "wrong";
  /** The box it came from, where the topic says so. */
  readonly address?: DeviceAddress;
  /** The event's id, where one can be read: the box may be told. */
  readonly id: string | null;
  /** Where the envelope is right: the number came, though its event is of no use. */
  readonly sequence?: number;
  readonly problem: string;
}

export const payloadBytesMax = 1024 * 1024;
/** Longer ones could not be acknowledged. */
const eventIdLengthMax = 200;

const eventSchemas: Readonly<Record<string, z.ZodType<BoxEvent>>> = Object.fromEntries(
  [
    violationEventSchema,
    droppedEventSchema,
    evidenceDroppedEventSchema,
    storeEventSchema,
    surgeEventSchema,
    cameraEventSchema,
    testEventSchema,
  ].map((schema) => [schema.shape.type.value, schema]),
);
const liveSchemas = {
  status: statusSchema,
  health: healthSchema,
  counts: countsSchema,
  result: resultSchema,
};

export function readMessage(topic: string, payload: Uint8Array): ReadMessage {
  const parsedTopic = parseTopic(topic);
  if (parsedTopic === undefined) return wrong(undefined, "the topic is not one of ours");
  const { name, address } = parsedTopic;
  if (payload.byteLength > payloadBytesMax) {
    return wrong(address, `${payload.byteLength} bytes, more than ${payloadBytesMax}`);
  }
  const parsed = parse(payload);
  if (parsed === undefined) return wrong(address, "not JSON in UTF-8");
  return name === "event"
    ? readEvent(address, parsed.value, parsed.text)
    : readLive(address, name, parsed.value);
}

function readEvent(address: DeviceAddress, value: unknown, text: string): ReadMessage {
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success) return wrong(address, problemOf(envelope.error), idOf(value));
  const { id, source, type } = envelope.data;
  const sequence = Number(envelope.data.sequence);
  if (id.length > eventIdLengthMax) {
    return wrong(address, `id: ${id.length} characters, more than ${eventIdLengthMax}`);
  }
  if (source !== sourceOf(address)) {
    return wrong(address, `source: ${source} on the topic of ${sourceOf(address)}`, id);
  }
  if (sequence < 1 || !Number.isSafeInteger(sequence)) {
    return wrong(address, "sequence: not from 1 to 2^53 - 1", id);
  }
  const schema = Object.hasOwn(eventSchemas, type) ? eventSchemas[type] : undefined;
  const refused = (problem: string): Wrong => ({ ...wrong(address, problem, id), sequence });
  if (schema === undefined) return refused(`type: ${type} is not one of v1`);
  const result = schema.safeParse(value);
  if (!result.success) return refused(problemOf(result.error));
  const problem = contradictionIn(result.data);
  if (problem !== undefined) return refused(problem);
  return { what: "event", address, event: result.data, sequence, text };
}

/** What a schema cannot say. */
function contradictionIn(event: BoxEvent): string | undefined {
  switch (event.type) {
    case "city.kerbside.violation.v1": {
      const { violation, revision } = event.data;
      return event.id === `${violation}.${revision}`
        ? undefined
        : "id: not the violation's id and revision";
    }
    case "city.kerbside.dropped.v1": {
      const { firstSequence, lastSequence, count } = event.data;
      return lastSequence - firstSequence + 1 === count
        ? undefined
        : `data.count: ${count} for ${firstSequence} to ${lastSequence}`;
    }
    case "city.kerbside.evidence-dropped.v1":
    case "city.kerbside.store.v1":
    case "city.kerbside.surge.v1":
    case "city.kerbside.camera.v1":
    case "city.kerbside.test.v1":
      return undefined;
  }
}

function readLive(
  address: DeviceAddress,
  name: Exclude<TopicName, "event">,
  value: unknown,
): ReadMessage {
  if (!isLiveName(name)) return wrong(address, `${name}: not a topic that a hub hears`);
  const result = liveSchemas[name].safeParse(value);
  if (!result.success) return wrong(address, `${name}: ${problemOf(result.error)}`);
  const { source } = result.data;
  if (source !== sourceOf(address)) {
    return wrong(address, `${name}: source ${source} on the topic of ${sourceOf(address)}`);
  }
  // The schema was chosen by the name.
  return { what: "live", address, live: { name, message: result.data } as LiveMessage };
}

function isLiveName(name: string): name is keyof typeof liveSchemas {
  return Object.hasOwn(liveSchemas, name);
}

function parse(
  payload: Uint8Array,
): { readonly value: unknown; readonly text: string } | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
    // A line end may only stand between two tokens of JSON, where a space means the same.
    return { value: JSON.parse(text), text: text.replaceAll(/[\r\n]/g, " ").trim() };
  } catch {
    return undefined;
  }
}

function idOf(value: unknown): string | null {
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  return typeof id === "string" && id !== "" && id.length <= eventIdLengthMax ? id : null;
}

function problemOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? "wrong" : `${issue.path.join(".") || "message"}: ${issue.message}`;
}

function wrong(
  address: DeviceAddress | undefined,
  problem: string,
  id: string | null = null,
): Wrong {
  return { what: "wrong", id, problem, ...(address === undefined ? {} : { address }) };
}
