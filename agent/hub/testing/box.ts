/**
 * Messages of a box for the hub's tests: real ones (the published examples), changed where a test
 * says so.
 */
import type { ViolationEvent } from "../../../pipelines/domain/event.ts";
import { publishedMessages } from "../contract.ts";
import { contractExamples } from "../contract-examples.ts";

export const address = { division: "445102", device: "cz-paifang-03" };
export const source = "/kerbside/445102/cz-paifang-03";
export const eventTopic = "kerbside/v1/445102/cz-paifang-03/event";

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
}

const examples = await contractExamples();

/** The first published example of a message, as plain data. */
export function example(name: string): Record<string, unknown> {
  const payload = examples[name]?.[0]?.payload;
  if (payload === undefined) throw new RangeError(`there is no example of ${name}`);
  return structuredClone(payload) as Record<string, unknown>; // Every message is an object.
}

export function exampleMessage(name: string): Message {
  const topic = publishedMessages[name]?.topic ?? "event";
  return { topic: `kerbside/v1/445102/cz-paifang-03/${topic}`, payload: json(example(name)) };
}

export function violation(
  sequence: number,
  changes: Partial<ViolationEvent["data"]> = {},
  envelope: Partial<Record<keyof ViolationEvent, unknown>> = {},
): Record<string, unknown> {
  const event = example("violation-event");
  const data = { ...(event["data"] as ViolationEvent["data"]), ...changes };
  return {
    ...event,
    id: `${data.violation}.${data.revision}`,
    sequence: digits(sequence),
    data,
    ...envelope,
  };
}

export function dropped(sequence: number, first: number, last: number): Record<string, unknown> {
  return {
    ...example("dropped-event"),
    id: `dropped.${first}-${last}`,
    sequence: digits(sequence),
    data: { firstSequence: first, lastSequence: last, count: last - first + 1, reason: "rows" },
  };
}

export function restarted(sequence: number): Record<string, unknown> {
  return { ...example("store-event"), id: `store.${sequence}`, sequence: digits(sequence) };
}

export function eventMessage(event: unknown, topic = eventTopic): Message {
  return { topic, payload: json(event) };
}

export const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
export const digits = (sequence: number): string => String(sequence).padStart(20, "0");
