/**
 * Passwords of the page's users as scrypt hashes: `scrypt$N$r$p$salt$hash`.
 *
 * 32 MiB and some 80 ms a try; two at a time, so that a flood of logins takes neither the box's
 * memory nor its processor from the cameras.
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const cost = 2 ** 15;
const blockSize = 8;
const parallel = 1;
const keyBytes = 32;
const bytesMax = 64 * 1024 * 1024;
const hashForm = /^scrypt\$(\d{1,8})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;

export const passwordCharsMin = 10;
export const passwordCharsMax = 200;

export function isPasswordHash(text: string): boolean {
  return hashForm.test(text);
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16).toString("base64url");
  const key = await derive(password, salt, { cost, blockSize, parallel });
  return ["scrypt", cost, blockSize, parallel, salt, key.toString("base64url")].join("$");
}

/** Without a hash it takes as long and is wrong: a name that does not exist looks like any other. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, n, r, p, salt = "", key = ""] = hashForm.exec(hash ?? nobody) ?? [];
  const settings = { cost: Number(n), blockSize: Number(r), parallel: Number(p) };
  const derived = await derive(password, salt, settings);
  const isEqual = timingSafeEqual(derived, Buffer.from(key, "base64url"));
  return isEqual && hash !== undefined;
}

const nobody = `scrypt$${cost}$${blockSize}$${parallel}$${"A".repeat(22)}$${"A".repeat(43)}`;

function derive(
  password: string,
  salt: string,
  settings: { readonly cost: number; readonly blockSize: number; readonly parallel: number },
): Promise<Buffer> {
  const options = {
    N: settings.cost,
    r: settings.blockSize,
    p: settings.parallel,
    maxmem: bytesMax,
  };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, keyBytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
