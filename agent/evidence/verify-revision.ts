/**
 * One revision's folder against its own manifest: signature, then every file by size and hash, and
 * nothing beside them.
 *
 * The bytes of the manifest are believed only after the signature is; what it says is read after
 * that. Digests are compared as texts. Links and folders are faults: a file is a file.
 */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { readBounded } from "../runtime/bounded-file.ts";
import { EvidenceFault } from "./evidence-fault.ts";
import {
  droppedFile,
  droppedSchema,
  type Manifest,
  manifestFile,
  manifestSchema,
  signatureFile,
} from "./manifest.ts";
import { jsonOf, sha256Hex, signatureBytes, splitNote } from "./signing.ts";
import type { TrustedKeys } from "./trusted-keys.ts";

const manifestBytesMax = 1024 * 1024;

export interface VerifiedRevision {
  /** Below the folder that was asked for; "" for that folder itself. */
  readonly path: string;
  readonly manifest: Manifest;
  readonly sha256: string;
  /** Its files were dropped at a limit, as a signed note says. */
  readonly isDropped: boolean;
}

export async function verifyRevision(
  root: string,
  path: string,
  keys: TrustedKeys,
): Promise<VerifiedRevision> {
  const folder = join(root, path);
  const inside = (name: string) => (path === "" ? name : `${path}/${name}`);
  const names = await fileNames(folder, inside);
  const bytes = await read(folder, manifestFile, inside);
  const signature = await read(folder, signatureFile, inside);
  const at = inside(manifestFile);
  if (signature.length !== signatureBytes) {
    const found = `has ${signature.length} bytes, expected ${signatureBytes}`;
    throw new EvidenceFault(inside(signatureFile), found);
  }
  if (!keys.isSigned(bytes, signature)) {
    throw new EvidenceFault(at, "does not bear the signature of a trusted key");
  }
  const parsed = manifestSchema.safeParse(jsonOf(bytes));
  if (!parsed.success) throw new EvidenceFault(at, "is signed, but no manifest");
  const manifest = parsed.data;
  keys.check(at, { bytes, signature }, { id: manifest.key, number: manifest.number });
  const sha256 = sha256Hex(bytes);
  const isDropped = names.has(droppedFile);
  if (isDropped) await checkDropped(folder, inside, { manifest, sha256, keys });
  for (const file of manifest.files) {
    if (!names.has(file.name)) {
      if (isDropped) continue;
      throw new EvidenceFault(inside(file.name), "is missing");
    }
    await checkFile(join(folder, file.name), inside(file.name), file);
  }
  const known = new Set([manifestFile, signatureFile, droppedFile]);
  for (const { name } of manifest.files) known.add(name);
  for (const name of names) {
    if (!known.has(name)) throw new EvidenceFault(inside(name), "is not in the manifest");
  }
  return { path, manifest, sha256, isDropped };
}

async function fileNames(
  folder: string,
  inside: (name: string) => string,
): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const odd = entries.toSorted(byName).find((entry) => !entry.isFile());
  if (odd !== undefined) throw new EvidenceFault(inside(odd.name), "is no plain file");
  return new Set(entries.map(({ name }) => name).toSorted());
}

async function read(
  folder: string,
  name: string,
  inside: (name: string) => string,
): Promise<Uint8Array> {
  const found = await lstat(join(folder, name)).catch(() => undefined);
  if (found === undefined) throw new EvidenceFault(inside(name), "is missing");
  if (found.size > manifestBytesMax) throw new EvidenceFault(inside(name), "is far too large");
  return await readBounded(join(folder, name), manifestBytesMax);
}

async function checkFile(
  path: string,
  shown: string,
  { bytes, sha256 }: { readonly bytes: number; readonly sha256: string },
): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    if (size !== bytes) {
      throw new EvidenceFault(shown, `has ${size} bytes, the manifest says ${bytes}`);
    }
    const hash = createHash("sha256");
    for await (const piece of file.createReadStream({ autoClose: false })) {
      hash.update(piece as Buffer); // No encoding is set.
    }
    const found = hash.digest("hex");
    if (found === sha256) return;
    throw new EvidenceFault(shown, `has SHA-256 ${found}, the manifest says ${sha256}`);
  } finally {
    await file.close();
  }
}

async function checkDropped(
  folder: string,
  inside: (name: string) => string,
  of: { readonly manifest: Manifest; readonly sha256: string; readonly keys: TrustedKeys },
): Promise<void> {
  const { signature, text } = splitNote(await read(folder, droppedFile, inside));
  const at = inside(droppedFile);
  if (!of.keys.isSigned(text, signature)) {
    throw new EvidenceFault(at, "does not bear the signature of a trusted key");
  }
  const note = droppedSchema.safeParse(jsonOf(text));
  if (!note.success) throw new EvidenceFault(at, "is signed, but no note of a drop");
  if (note.data.number !== of.manifest.number || note.data.sha256 !== of.sha256) {
    throw new EvidenceFault(at, `is about manifest ${note.data.number}, not this one`);
  }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
  a.name < b.name ? -1 : 1;
