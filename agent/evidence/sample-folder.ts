/**
 * The folder of kept pictures: two files a violation, bounded by number, bytes and age.
 *
 * The description is written last, so a picture without one is a write that was cut off and is
 * removed with the next write. At a limit the oldest goes first; what is dropped here was asked
 * for by nobody yet, and no event depends on it.
 */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readBoundedText } from "../runtime/bounded-file.ts";
import { makeFolderDurably, writeDurably } from "../runtime/durable-file.ts";
import { type Sample, sampleSchema } from "./sample.ts";

export interface SampleLimits {
  readonly countMax: number;
  readonly bytesMax: number;
  readonly ageMsMax: number;
}

/** Of a description; ours has a few thousand bytes. */
const fileBytesMax = 1024 * 1024;

export interface KeptSample {
  readonly sample: Sample;
  readonly picturePath: string;
}

export function samplesFolderOf(dataFolder: string): string {
  return join(dataFolder, "samples");
}

/** Replaces what was kept of the violation before. */
export async function writeSample(
  folder: string,
  sample: Sample,
  jpeg: Uint8Array,
  { limits, nowMs }: { readonly limits: SampleLimits; readonly nowMs: number },
): Promise<void> {
  await makeFolderDurably(folder);
  const name = fileNameOf(sample.violation);
  await rm(join(folder, `${name}.json`), { force: true });
  await writeDurably(join(folder, `${name}.jpg`), jpeg);
  await writeDurably(join(folder, `${name}.json`), `${JSON.stringify(sample)}\n`);
  await tidySamples(folder, { limits, nowMs });
}

/** Removes what is too old or too much, and what a cut-off write left. */
export async function tidySamples(
  folder: string,
  { limits, nowMs }: { readonly limits: SampleLimits; readonly nowMs: number },
): Promise<void> {
  const files = new Map<string, { bytes: number; atMs: number; endings: Set<string> }>();
  for (const file of await namesIn(folder)) {
    const [, name = "", ending = ""] = /^(.*)\.(jpg|json|part)$/.exec(file) ?? [];
    const found = await stat(join(folder, file)).catch(() => undefined);
    if (name === "" || found === undefined) continue;
    const one = files.get(name) ?? { bytes: 0, atMs: 0, endings: new Set<string>() };
    one.bytes += found.size;
    one.atMs = Math.max(one.atMs, found.mtimeMs);
    one.endings.add(ending);
    files.set(name, one);
  }
  let count = 0;
  let bytes = 0;
  let isFull = false;
  const newestFirst = [...files].toSorted(([, a], [, b]) => b.atMs - a.atMs);
  for (const [name, one] of newestFirst) {
    const isWhole = one.endings.has("json") && one.endings.has("jpg") && one.endings.size === 2;
    if (isWhole) isFull ||= count + 1 > limits.countMax || bytes + one.bytes > limits.bytesMax;
    if (isWhole && !isFull && nowMs - one.atMs <= limits.ageMsMax) {
      count += 1;
      bytes += one.bytes;
      continue;
    }
    // The description first: what is left for a moment is a picture that counts as cut off.
    for (const ending of ["json", "part", "jpg"]) {
      await rm(join(folder, `${name}.${ending}`), { force: true });
    }
  }
}

/** The disk is nearly full: the older half goes. */
export async function thinSamples(folder: string): Promise<void> {
  const count = (await namesIn(folder)).filter((name) => name.endsWith(".json")).length;
  const limits = {
    countMax: Math.floor(count / 2),
    bytesMax: Number.MAX_SAFE_INTEGER,
    ageMsMax: Number.MAX_SAFE_INTEGER,
  };
  if (count > 0) await tidySamples(folder, { limits, nowMs: 0 });
}

/** In order of their names; what cannot be read is left out. */
export async function* readSamples(folder: string): AsyncGenerator<KeptSample> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith(".json")).toSorted();
  for (const file of names) {
    const text = await readBoundedText(join(folder, file), fileBytesMax).catch(() => "");
    const parsed = sampleSchema.safeParse(jsonOf(text));
    const picturePath = join(folder, file.replace(/\.json$/, ".jpg"));
    if (parsed.success) yield { sample: parsed.data, picturePath };
  }
}

/** A violation's id holds what a file name may not. */
export function fileNameOf(violation: string): string {
  return violation.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 120);
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
