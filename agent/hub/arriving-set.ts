/**
 * Parts of one revision's evidence on their way into a folder, read as if their sender were an enemy.
 *
 * Parts of a file come in order; one that came before is passed over, one that is too early is
 * asked for again. Nothing is kept in memory but how far each file has come, and nothing is believed
 * before the manifest's signature is: until then every size is bounded.
 */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { manifestFile, signatureFile } from "../evidence/manifest.ts";
import { makeFolderDurably } from "../runtime/durable-file.ts";
import { type PartAddress, partBytes } from "../uplink/evidence-topic.ts";
import type { PartProperties } from "../uplink/part-properties.ts";
import { sha256Of } from "../uplink/part-properties.ts";

/** Of one set: what a manifest may name, itself and its signature. */
const filesMax = 66;
/** A set is some megabytes; this is where somebody wants to fill the disk. */
const setBytesMax = 256 * 1024 ** 2;
const manifestBytesMax = 1024 ** 2;
const unfinished = ".part";

export type PartOutcome =
  | { readonly what: "taken" }
  /** Not the one that is due: `fromPart` is. */
  | { readonly what: "again"; readonly fromPart: number }
  | { readonly what: "whole" }
  | { readonly what: "refused"; readonly reason: string };

export class ArrivingSet {
  readonly folder: string;
  /** Of files that are not whole: bytes that are there. */
  readonly #bytes = new Map<string, number>();
  readonly #whole = new Set<string>();
  #totalBytes = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Goes on with what an earlier run of the hub has. */
  static async open(folder: string): Promise<ArrivingSet> {
    await makeFolderDurably(folder);
    const set = new ArrivingSet(folder);
    for (const name of await readdir(folder)) {
      const { size } = await stat(join(folder, name));
      set.#totalBytes += size;
      if (name.endsWith(unfinished)) {
        // A write that was cut in a part is made again.
        set.#bytes.set(name.slice(0, -unfinished.length), size - (size % partBytes));
      } else set.#whole.add(name);
    }
    return set;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Manifest, signature and at least all that the manifest names may be there. */
  get isWorthALook(): boolean {
    return this.#whole.has(manifestFile) && this.#whole.has(signatureFile);
  }

  has(name: string): boolean {
    return this.#whole.has(name);
  }

  async take(
    part: PartAddress,
    payload: Uint8Array,
    properties: PartProperties | undefined,
  ): Promise<PartOutcome> {
    const { file: name } = part;
    const isLast = part.part === part.partCount;
    const problem = problemOf(part, payload, properties);
    if (problem !== undefined) return { what: "refused", reason: problem };
    if (this.#whole.has(name)) return isLast ? { what: "whole" } : { what: "taken" };
    const start = (part.part - 1) * partBytes;
    const there = this.#bytes.get(name);
    if (there === undefined && this.#bytes.size + this.#whole.size >= filesMax) {
      return { what: "refused", reason: `more than ${filesMax} files in one set` };
    }
    if (start > (there ?? 0)) return { what: "again", fromPart: (there ?? 0) / partBytes + 1 };
    if (start < (there ?? 0)) {
      // It came before; only the last one is waited for.
      if (isLast) return { what: "again", fromPart: (there ?? 0) / partBytes + 1 };
      return { what: "taken" };
    }
    if (this.#totalBytes + payload.byteLength > setBytesMax) {
      return { what: "refused", reason: `more than ${setBytesMax} bytes in one set` };
    }
    return await this.#append(part, payload, properties);
  }

  async #append(
    { file: name, part, partCount }: PartAddress,
    payload: Uint8Array,
    properties: PartProperties | undefined,
  ): Promise<PartOutcome> {
    const path = join(this.folder, `${name}${unfinished}`);
    const start = (part - 1) * partBytes;
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const handle = await open(path, flags, 0o600);
    try {
      await handle.write(payload, 0, payload.byteLength, start);
      this.#totalBytes += payload.byteLength;
      if (part < partCount) {
        this.#bytes.set(name, start + payload.byteLength);
        return { what: "taken" };
      }
      await handle.truncate(start + payload.byteLength);
      if (properties !== undefined && (await hashOf(handle)) !== properties.sha256) {
        await handle.truncate(0);
        this.#totalBytes -= start + payload.byteLength;
        this.#bytes.set(name, 0);
        return { what: "again", fromPart: 1 };
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameDurably(path, join(this.folder, name));
    this.#bytes.delete(name);
    this.#whole.add(name);
    return { what: "whole" };
  }
}

function problemOf(
  { file, part, partCount }: PartAddress,
  { byteLength }: Uint8Array,
  properties: PartProperties | undefined,
): string | undefined {
  if (file.endsWith(unfinished)) return `a file may not be called ${unfinished}`;
  const isLast = part === partCount;
  if (byteLength > partBytes || (!isLast && byteLength !== partBytes)) {
    return `part ${part} of ${partCount} has ${byteLength} bytes`;
  }
  if (isLast && byteLength === 0 && partCount > 1) return "an empty part";
  const bytes = (partCount - 1) * partBytes + byteLength;
  if (file === manifestFile && bytes > manifestBytesMax)
    return "a manifest of more than a megabyte";
  if (isLast && properties !== undefined && properties.bytes !== bytes) {
    return `${bytes} bytes, its properties say ${properties.bytes}`;
  }
  return undefined;
}

/** The bytes of a part are those that its sender meant. */
export function isPartIntact(payload: Uint8Array, properties: PartProperties | undefined): boolean {
  return properties === undefined || sha256Of(payload) === properties.partSha256;
}

async function hashOf(handle: Awaited<ReturnType<typeof open>>): Promise<string> {
  const hash = createHash("sha256");
  const stream = handle.createReadStream({ start: 0, autoClose: false });
  for await (const piece of stream) hash.update(piece as Buffer); // No encoding is set.
  return hash.digest("hex");
}

async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  const folder = await open(join(to, ".."), constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
