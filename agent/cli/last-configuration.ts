/**
 * The configuration that ran last, kept in the data folder: what the agent starts on when the file
 * that it is given is not right.
 *
 * Every file that it is made of (included ones, permits, calendar, matters) as it was read, under
 * its own name; passwords, keys and certificates stay where they are and are read anew. One file,
 * replaced as a whole, for the agent's user alone; one that is damaged is as good as none.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { type ReadFile, readFromDisk } from "../../config/file-access.ts";
import { readBoundedText } from "../runtime/bounded-file.ts";
import { writeDurably } from "../runtime/durable-file.ts";

/** A larger map stays where it is and is read anew. */
const regionBytesMax = 8 * 1024 * 1024;

/** By absolute name. */
export type ConfigurationFiles = ReadonlyMap<string, Uint8Array>;

const keptSchema = z.object({
  schema: z.literal(1),
  /** Absolute name of the main file. */
  file: z.string(),
  keptAt: z.iso.datetime(),
  /** SHA-256 of the rest: a damaged copy is not started on. */
  sha256: z.string(),
  files: z.record(z.string(), z.base64()),
});

/** What the reader reads is written down; secrets are not. */
export function recordFiles(): { readonly readFile: ReadFile; readonly files: ConfigurationFiles } {
  const files = new Map<string, Uint8Array>();
  const record: ReadFile = (path, use) => {
    const bytes = readFromDisk(path, use);
    if (use === "configuration" || (use === "regions" && bytes.length <= regionBytesMax)) {
      files.set(path, bytes);
    }
    return bytes;
  };
  return { readFile: record, files };
}

export async function writeLastConfiguration(
  dataFolder: string,
  file: string,
  { files, nowMs }: { readonly files: ConfigurationFiles; readonly nowMs: number },
): Promise<void> {
  const texts = Object.fromEntries(
    [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]),
  );
  const kept = {
    schema: 1,
    file,
    keptAt: new Date(nowMs).toISOString(),
    sha256: hashOf(file, texts),
    files: texts,
  };
  await writeDurably(pathIn(dataFolder), `${JSON.stringify(kept, undefined, 2)}\n`);
}

/** 64 files of a megabyte, as base64. */
const fileBytesMax = 96 * 1024 * 1024;

export interface LastConfiguration {
  readonly keptAt: string;
  /** Gives the kept files; secrets come from the disk. */
  readonly readFile: ReadFile;
}

/** Of this main file; undefined when none ran, or its copy cannot be read. */
export async function readLastConfiguration(
  dataFolder: string,
  file: string,
): Promise<LastConfiguration | undefined> {
  const text = await readBoundedText(pathIn(dataFolder), fileBytesMax).catch(() => "");
  const { data: kept } = keptSchema.safeParse(jsonOf(text));
  if (kept === undefined || kept.file !== file) return undefined;
  if (hashOf(file, kept.files) !== kept.sha256) return undefined;
  const { keptAt, files } = kept;
  return {
    keptAt,
    readFile: (path, use) => {
      const content = Object.hasOwn(files, path) ? files[path] : undefined;
      if (use !== "secret" && content !== undefined) return Buffer.from(content, "base64");
      return readFromDisk(path, use);
    },
  };
}

function pathIn(dataFolder: string): string {
  return join(dataFolder, "last-configuration.json");
}

function hashOf(file: string, files: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([file, sorted]))
    .digest("hex");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
