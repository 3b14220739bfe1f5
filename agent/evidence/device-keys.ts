/**
 * The device's own keys: made at the first start, never a default, never written over.
 *
 * `DATA/keys/0001.key` (PKCS 8, for its owner alone) signs until a rotation makes the next one;
 * `DATA/device.pub` is the public key that is in use. A rotation is a statement in the evidence,
 * signed by the old key and the new one, before the old one is destroyed: a crash leaves either the
 * old key in use or the new one, never none.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { link, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBoundedText } from "../runtime/bounded-file.ts";
import { makeFolderDurably, writeDurably } from "../runtime/durable-file.ts";
import { keysFolder, type Rotation } from "./manifest.ts";
import { isSignedBy, type PublicKey, publicKeyOf, signBytes } from "./signing.ts";

export interface DeviceKeys extends PublicKey {
  sign(bytes: Uint8Array): Uint8Array;
}

const keyBytesMax = 16 * 1024;
const othersMask = 0o077;

export const evidenceFolderOf = (dataFolder: string): string => join(dataFolder, "evidence");
const publicKeyFileOf = (dataFolder: string): string => join(dataFolder, "device.pub");
const privateFolderOf = (dataFolder: string) => join(dataFolder, "keys");
const rotationFolderOf = (dataFolder: string) => join(evidenceFolderOf(dataFolder), keysFolder);
const numberText = (number: number) => String(number).padStart(4, "0");

/** The key in use; the first start makes it. One agent a data folder: its lock is the store's. */
export async function openDeviceKeys(dataFolder: string): Promise<DeviceKeys> {
  await makeFolderDurably(privateFolderOf(dataFolder));
  const number = await numberInUse(dataFolder);
  const key = await readOrMake(join(privateFolderOf(dataFolder), `${numberText(number)}.key`));
  const keys = deviceKeys(key);
  await publish(dataFolder, keys);
  await forgetOlder(dataFolder, number);
  return keys;
}

/** The next key signs from `firstManifest` on. The agent must not run. */
export async function rotateDeviceKey(
  dataFolder: string,
  { firstManifest, nowMs }: { readonly firstManifest: number; readonly nowMs: number },
): Promise<{ readonly from: DeviceKeys; readonly to: DeviceKeys }> {
  const from = await openDeviceKeys(dataFolder);
  const number = (await numberInUse(dataFolder)) + 1;
  const path = join(privateFolderOf(dataFolder), `${numberText(number)}.key`);
  // One that a rotation left behind which was cut off has never signed anything.
  const to = deviceKeys(await readOrMake(path));
  const rotation: Rotation = {
    what: "kerbside-key-rotation",
    version: 1,
    from: from.id,
    to: to.id,
    fromPublicKey: from.pem,
    toPublicKey: to.pem,
    firstManifest,
    at: rfc3339(nowMs, "UTC"),
  };
  const folder = rotationFolderOf(dataFolder);
  await makeFolderDurably(folder);
  const text = Buffer.from(`${JSON.stringify(rotation, null, 2)}\n`);
  const place = join(folder, numberText(number));
  await writeDurably(`${place}.old.sig`, from.sign(text));
  await writeDurably(`${place}.new.sig`, to.sign(text));
  // The statement comes last: from now on the new key is in use.
  await writeDurably(`${place}.json`, text);
  await publish(dataFolder, to);
  await forgetOlder(dataFolder, number);
  return { from, to };
}

/** Each rotation counts one up, as soon as its statement is there. */
async function numberInUse(dataFolder: string): Promise<number> {
  const names = await readdir(rotationFolderOf(dataFolder)).catch(() => []);
  const numbers = names.flatMap((name) => {
    const [, digits] = /^(\d{4})\.json$/.exec(name) ?? [];
    return digits === undefined ? [] : [Number(digits)];
  });
  return Math.max(1, ...numbers);
}

async function readOrMake(path: string): Promise<KeyObject> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return await make(path);
  if ((found.mode & othersMask) !== 0) {
    throw new AgentError(
      "EVIDENCE_KEY_UNSAFE",
      `${path} can be read by others (mode ${(found.mode & 0o777).toString(8)}, expected 600)`,
      "Find out who had access. If nobody did: chmod 600. If in doubt: chmod 600, then rotate the key (kerbside evidence rotate-key).",
    );
  }
  try {
    const key = createPrivateKey(await readBoundedText(path, keyBytesMax));
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw unreadable(path);
}

/** Takes its place only where there is none. */
async function make(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const fresh = `${path}.new`;
  await rm(fresh, { force: true });
  await writeDurably(fresh, pem, { mode: 0o600 });
  try {
    await link(fresh, path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  // Flushes the folder too.
  await writeDurably(fresh, "");
  await rm(fresh, { force: true });
  return privateKey;
}

function unreadable(path: string, cause?: unknown): AgentError {
  return new AgentError(
    "EVIDENCE_KEY_UNREADABLE",
    `${path} holds no Ed25519 key that can be read`,
    "Put back the file from a copy. Without one, move it away: the next start makes a new key, and the hub has to be told that evidence from then on is signed by it.",
    { cause },
  );
}

function deviceKeys(privateKey: KeyObject): DeviceKeys {
  const keys = publicKeyOf(createPublicKey(privateKey));
  const sign = (bytes: Uint8Array) => signBytes(bytes, privateKey);
  const probe = Buffer.from(keys.id);
  if (!isSignedBy(probe, sign(probe), keys)) throw new Error("the key does not verify itself");
  return { ...keys, sign };
}

async function publish(dataFolder: string, { pem }: PublicKey): Promise<void> {
  const path = publicKeyFileOf(dataFolder);
  const written = await readBoundedText(path, keyBytesMax).catch(() => undefined);
  if (written !== pem) await writeDurably(path, pem, { mode: 0o644 });
}

/** What a rotation has replaced signs nothing any more. */
async function forgetOlder(dataFolder: string, number: number): Promise<void> {
  for (let older = number - 1; older > 0; older--) {
    await rm(join(privateFolderOf(dataFolder), `${numberText(older)}.key`), { force: true });
  }
}
