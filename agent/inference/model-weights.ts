/**
 * Where a model's weights lie, and that they are the ones the manifest means.
 *
 * Weights come with the product (in the model's own folder) or were added by hand (in the data
 * folder). Either way the SHA-256 decides: a file with another hash is never loaded.
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Manifest } from "../../models/manifest.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { FileNotTaken, readBounded } from "../runtime/bounded-file.ts";
import { makeFolderDurably, writeDurably } from "../runtime/durable-file.ts";
import { shippedModelsFolder } from "./model-manifest.ts";

export interface ModelFolders {
  readonly modelsFolder: string;
  readonly dataFolder: string;
}

/** The folder of a model's own files in the data folder. */
export function modelDataFolder(manifest: Manifest, { dataFolder }: ModelFolders): string {
  return join(dataFolder, "models", manifest.name);
}

/** The places where weights may lie; the first that exists counts. */
function weightsPaths(manifest: Manifest, folders: ModelFolders): readonly string[] {
  return [
    join(folders.modelsFolder, manifest.name, manifest.file.name),
    join(modelDataFolder(manifest, folders), manifest.file.name),
  ];
}

export interface FoundWeights {
  readonly path: string;
  /** They came with the product, as its code did. */
  readonly isShipped: boolean;
  /** Not checked; undefined when the file is larger than the manifest says, and was not read. */
  readonly bytes: Uint8Array | undefined;
}

/** The weights with their path; undefined when there are none. Their hash is not checked. */
export async function findWeights(
  manifest: Manifest,
  folders: ModelFolders,
): Promise<FoundWeights | undefined> {
  for (const [index, path] of weightsPaths(manifest, folders).entries()) {
    const isShipped = index === 0 && folders.modelsFolder === shippedModelsFolder;
    const bytes = await readIfThere(path, manifest.file.bytes);
    if (bytes !== undefined) return { path, isShipped, bytes: bytes.whole };
  }
  return undefined;
}

/** The weights, with the hash that the manifest names. */
export async function readWeights(
  manifest: Manifest,
  folders: ModelFolders,
): Promise<{ readonly bytes: Uint8Array; readonly isShipped: boolean }> {
  const found = await findWeights(manifest, folders);
  if (found === undefined) {
    const add = `kerbside models add ${manifest.name} --file FILE`;
    throw new AgentError(
      "MODEL_WEIGHTS_MISSING",
      `model ${manifest.name} has no weights; add them with: ${add}`,
      `FILE is ${originOf(manifest)}; looked for ${weightsPaths(manifest, folders).join(" and ")}.`,
    );
  }
  return {
    bytes: checkedWeights(manifest, found.path, found.bytes),
    isShipped: found.isShipped,
  };
}

/** A file that somebody names, checked. */
export async function weightsIn(file: string, manifest: Manifest): Promise<Uint8Array> {
  const bytes = await readBounded(file, manifest.file.bytes).catch((cause: unknown) => {
    if (isTooLarge(cause)) return undefined;
    throw new AgentError(
      "USAGE",
      `cannot read ${file}: ${messageOf(cause)}`,
      `Name the file with the weights: ${originOf(manifest)}.`,
      { cause },
    );
  });
  return checkedWeights(manifest, file, bytes);
}

/** Checks a file and copies it into the data folder; returns the copy's path. */
export async function addWeights(
  manifest: Manifest,
  file: string,
  folders: ModelFolders,
): Promise<string> {
  const bytes = await weightsIn(file, manifest);
  const path = join(modelDataFolder(manifest, folders), manifest.file.name);
  await writeModelFile(path, bytes).catch((cause: unknown) => {
    throw new AgentError(
      "STORE_FAILED",
      `cannot write ${path}: ${messageOf(cause)}`,
      "Name a data folder that can be written: --data DIR or KERBSIDE_DATA.",
      { cause },
    );
  });
  return path;
}

/** Into the data folder; readable for the agent's user, whoever ran the command. */
export async function writeModelFile(path: string, content: string | Uint8Array): Promise<void> {
  await makeFolderDurably(dirname(path), 0o755);
  await writeDurably(path, content, { mode: 0o644 });
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** `bytes` undefined: they are too many, and were not read. */
function checkedWeights(
  manifest: Manifest,
  path: string,
  bytes: Uint8Array | undefined,
): Uint8Array {
  const { bytes: wantedBytes, sha256 } = manifest.file;
  const actual = bytes && sha256Of(bytes);
  if (bytes !== undefined && actual === sha256) return bytes;
  const found =
    bytes === undefined
      ? `more than ${wantedBytes} bytes`
      : `SHA-256 ${actual} (${bytes.byteLength} bytes)`;
  throw new AgentError(
    "MODEL_CHECKSUM_MISMATCH",
    `${path} has ${found}, model ${manifest.name} wants ${sha256} (${wantedBytes} bytes)`,
    `Get ${originOf(manifest)} again, or write a manifest of its own for another file.`,
  );
}

function originOf({ source }: Manifest): string {
  return `${source.path} of ${source.repository} at ${source.commit}`;
}

/** Undefined when nothing lies there; without `whole` when it is larger. */
async function readIfThere(
  path: string,
  bytesMax: number,
): Promise<{ readonly whole: Uint8Array | undefined } | undefined> {
  try {
    return { whole: await readBounded(path, bytesMax) };
  } catch (error) {
    if (isTooLarge(error)) return { whole: undefined };
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new AgentError(
      "MODEL_WEIGHTS_MISSING",
      `cannot read ${path}: ${messageOf(error)}`,
      "Make the file readable for the user that the agent runs as.",
      { cause: error },
    );
  }
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof FileNotTaken && error.bytes !== undefined;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
