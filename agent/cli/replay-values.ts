/** Options of `kerbside replay` and what their texts mean. */
import { parseArgs } from "node:util";
import { durationForm, parseDuration } from "../../config/duration.ts";
import { offsetAt } from "../../pipelines/schedule/time-zone.ts";
import { wrongUseOf } from "./wrong-use.ts";

export const wrongUse = wrongUseOf("replay");

export function parseReplayArgs(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: "string" },
      camera: { type: "string" },
      view: { type: "string", multiple: true, default: [] },
      start: { type: "string" },
      loop: { type: "string" },
      for: { type: "string" },
      log: { type: "string" },
      since: { type: "string" },
      until: { type: "string" },
      truth: { type: "string" },
      against: { type: "string" },
      picture: { type: "string" },
      "picture-every": { type: "string" },
      scenes: { type: "boolean", default: false },
      detections: { type: "string", default: "truth" },
      seed: { type: "string", default: "1" },
      seeds: { type: "string" },
      draw: { type: "string" },
      model: { type: "string" },
      stills: { type: "string" },
      classes: { type: "string" },
      cases: { type: "string" },
      footage: { type: "string" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
}

export type ReplayValues = ReturnType<typeof parseReplayArgs>["values"];
type OptionName = keyof ReplayValues;

/** The detector that ships. */
export const shippedModel = "street-nano";

/** A Monday; the same every time, so that the same footage gives the same events. */
export const defaultStart = "2026-01-05T08:00";

const ofFootage = ["start", "loop", "for", "picture", "picture-every"] as const;
const ofLog = ["since", "until"] as const;

/** Options that say nothing about what is replayed are a mistake, not noise. */
export function checkSource(positionals: readonly string[], values: ReplayValues): void {
  const sources = positionals.length + (values.log === undefined ? 0 : 1);
  if (sources !== 1) {
    throw wrongUse(`replay takes one FILE of footage, or --log DIR, and not both; got ${sources}`);
  }
  const strange: readonly OptionName[] = values.log === undefined ? ofLog : [...ofFootage, "view"];
  for (const name of strange) {
    const value = values[name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    throw wrongUse(`--${name} is for ${values.log === undefined ? "a log" : "footage"} alone`);
  }
  if (values.loop !== undefined && values.for !== undefined) {
    throw wrongUse("--loop and --for say the same in two ways: give one of them");
  }
  if (values["picture-every"] !== undefined && values.picture === undefined) {
    throw wrongUse("--picture-every needs --picture DIR");
  }
}

/** `2026-01-05T08:00` in the box's time zone, or with `Z` or an offset. Throws USAGE. */
export function instantOf(option: string, text: string, timeZone: string): number {
  const [, date, time, offset] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?(Z|[+-]\d{2}:\d{2})?$/.exec(
      text,
    ) ?? [];
  const atMs = Date.parse(`${date}T${time ?? "00:00"}${offset ?? "Z"}`);
  if (date === undefined || Number.isNaN(atMs)) {
    throw wrongUse(`${option} takes a time such as 2026-01-05T08:00, got ${JSON.stringify(text)}`);
  }
  if (offset !== undefined) return atMs;
  const guessMs = atMs - offsetAt(atMs, timeZone);
  return atMs - offsetAt(guessMs, timeZone);
}

export function durationOf(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0) {
    throw wrongUse(`${option} takes ${durationForm}, got ${JSON.stringify(text)}`);
  }
  return ms;
}

/** All, or those that are named. Throws USAGE for a name that is none of theirs. */
export function namedOf<Item>(
  what: string,
  all: readonly Item[],
  nameOf: (item: Item) => string,
  names: readonly string[],
): readonly Item[] {
  if (names.length === 0) return all;
  return names.map((name) => {
    const found = all.find((item) => nameOf(item) === name);
    if (found !== undefined) return found;
    const known = all.map(nameOf).join(", ");
    throw wrongUse(`there is no ${what} ${JSON.stringify(name)}; there are ${known}`);
  });
}

export function countOf(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw wrongUse(`${option} takes a whole number from 1 up, got ${JSON.stringify(text)}`);
  }
  return count;
}
