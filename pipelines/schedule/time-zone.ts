/**
 * Local time of an instant in a named zone, summer time included.
 *
 * The zone's data come from the runtime (`Intl`); the instant comes with the input, so the answer
 * is a pure function of both. Offsets change only at whole quarters of an hour of UTC, so they are
 * remembered per quarter: asking the runtime costs microseconds, and rules ask at every look.
 */
import { dayNumberOf } from "./civil.ts";

export interface LocalTime {
  /** Days since 1970-01-01, in local time. */
  readonly dayNumber: number;
  /** Whole minutes since local midnight. */
  readonly minute: number;
  /** Local time is UTC plus this. */
  readonly offsetMs: number;
}

export const dayMs = 86_400_000;
const quarterMs = 900_000;
const rememberedMax = 4_096;

export function localTimeAt(atMs: number, timeZone: string): LocalTime {
  const offsetMs = offsetAt(atMs, timeZone);
  const localMs = atMs + offsetMs;
  const dayNumber = Math.floor(localMs / dayMs);
  return { dayNumber, minute: Math.floor((localMs - dayNumber * dayMs) / 60_000), offsetMs };
}

export function offsetAt(atMs: number, timeZone: string): number {
  const quarter = Math.floor(atMs / quarterMs);
  const known = rememberedOf(timeZone);
  const offsetKnownMs = known.get(quarter);
  if (offsetKnownMs !== undefined) return offsetKnownMs;
  const offsetMs = readOffset(quarter * quarterMs, timeZone);
  if (known.size >= rememberedMax) known.clear();
  known.set(quarter, offsetMs);
  return offsetMs;
}

function rememberedOf(timeZone: string): Map<number, number> {
  const known = remembered.get(timeZone) ?? new Map<number, number>();
  remembered.set(timeZone, known);
  return known;
}

/** A memory of a pure function: it changes the cost of an answer, never the answer. */
const remembered = new Map<string, Map<number, number>>();
const formats = new Map<string, Intl.DateTimeFormat>();

function readOffset(atMs: number, timeZone: string): number {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const dayNumber = dayNumberOf({ year: part("year"), month: part("month"), day: part("day") });
  const secondsOfDay = (part("hour") * 60 + part("minute")) * 60 + part("second");
  return dayNumber * dayMs + secondsOfDay * 1_000 - atMs;
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}
