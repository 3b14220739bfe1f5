/**
 * The small values that settings are made of: durations, sizes, ids, shares, names from a list.
 *
 * Each says in one phrase what would be right; the loader adds what was found and where. Texts
 * with a unit become numbers here, and nowhere else.
 */
import { z } from "zod";
import { byteSizeForm, parseByteSize, printByteSize } from "../byte-size.ts";
import { durationForm, parseDuration, printDuration } from "../duration.ts";

export interface Limits {
  readonly min: number;
  readonly max: number;
}

/** A type, not an interface: only that fits the registry of the schemas. */
export type LeafText = {
  readonly description: string;
  /** What the reference page shows where there is no plain default. */
  readonly defaultText?: string;
  readonly examples?: readonly string[];
};

/** A text with a unit, in milliseconds when parsed. */
export function duration({ min, max }: Limits, meta: LeafText) {
  const range = `a duration from ${printDuration(min)} to ${printDuration(max)}`;
  return z
    .string({ error: `expected ${durationForm}` })
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms >= min && ms <= max) return ms;
      const message = `expected ${ms === undefined ? durationForm : range}`;
      context.addIssue({ code: "custom", message, input: text });
      return z.NEVER;
    })
    .meta({ ...meta, form: "duration" });
}

/** A text with a unit, in bytes when parsed. */
export function byteSize({ min, max }: Limits, meta: LeafText) {
  const range = `a size from ${printByteSize(min)} to ${printByteSize(max)}`;
  return z
    .string({ error: `expected ${byteSizeForm}` })
    .transform((text, context) => {
      const bytes = parseByteSize(text);
      if (bytes !== undefined && bytes >= min && bytes <= max) return bytes;
      const message = `expected ${bytes === undefined ? byteSizeForm : range}`;
      context.addIssue({ code: "custom", message, input: text });
      return z.NEVER;
    })
    .meta({ ...meta, form: "size" });
}

/** Ids travel in topics and file names. */
export function id(meta: LeafText) {
  const error =
    "expected an id of 1 to 41 small letters, digits and hyphens that begins with a letter or digit";
  return z
    .string({ error })
    .regex(/^[a-z0-9][a-z0-9-]{0,40}$/, { error })
    .meta({ ...meta, form: "id" });
}

export function text(max: number, meta: LeafText, what?: string) {
  const error = `expected ${what ?? `a text of 1 to ${max} characters`}`;
  return z.string({ error }).min(1, { error }).max(max, { error }).meta(meta);
}

export function digits(count: number, meta: LeafText) {
  const error = `expected ${count} digits`;
  return z
    .string({ error })
    .regex(new RegExp(`^\\d{${count}}$`), { error })
    .meta({ ...meta, form: `${count} digits` });
}

export function share(meta: LeafText) {
  const error = "expected a number from 0 to 1";
  return z.number({ error }).min(0, { error }).max(1, { error }).meta(meta);
}

export function whole({ min, max }: Limits, meta: LeafText) {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error }).meta(meta);
}

export function yesOrNo(meta: LeafText) {
  return z.boolean({ error: "expected true or false" }).meta(meta);
}

export function oneOf<const Names extends readonly [string, ...string[]]>(
  names: Names,
  meta: LeafText,
) {
  return z.enum(names, { error: `expected one of ${names.join(", ")}` }).meta(meta);
}

/** [longitude, latitude]; the limits of each are checked with the place, where hints can be given. */
export function position(meta: LeafText) {
  const error = "expected [longitude, latitude], two numbers in degrees";
  return z.tuple([z.number({ error }), z.number({ error })], { error }).meta({
    ...meta,
    form: "[longitude, latitude]",
  });
}

const pointError = "expected [x, y], two numbers from 0 to 1";
/** The limits are checked with the polygon, where hints can be given. */
export const point = z.tuple([z.number({ error: pointError }), z.number({ error: pointError })], {
  error: pointError,
});

const listenError = "expected HOST:PORT such as 127.0.0.1:9468, or false";

/** HOST:PORT, or false; undefined when parsed: nowhere. */
export function listenAddress(meta: LeafText) {
  return z
    .union([z.literal(false), z.string()], { error: listenError })
    .transform((value, context) => {
      if (value === false) return undefined;
      const address = parseListen(value);
      if (address !== undefined) return address;
      context.addIssue({ code: "custom", message: listenError, input: value });
      return z.NEVER;
    })
    .meta({ ...meta, form: "HOST:PORT or false" });
}

function parseListen(written: string): { host: string; port: number } | undefined {
  const [, bracketed, plain, port] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(written) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || port === undefined || Number(port) > 65_535) return undefined;
  return { host, port: Number(port) };
}
