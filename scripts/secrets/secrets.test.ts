/**
 * Goal: no secret is in the repository, and the scan that says so finds them.
 * Method: the scan itself over all tracked files (`npm run proof:secrets` reads the history too);
 * samples of each kind, put together here so that this file holds none.
 */
import { generateKeyPairSync } from "node:crypto";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { trackedTexts } from "./repository-texts.ts";
import { scan, unneeded } from "./scan.ts";
import { secretsIn } from "./secret-rules.ts";

const root = resolve(import.meta.dirname, "../..");
const word = ["open", "ed99"].join("");
const random = ["k9Qz7Lw2Xv5Tb8Rn", "3Yp6Hd4Jf1Gs0MaC"].join("");
const token = "a1B2".repeat(9);
const { privateKey } = generateKeyPairSync("ec", {
  namedCurve: "prime256v1",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const samples = [
  { name: "a private key", text: privateKey, rule: "privatekey" },
  { name: "a token of a forge", text: `x = ghp_${token}`, rule: "github" },
  { name: "a token of a registry", text: `npm_${token}`, rule: "npm" },
  { name: "a camera's address", text: `rtsp://cam:${word}@192.0.2.1/a`, rule: "login-address" },
  {
    name: "a login in a process list",
    text: `sub -L mqtt://box:${word}@hub`,
    rule: "login-address",
  },
  { name: "a password in code", text: `const hubPassword = "${word}";`, rule: "assigned" },
  { name: "a key in JSON", text: `{"api_key":"${word}"}`, rule: "assigned" },
  { name: "a random word", text: `Bearer is ${random}`, rule: "entropy" },
];
for (const { name, text, rule } of samples) {
  test(`the scan finds ${name}`, async () => {
    expect((await secretsIn("file.txt", text)).map((found) => found.rule)).toContain(rule);
  });
}

const harmless = [
  `rtsp://cam:\${env:CAM_PW}@192.0.2.11/main`,
  "rtsp://***@192.0.2.11/main",
  `password: \${file:/run/secrets/hub}`,
  "/network/neck/down_fine/join/Sigmoid_output_0_DequantizeLinear",
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];
for (const text of harmless) {
  test(`the scan leaves ${text}`, async () => {
    expect(await secretsIn("file.txt", text)).toEqual([]);
  });
}

test("no file of the repository holds a secret, and each row of the list is needed", async () => {
  const { leaks, used } = await scan(trackedTexts(root));
  expect(leaks).toEqual([]);
  // Rows for what commits once added are looked at by `npm run proof:secrets`.
  expect(unneeded(used, { withHistory: false })).toEqual([]);
});
