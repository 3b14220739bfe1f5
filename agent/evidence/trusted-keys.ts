/**
 * Which public key may have signed which manifest: what the reader brought, and what the rotations
 * in the evidence add to it. A statement counts only when both its keys signed it and one of them
 * is trusted already.
 */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { readBounded } from "../runtime/bounded-file.ts";
import { EvidenceFault } from "./evidence-fault.ts";
import { keysFolder, type Rotation, rotationSchema } from "./manifest.ts";
import { isSignedBy, jsonOf, type PublicKey, readPublicKeys } from "./signing.ts";

const statementBytesMax = 64 * 1024;

interface TrustedKey extends PublicKey {
  /** Of manifests; both inclusive. */
  first: number;
  last: number;
}

export class TrustedKeys {
  readonly #keys = new Map<string, TrustedKey>();

  constructor(keys: readonly PublicKey[]) {
    for (const key of keys) this.#trust(key);
  }

  /** Throws a fault that begins with `path` when the signature is not that of a trusted key. */
  check(
    path: string,
    signed: { readonly bytes: Uint8Array; readonly signature: Uint8Array },
    { id, number }: { readonly id: string; readonly number?: number },
  ): void {
    const key = this.#keys.get(id);
    if (key === undefined) throw new EvidenceFault(path, `is signed with the unknown key ${id}`);
    if (!isSignedBy(signed.bytes, signed.signature, key)) {
      throw new EvidenceFault(path, `does not bear the signature of key ${id}`);
    }
    if (number !== undefined && (number < key.first || number > key.last)) {
      throw new EvidenceFault(path, `is number ${number}, which key ${id} does not sign`);
    }
  }

  /** Whether a signature is that of any key that is trusted: before what was signed is read. */
  isSigned(bytes: Uint8Array, signature: Uint8Array): boolean {
    return [...this.#keys.values()].some((key) => isSignedBy(bytes, signature, key));
  }

  /** Takes up the rotations of a tree, the newest trusted one first in either direction. */
  async follow(tree: string): Promise<void> {
    const waiting = await readRotations(join(tree, keysFolder));
    while (waiting.length > 0) {
      const index = waiting.findIndex(({ rotation: { from, to } }) =>
        [from, to].some((id) => this.#keys.has(id)),
      );
      const [next] = waiting.splice(Math.max(0, index), 1);
      if (next === undefined) return;
      const { path, rotation, text, oldSignature, newSignature } = next;
      if (index < 0) throw new EvidenceFault(path, "neither of its keys is trusted");
      const from = keyOf(path, rotation.fromPublicKey, rotation.from);
      const to = keyOf(path, rotation.toPublicKey, rotation.to);
      if (!isSignedBy(text, oldSignature, from) || !isSignedBy(text, newSignature, to)) {
        throw new EvidenceFault(path, "is not signed by both its keys");
      }
      const before = this.#trust(from);
      before.last = Math.min(before.last, rotation.firstManifest - 1);
      const after = this.#trust(to);
      after.first = Math.max(after.first, rotation.firstManifest);
    }
  }

  #trust(key: PublicKey): TrustedKey {
    const known = this.#keys.get(key.id);
    const trusted = known ?? { ...key, first: 1, last: Number.MAX_SAFE_INTEGER };
    this.#keys.set(key.id, trusted);
    return trusted;
  }
}

interface Statement {
  readonly path: string;
  readonly rotation: Rotation;
  readonly text: Uint8Array;
  readonly oldSignature: Uint8Array;
  readonly newSignature: Uint8Array;
}

async function readRotations(folder: string): Promise<Statement[]> {
  const found = await lstat(folder).catch(() => undefined);
  if (found === undefined) return [];
  if (!found.isDirectory()) throw new EvidenceFault(keysFolder, "is no folder");
  const names = (await readdir(folder)).toSorted();
  const statements: Statement[] = [];
  for (const [index, name] of names.filter((each) => each.endsWith(".json")).entries()) {
    // The first key needs no statement.
    const number = String(index + 2).padStart(4, "0");
    if (name !== `${number}.json`) {
      throw new EvidenceFault(`${keysFolder}/${number}.json`, "is missing");
    }
    const read = (file: string) => readNote(folder, file);
    const text = await read(name);
    const rotation = rotationSchema.safeParse(jsonOf(text));
    const path = `${keysFolder}/${name}`;
    if (!rotation.success) throw new EvidenceFault(path, "is no statement of a rotation");
    statements.push({
      path,
      rotation: rotation.data,
      text,
      oldSignature: await read(`${number}.old.sig`),
      newSignature: await read(`${number}.new.sig`),
    });
  }
  const known = new Set(
    statements.flatMap((_, index) => {
      const number = String(index + 2).padStart(4, "0");
      return [`${number}.json`, `${number}.old.sig`, `${number}.new.sig`];
    }),
  );
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw new EvidenceFault(`${keysFolder}/${unknown}`, "is unknown");
  return statements;
}

async function readNote(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readBounded(join(folder, name), statementBytesMax);
  } catch {
    throw new EvidenceFault(`${keysFolder}/${name}`, "is missing or cannot be read");
  }
}

function keyOf(path: string, pem: string, id: string): PublicKey {
  try {
    const [key] = readPublicKeys(pem);
    if (key !== undefined && key.id === id) return key;
  } catch {
    // Said below.
  }
  throw new EvidenceFault(path, `does not hold the key ${id} that it names`);
}
