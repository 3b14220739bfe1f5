/**
 * Sealed originals: the RFC's own vector, and that nothing but the hub's key and the file's own name
 * opens one.
 */
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { expect, test } from "vitest";
import { openSealed, sealFor, sealingSuite } from "./seal.ts";

const bytesOf = (hex: string): ArrayBuffer => new Uint8Array(Buffer.from(hex, "hex")).buffer;

/** RFC 9180, appendix A.1.1: the same key exchange and derivation, with AES-128-GCM. */
test("the library opens the RFC's vector", async () => {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes128Gcm(),
  });
  const recipientKey = await suite.kem.deserializePrivateKey(
    bytesOf("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"),
  );
  const recipient = await suite.createRecipientContext({
    recipientKey,
    enc: bytesOf("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"),
    info: bytesOf("4f6465206f6e2061204772656369616e2055726e"),
  });
  const opened = await recipient.open(
    bytesOf(
      "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
    ),
    bytesOf("436f756e742d30"),
  );
  expect(Buffer.from(opened).toString()).toBe("Beauty is truth, truth beauty");
});

const name = { violation: "072deb69b05defd6cad3", revision: 2, file: "original.jpg" };
const picture = Uint8Array.from({ length: 5_000 }, (_, index) => index % 251);

async function hubKey() {
  const { publicKey, privateKey } = await sealingSuite.kem.generateKeyPair();
  const { kem } = sealingSuite;
  return {
    publicKey: new Uint8Array(await kem.serializePublicKey(publicKey)),
    privateKey: new Uint8Array(await kem.serializePrivateKey(privateKey)),
  };
}

test("the hub's key opens it, and no two sealed files are alike", async () => {
  const { publicKey, privateKey } = await hubKey();
  const sealed = await sealFor(publicKey, picture, name);
  expect(await openSealed(privateKey, sealed, name)).toEqual(picture);
  expect(await sealFor(publicKey, picture, name)).not.toEqual(sealed);
  expect(Buffer.from(sealed).includes(Buffer.from(picture.subarray(0, 16)))).toBe(false);
});

test("another key, another name or another bit opens nothing", async () => {
  const { publicKey, privateKey } = await hubKey();
  const other = await hubKey();
  const sealed = await sealFor(publicKey, picture, name);
  await expect(openSealed(other.privateKey, sealed, name)).rejects.toBeInstanceOf(Error);
  for (const wrong of [{ revision: 3 }, { file: "other.jpg" }, { violation: "v" }]) {
    await expect(openSealed(privateKey, sealed, { ...name, ...wrong })).rejects.toBeInstanceOf(
      Error,
    );
  }
  for (const at of [0, 4, 40, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
    await expect(openSealed(privateKey, changed, name)).rejects.toBeInstanceOf(Error);
  }
});
