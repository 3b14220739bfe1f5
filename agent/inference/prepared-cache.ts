/**
 * Prepared graphs on disk, so that a start on a slow box does not prepare them again.
 *
 * A file's name holds what it was made from and the hash of its own content: a file that the disk
 * has damaged, or one of an older preparation, is not used and is removed; a variant's graph lies
 * beside the other. The cache is a help, never a condition: where nothing can be written, the graph
 * is prepared at each start.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { sha256Of, writeModelFile } from "./model-weights.ts";

/** The cached graph of `key`, or what `prepare` makes, kept for the next time. */
export async function cachedGraph(
  folder: string,
  key: string,
  prepare: () => Uint8Array,
  variant?: string,
): Promise<Uint8Array> {
  const prefix = variant === undefined ? "prepared-" : `prepared.${variant}-`;
  const name = (graph: Uint8Array) => `${prefix}${key}-${sha256Of(graph).slice(0, 16)}.onnx`;
  const found = await findCached(folder, { prefix, key, name });
  if (found !== undefined) return found;
  const graph = prepare();
  try {
    await writeModelFile(join(folder, name(graph)), graph);
  } catch {
    // Read-only or full: the graph in memory is as good.
  }
  return graph;
}

async function findCached(
  folder: string,
  {
    prefix,
    key,
    name: nameOf,
  }: {
    readonly prefix: string;
    readonly key: string;
    readonly name: (graph: Uint8Array) => string;
  },
): Promise<Uint8Array | undefined> {
  const names = await readdir(folder).catch(() => []);
  let found: Uint8Array | undefined;
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith(".onnx")) continue;
    const path = join(folder, name);
    if (found === undefined && name.startsWith(`${prefix}${key}-`)) {
      const graph = await readFile(path).catch(() => undefined);
      if (graph !== undefined && nameOf(graph) === name) {
        found = graph;
        continue;
      }
    }
    await rm(path, { force: true }).catch(() => undefined);
  }
  return found;
}
