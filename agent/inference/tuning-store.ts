/**
 * What tuning found, kept in the data folder: which variant of a model this device runs fastest, and
 * in how many sessions, threads and pictures a batch.
 *
 * A finding holds for these weights, on this processor, with this version of the runtime; anything
 * else makes it void. A file that cannot be read is as good as none.
 */
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Manifest } from "../../models/manifest.ts";
import { readBoundedText } from "../runtime/bounded-file.ts";
import { type ModelFolders, modelDataFolder, writeModelFile } from "./model-weights.ts";
import type { RunSettings } from "./run-settings.ts";
import { runtimeVersion } from "./session-options.ts";

const key = z.object({
  /** SHA-256 of the weights and of each variant's. */
  weights: z.array(z.string()),
  processor: z.string(),
  cores: z.int(),
  runtime: z.string(),
});

const count = z.int().min(1).max(1_024);
const settings = z.object({
  sessions: count,
  threads: count,
  batch: count,
  provider: z.string().min(1),
}) satisfies z.ZodType<RunSettings>;

const finding = z.object({
  key,
  measuredAt: z.iso.datetime(),
  /** As it is loaded: `street-nano`, `street-nano:int8`. */
  choice: z.string(),
  measured: z.array(
    z.object({
      name: z.string(),
      cpuMsPerImage: z.number(),
      /** Over that of the weights themselves, turn by turn. */
      ratio: z.number(),
      /** Why it is not used whatever it costs; null when nothing is wrong. */
      fault: z.string().nullable(),
    }),
  ),
  /** In which `choice` is fastest. */
  settings,
  tried: z.array(z.object({ settings, imagesPerSecond: z.number(), cpuMsPerImage: z.number() })),
});
export type TuningKey = z.infer<typeof key>;
export type Tuning = z.infer<typeof finding>;

const fileSchema = z.object({ schema: z.literal(2), tunings: z.array(finding) });
/** Of one model: a data folder that moves from box to box keeps the newest. */
const tuningsMax = 8;
const fileBytesMax = 1024 * 1024;

export function tuningKey({ file, variants = [] }: Manifest): TuningKey {
  return {
    weights: [file, ...variants.map((variant) => variant.file)].map(({ sha256 }) => sha256),
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    runtime: runtimeVersion(),
  };
}

/** The finding that holds here and now; "void" when there are only others. */
export async function findTuning(
  manifest: Manifest,
  folders: ModelFolders,
): Promise<Tuning | "void" | undefined> {
  const wanted = tuningKey(manifest);
  const tunings = await readTunings(pathOf(manifest, folders));
  const found = tunings.find((one) => isDeepStrictEqual(one.key, wanted));
  return found ?? (tunings.length > 0 ? "void" : undefined);
}

/** Takes the place of an older one for the same key. */
export async function keepTuning(
  manifest: Manifest,
  folders: ModelFolders,
  tuning: Tuning,
): Promise<string> {
  const path = pathOf(manifest, folders);
  const others = (await readTunings(path)).filter((one) => !isDeepStrictEqual(one.key, tuning.key));
  const file = { schema: 2, tunings: [tuning, ...others].slice(0, tuningsMax) };
  await writeModelFile(path, `${JSON.stringify(file, undefined, 2)}\n`);
  return path;
}

async function readTunings(path: string): Promise<readonly Tuning[]> {
  const text = await readBoundedText(path, fileBytesMax).catch(() => "");
  try {
    return fileSchema.parse(JSON.parse(text)).tunings;
  } catch {
    return []; // None yet, or damaged: it is measured again.
  }
}

function pathOf(manifest: Manifest, folders: ModelFolders): string {
  return join(modelDataFolder(manifest, folders), "tuning.json");
}
