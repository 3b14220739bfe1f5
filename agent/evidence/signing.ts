/**
 * Ed25519 as evidence uses it: raw bytes in, 64 raw bytes out, and keys named by what they are.
 *
 * A key's id is the first 32 hex digits of the SHA-256 of its SPKI in DER, so that anybody who has
 * the public key can compute it. What is signed is always the bytes of a file, never a meaning.
 */
import { createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto";

export const signatureBytes = 64;
const idDigits = 32;

export interface PublicKey {
  readonly id: string;
  /** SPKI. */
  readonly pem: string;
  readonly key: KeyObject;
}

export function publicKeyOf(key: KeyObject): PublicKey {
  const pem = key.export({ type: "spki", format: "pem" }).toString();
  const der = key.export({ type: "spki", format: "der" });
  return { id: hash("sha256", der, "hex").slice(0, idDigits), pem, key };
}

/** One or more keys in PEM, one behind the other; throws when there is none or one is no Ed25519. */
export function readPublicKeys(pem: string): readonly PublicKey[] {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) throw new Error("there is no public key (PEM, BEGIN PUBLIC KEY) in it");
  return blocks.map((block) => {
    const key = createPublicKey(block);
    if (key.asymmetricKeyType !== "ed25519") {
      throw new Error(`the key in it is ${String(key.asymmetricKeyType)}, expected ed25519`);
    }
    return publicKeyOf(key);
  });
}

export function signBytes(bytes: Uint8Array, privateKey: KeyObject): Uint8Array {
  return new Uint8Array(sign(null, bytes, privateKey));
}

export function isSignedBy(bytes: Uint8Array, signature: Uint8Array, { key }: PublicKey): boolean {
  return signature.length === signatureBytes && verify(null, bytes, key, signature);
}

/** A note in one file: the signature's 64 bytes, then the text that is signed. */
export function signedNote(note: object, signer: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const text = Buffer.from(`${JSON.stringify(note, null, 2)}\n`);
  return Buffer.concat([signer(text), text]);
}

export function splitNote(bytes: Uint8Array): { signature: Uint8Array; text: Uint8Array } {
  return { signature: bytes.subarray(0, signatureBytes), text: bytes.subarray(signatureBytes) };
}

export const sha256Hex = (bytes: Uint8Array): string => hash("sha256", bytes, "hex");

/** Undefined where it is none: what is not JSON fits no schema. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
