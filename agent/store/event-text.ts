/**
 * An event on its way into the store: checked, turned into text, completed with its sequence.
 *
 * The text is made on the caller's thread and only patched on the store's, so that the bytes in
 * the outbox are the bytes that leave the box. A fault here is a bug of the caller, not of the
 * world.
 */
import assert from "node:assert/strict";
import { damage } from "./store-errors.ts";

/** A JSON object without `sequence`, and the two fields the store keys on. */
export interface EventText {
  readonly id: string;
  readonly type: string;
  readonly text: string;
}

export function eventText(event: Readonly<Record<string, unknown>>): EventText {
  const { id, type } = event;
  assert.ok(typeof id === "string" && id !== "", `an event needs an id, got ${String(id)}`);
  assert.ok(typeof type === "string" && type !== "", `event ${id} has no type`);
  assert.ok(!("sequence" in event), `event ${id} brings its own sequence`);
  return { id, type, text: JSON.stringify(event) };
}

/** 20 digits: they sort as text, and a 64-bit number fits. */
export function sequenceText(sequence: number): string {
  assert.ok(Number.isSafeInteger(sequence) && sequence > 0, `${sequence} is no sequence`);
  return String(sequence).padStart(20, "0");
}

/** The finished payload. `sequence` comes last: the text before it stays as the caller made it. */
export function withSequence({ text }: EventText, sequence: number): Uint8Array {
  return Buffer.from(`${text.slice(0, -1)},"sequence":"${sequenceText(sequence)}"}`);
}

export function parsePayload(payload: Uint8Array): Record<string, unknown> {
  const { buffer, byteOffset, byteLength } = payload;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
  return parseStored(text) as Record<string, unknown>;
}

/** What a row holds, no copy of it: whoever gets it alone may hand it to another thread. */
export function bytesOf({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Only JSON was ever stored, so anything else is the disk's fault. */
export function parseStored(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damage(`a stored text is no JSON: ${JSON.stringify(text.slice(0, 40))}`);
  }
}

/** The same event with its evidence; everything else stays as it was, in its order. */
export function withEvidence(
  payload: Uint8Array,
  { evidence, enforceable }: { readonly evidence: object; readonly enforceable: boolean },
): Uint8Array {
  const event = parsePayload(payload);
  const data = event["data"];
  assert.ok(typeof data === "object" && data !== null, `event ${String(event["id"])} has no data`);
  return Buffer.from(JSON.stringify({ ...event, data: { ...data, evidence, enforceable } }));
}
