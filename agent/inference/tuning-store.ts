/**
 * What tuning found, kept in the data folder: which variant of a model this device runs fastest.
 *
 * A finding holds for these weights, on this processor, with this version of the runtime; anything
 * else makes it void. A file that cannot be read is as good as none.
 */
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Manifest } from "../../models/manifest.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import { type ModelFolders, modelDataFolder } from "./model-weights.ts";
import { runtimeVersion } from "./session-options.ts";

const key = z.object({
  /** SHA-256 of the weights and of each variant's. */
  weights: z.array(z.string()),
  processor: z.string(),
  cores: z.int(),
  runtime: z.string(),
});

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
});
export type TuningKey = z.infer<typeof key>;
export type Tuning = z.infer<typeof finding>;

const fileSchema = z.object({ schema: z.literal(1), tunings: z.array(finding) });
/** Of one model: a data folder that moves from box to box keeps the newest. */
const tuningsMax = 8;

export function tuningKey({ file, variants = [] }: Manifest): TuningKey {
  return {
    weights: [file, ...variants.map((variant) => variant.file)].map(({ sha256 }) => sha256),
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    runtime: runtimeVersion(),
  };
}

/** The finding that holds here and now. */
export async function findTuning(
  manifest: Manifest,
  folders: ModelFolders,
): Promise<Tuning | undefined> {
  const wanted = tuningKey(manifest);
  const tunings = await readTunings(pathOf(manifest, folders));
  return tunings.find((one) => isDeepStrictEqual(one.key, wanted));
}

/** Takes the place of an older one for the same key. */
export async function keepTuning(
  manifest: Manifest,
  folders: ModelFolders,
  tuning: Tuning,
): Promise<string> {
  const path = pathOf(manifest, folders);
  const others = (await readTunings(path)).filter((one) => !isDeepStrictEqual(one.key, tuning.key));
  const file = { schema: 1, tunings: [tuning, ...others].slice(0, tuningsMax) };
  await writeFileAtomically(path, Buffer.from(`${JSON.stringify(file, undefined, 2)}\n`));
  return path;
}

async function readTunings(path: string): Promise<readonly Tuning[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    return fileSchema.parse(JSON.parse(text)).tunings;
  } catch {
    return []; // None yet, or damaged: it is measured again.
  }
}

function pathOf(manifest: Manifest, folders: ModelFolders): string {
  return join(modelDataFolder(manifest, folders), "tuning.json");
}
