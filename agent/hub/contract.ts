/**
 * The published contract, made from the schemas that the code checks with: AsyncAPI 3 with a real
 * example of each message, and one JSON Schema (2020-12) a message. `npm run contract` writes them
 * to `docs/contract/`; a test fails when those files and the code disagree.
 */
import { z } from "zod";
import { violationEventSchema } from "../../pipelines/domain/event.ts";
import { healthSchema } from "../health/health-report.ts";
import { droppedEventSchema, evidenceDroppedEventSchema } from "../store/dropped-event.ts";
import { cameraEventSchema } from "../uplink/camera-event.ts";
import {
  commandSchema,
  countsSchema,
  resultSchema,
  statusSchema,
  storeEventSchema,
  surgeEventSchema,
  testEventSchema,
} from "../uplink/messages.ts";
import { type TopicName, topicNames } from "../uplink/topics.ts";
import { evidenceChannel, evidenceOperation, evidencePart } from "./contract-evidence.ts";
import { type ContractExample, contractExamples } from "./contract-examples.ts";

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
  "evidence-dropped-event": {
    topic: "event",
    summary: "Pictures of a violation were given up before the hub had them; they will not come.",
    contentType: cloudEvent,
    schema: evidenceDroppedEventSchema,
  },
  "store-event": {
    topic: "event",
    summary: "The box's database was damaged and begun anew.",
    contentType: cloudEvent,
    schema: storeEventSchema,
  },
  "surge-event": {
    topic: "event",
    summary: "Far more warnings of one kind in a grid than usual there.",
    contentType: cloudEvent,
    schema: surgeEventSchema,
  },
  "camera-event": {
    topic: "event",
    summary: "A camera hangs elsewhere than it did, or has been blind for long; or sees again.",
    contentType: cloudEvent,
    schema: cameraEventSchema,
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
export async function contractFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [name, { schema, summary }] of Object.entries(publishedMessages)) {
    const { $schema, ...rest } = jsonSchemaOf(schema, "draft-2020-12");
    const file = { $schema, title: name, description: summary, ...rest };
    files.set(`${name}.schema.json`, pretty(file));
  }
  files.set("asyncapi.json", pretty(asyncApi(await contractExamples())));
  return files;
}

function asyncApi(examples: Readonly<Record<string, readonly ContractExample[]>>): object {
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Kerbside",
      version: "1.0.0",
      description:
        "What a box at a junction says to the city's hub over MQTT, and what the hub may say to " +
        "it. Written from the box's side: it sends events and receives commands. QoS 1 both " +
        "ways, delivered at least once: (source, id) removes doubles, and sequence is unbroken " +
        "per source over everything on the event topic. Within v1 only additions are made: " +
        "ignore keys that you do not know.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    defaultContentType: plainJson,
    channels: {
      ...Object.fromEntries(topicNames.map((topic) => [topic, channel(topic)])),
      evidence: evidenceChannel,
    },
    operations: {
      ...Object.fromEntries(topicNames.map((topic) => [operationName(topic), operation(topic)])),
      "send-evidence": evidenceOperation,
    },
    components: {
      messages: {
        "evidence-part": evidencePart(),
        ...Object.fromEntries(
          Object.entries(publishedMessages).map(([name, { summary, contentType, schema }]) => [
            name,
            {
              name,
              summary,
              contentType,
              // What every reader of AsyncAPI 3 understands without a format of its own.
              payload: jsonSchemaOf(schema, "draft-07"),
              examples: examples[name] ?? [],
            },
          ]),
        ),
      },
    },
  };
}

function channel(topic: TopicName): object {
  const messages = namesOn(topic).map((name) => [name, { $ref: `#/components/messages/${name}` }]);
  return {
    address: `kerbside/v1/{division}/{device}/${topic}`,
    parameters: {
      division: { description: "Administrative division of the box: six digits." },
      device: { description: "The box's id in its configuration." },
    },
    messages: Object.fromEntries(messages),
  };
}

function operation(topic: TopicName): object {
  const isReceived = topic === "command";
  return {
    action: isReceived ? "receive" : "send",
    channel: { $ref: `#/channels/${topic}` },
    messages: referencesOn(topic),
    bindings: { mqtt: { qos: 1, retain: retained.has(topic), bindingVersion: "0.2.0" } },
    ...(isReceived
      ? { reply: { channel: { $ref: "#/channels/result" }, messages: referencesOn("result") } }
      : {}),
  };
}

const operationName = (topic: TopicName): string =>
  `${topic === "command" ? "receive" : "send"}-${topic}`;

const referencesOn = (topic: TopicName): object[] =>
  namesOn(topic).map((name) => ({ $ref: `#/channels/${topic}/messages/${name}` }));

const namesOn = (topic: TopicName): string[] =>
  Object.entries(publishedMessages)
    .filter(([, message]) => message.topic === topic)
    .map(([name]) => name);

/** As a reader should apply it: unknown keys are additions of a later release, not errors. */
function jsonSchemaOf(schema: z.ZodType, target: "draft-2020-12" | "draft-07") {
  return z.toJSONSchema(schema, { target, io: "input" });
}

const pretty = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
