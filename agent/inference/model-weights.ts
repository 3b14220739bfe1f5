/**
 * Where a model's weights lie, and that they are the ones the manifest means.
 *
 * Weights come with the product (in the model's own folder) or were added by hand (in the data
 * folder). Either way the SHA-256 decides: a file with another hash is never loaded.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Manifest } from "../../models/manifest.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { makeFolderDurably, writeDurably } from "../runtime/durable-file.ts";

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

/** The weights with their path; undefined when there are none. Their hash is not checked. */
export async function findWeights(
  manifest: Manifest,
  folders: ModelFolders,
): Promise<{ readonly path: string; readonly bytes: Uint8Array } | undefined> {
  for (const path of weightsPaths(manifest, folders)) {
    const bytes = await readIfThere(path);
    if (bytes !== undefined) return { path, bytes };
  }
  return undefined;
}

/** The weights, with the hash that the manifest names. */
export async function readWeights(manifest: Manifest, folders: ModelFolders): Promise<Uint8Array> {
  const found = await findWeights(manifest, folders);
  if (found === undefined) {
    const add = `kerbside models add ${manifest.name} --file FILE`;
    throw new AgentError(
      "MODEL_WEIGHTS_MISSING",
      `model ${manifest.name} has no weights; add them with: ${add}`,
      `FILE is ${originOf(manifest)}; looked for ${weightsPaths(manifest, folders).join(" and ")}.`,
    );
  }
  checkWeights(manifest, found.path, found.bytes);
  return found.bytes;
}

/** Checks a file and copies it into the data folder; returns the copy's path. */
export async function addWeights(
  manifest: Manifest,
  file: string,
  folders: ModelFolders,
): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new AgentError(
      "USAGE",
      `cannot read ${file}: ${messageOf(cause)}`,
      `Name the file with the weights: ${originOf(manifest)}.`,
      { cause },
    );
  });
  checkWeights(manifest, file, bytes);
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

function checkWeights(manifest: Manifest, path: string, bytes: Uint8Array): void {
  const actual = sha256Of(bytes);
  if (actual === manifest.file.sha256) return;
  throw new AgentError(
    "MODEL_CHECKSUM_MISMATCH",
    `${path} has SHA-256 ${actual} (${bytes.byteLength} bytes), ` +
      `model ${manifest.name} wants ${manifest.file.sha256} (${manifest.file.bytes} bytes)`,
    `Get ${originOf(manifest)} again, or write a manifest of its own for another file.`,
  );
}

function originOf({ source }: Manifest): string {
  return `${source.path} of ${source.repository} at ${source.commit}`;
}

/** Undefined when nothing lies there. */
async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
