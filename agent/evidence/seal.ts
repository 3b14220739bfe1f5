/**
 * Seals an original to the hub's public key, so that this box cannot open it again: HPKE (RFC 9180),
 * X25519, HKDF-SHA256, AES-256-GCM, one message a file.
 *
 * A sealed file is `KBS1`, the 32 bytes of the encapsulated key, the ciphertext. It opens only under
 * the name it was sealed under: violation, revision and file are authenticated with it. The key that
 * seals is drawn anew for each file and kept nowhere.
 */
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";

export interface SealedName {
  readonly violation: string;
  readonly revision: number;
  readonly file: string;
}

const magic = Buffer.from("KBS1");
const keyBytes = 32;
const info = bufferOf(Buffer.from("kerbside/original/v1"));

export const sealingSuite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** `publicKey`: 32 raw bytes. */
export async function sealFor(
  publicKey: Uint8Array,
  bytes: Uint8Array,
  name: SealedName,
): Promise<Uint8Array> {
  const recipientPublicKey = await sealingSuite.kem.deserializePublicKey(bufferOf(publicKey));
  const sender = await sealingSuite.createSenderContext({ recipientPublicKey, info });
  const sealed = await sender.seal(bufferOf(bytes), aadOf(name));
  return Buffer.concat([magic, Buffer.from(sender.enc), Buffer.from(sealed)]);
}

/** Rejects when the key, the name or a single bit is another one. */
export async function openSealed(
  privateKey: Uint8Array,
  sealed: Uint8Array,
  name: SealedName,
): Promise<Uint8Array> {
  if (!Buffer.from(sealed.subarray(0, magic.length)).equals(magic)) {
    throw new RangeError("it is no sealed file");
  }
  const recipientKey = await sealingSuite.kem.deserializePrivateKey(bufferOf(privateKey));
  const enc = bufferOf(sealed.subarray(magic.length, magic.length + keyBytes));
  const recipient = await sealingSuite.createRecipientContext({ recipientKey, enc, info });
  const ciphertext = bufferOf(sealed.subarray(magic.length + keyBytes));
  return new Uint8Array(await recipient.open(ciphertext, aadOf(name)));
}

const aadOf = ({ violation, revision, file }: SealedName): ArrayBuffer =>
  bufferOf(Buffer.from(`${violation}/${revision}/${file}`));

/** The library takes whole buffers alone. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
