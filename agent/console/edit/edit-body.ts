/**
 * What a browser may send as an edit, and what it may never: variables that read files or the
 * environment, and settings that name files.
 */
import { z } from "zod";
import type { ConfigurationEdit } from "../../../config/edit/edit-configuration.ts";
import { isObject, type JsonValue } from "../../../config/edit/json-value.ts";
import type { WrittenConfiguration } from "../../../config/edit/written-configuration.ts";
import { ConsoleRefusal } from "../routes.ts";

const json: z.ZodType<JsonValue> = z.json();
const version = z.string().regex(/^[0-9a-f]{64}$/);
const cameraId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/);

/** Of a camera: what is drawn, and nothing that is an address or a file. */
const changes = z.record(
  cameraId,
  z.strictObject({
    zones: z.array(json).max(200).optional(),
    views: z.array(json).max(16).optional(),
    masks: z.array(json).max(50).optional(),
  }),
);

export const editBody = z.strictObject({ version, cameras: changes });
export const whatIfBody = z.strictObject({
  camera: cameraId,
  cameras: changes,
  days: z.number().min(0.01).max(31),
});
export const rollbackBody = z.strictObject({ version, id: z.string().max(40) });

export const editBytesMax = 1024 * 1024;

/** Throws a refusal when a text brings a variable that does not stand in the file already. */
export function editOf(
  cameras: z.infer<typeof changes>,
  written: WrittenConfiguration,
): ConfigurationEdit {
  const known = new Set<string>();
  for (const { content } of written.files) collectVariables(content, known);
  const found = new Set<string>();
  collectVariables(cameras as unknown as JsonValue, found); // JSON, as the schema says
  for (const text of found) {
    if (known.has(text)) continue;
    throw new ConsoleRefusal(
      400,
      "a value with a variable (env, file) reads a file or the environment: write it on the box",
    );
  }
  const cleaned = Object.entries(cameras).map(([id, change]) => [
    id,
    Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
  ]);
  return { cameras: Object.fromEntries(cleaned) };
}

function collectVariables(value: JsonValue, into: Set<string>): void {
  if (typeof value === "string") {
    if (value.includes("${")) into.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) collectVariables(item, into);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      collectVariables(key, into);
      collectVariables(item, into);
    }
  }
}
