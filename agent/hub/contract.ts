/**
 * The published contract, made from the schemas that the code checks with: AsyncAPI 3 and one
 * JSON Schema (2020-12) a message. `npm run contract` writes them to `docs/contract/`; a test
 * fails when those files and the code disagree.
 */
import { z } from "zod";
import { violationEventSchema } from "../../pipelines/domain/event.ts";
import { droppedEventSchema } from "../store/dropped-event.ts";
import {
  commandSchema,
  countsSchema,
  healthSchema,
  resultSchema,
  statusSchema,
  storeEventSchema,
  testEventSchema,
} from "../uplink/messages.ts";
import type { TopicName } from "../uplink/topics.ts";

interface PublishedMessage {
  readonly topic: TopicName;
  readonly summary: string;
  readonly contentType: string;
  readonly schema: z.ZodType;
}

const cloudEvent = "application/cloudevents+json; charset=utf-8";
const plainJson = "application/json";

/** File name of the schema to what it describes. */
export const publishedMessages: Readonly<Record<string, PublishedMessage>> = {
  "violation-event": {
    topic: "event",
    summary: "A suspected violation changed: one event a revision.",
    contentType: cloudEvent,
    schema: violationEventSchema,
  },
  "dropped-event": {
    topic: "event",
    summary: "The box gave rows up at a limit; they will not come.",
    contentType: cloudEvent,
    schema: droppedEventSchema,
  },
  "store-event": {
    topic: "event",
    summary: "The box's database was damaged and begun anew.",
    contentType: cloudEvent,
    schema: storeEventSchema,
  },
  "test-event": {
    topic: "event",
    summary: "Somebody asked whether the whole way works. Nothing happened in the street.",
    contentType: cloudEvent,
    schema: testEventSchema,
  },
  status: {
    topic: "status",
    summary: "Online or offline (last will). Retained, and sent on every connect.",
    contentType: plainJson,
    schema: statusSchema,
  },
  health: {
    topic: "health",
    summary: "Cameras, inference, store, clock, disk. Retained, every 30 s.",
    contentType: plainJson,
    schema: healthSchema,
  },
  counts: {
    topic: "counts",
    summary: "Counts of one hour by zone, kind and stage; hours add up.",
    contentType: plainJson,
    schema: countsSchema,
  },
  result: {
    topic: "result",
    summary: "The box's answer to a command.",
    contentType: plainJson,
    schema: resultSchema,
  },
  command: {
    topic: "command",
    summary: "The hub's word to one box.",
    contentType: plainJson,
    schema: commandSchema,
  },
};

const retained: ReadonlySet<TopicName> = new Set<TopicName>(["status", "health"]);

/** File name (below `docs/contract/`) to text. */
export function contractFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [name, { schema }] of Object.entries(publishedMessages)) {
    files.set(`${name}.schema.json`, pretty(jsonSchemaOf(schema)));
  }
  files.set("asyncapi.json", pretty(asyncApi()));
  return files;
}

function asyncApi(): object {
  const topics = [...new Set(Object.values(publishedMessages).map(({ topic }) => topic))];
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Kerbside",
      version: "1.0.0",
      description:
        "What a box at a junction says to the city's hub over MQTT, and what the hub may say to it. " +
        "QoS 1 both ways; (source, id) removes doubles; sequence is unbroken per source over " +
        "everything on the event topic. Within v1 only additions are made: ignore unknown keys.",
      license: { name: "Apache-2.0" },
    },
    defaultContentType: plainJson,
    channels: Object.fromEntries(topics.map((topic) => [topic, channel(topic)])),
    operations: Object.fromEntries(topics.map((topic) => [operationName(topic), operation(topic)])),
    components: {
      messages: Object.fromEntries(
        Object.entries(publishedMessages).map(([name, { summary, contentType, schema }]) => [
          name,
          { name, summary, contentType, payload: jsonSchemaOf(schema) },
        ]),
      ),
    },
  };
}

function channel(topic: TopicName): object {
  const names = namesOn(topic);
  return {
    address: `kerbside/v1/{division}/{device}/${topic}`,
    parameters: {
      division: { description: "Six digits, GB/T 2260." },
      device: { description: "The box's id in its configuration." },
    },
    messages: Object.fromEntries(
      names.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
    ),
  };
}

function operation(topic: TopicName): object {
  return {
    action: topic === "command" ? "receive" : "send",
    channel: { $ref: `#/channels/${topic}` },
    messages: namesOn(topic).map((name) => ({ $ref: `#/channels/${topic}/messages/${name}` })),
    bindings: { mqtt: { qos: 1, retain: retained.has(topic), bindingVersion: "0.2.0" } },
  };
}

const operationName = (topic: TopicName): string =>
  `${topic === "command" ? "receive" : "send"}-${topic}`;

const namesOn = (topic: TopicName): string[] =>
  Object.entries(publishedMessages)
    .filter(([, message]) => message.topic === topic)
    .map(([name]) => name);

/** As a reader should apply it: unknown keys are additions of a later release, not errors. */
function jsonSchemaOf(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { target: "draft-2020-12", io: "input" });
}

const pretty = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
