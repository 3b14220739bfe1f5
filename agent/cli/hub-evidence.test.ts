/** Opening evidence at the hub: only what the box signed, only at the level, never without a trace. */
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { manifestSchema, manifestText } from "../evidence/manifest.ts";
import { publicKeyOf, sha256Hex, signBytes } from "../evidence/signing.ts";
import { hubEvidenceCommand } from "./hub-evidence.ts";
import { testIo } from "./testing.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const at = "2026-07-01T08:05:00.000+08:00";
const picture = Buffer.from("a picture");
const keys = publicKeyOf(publicKey);
let cwd = "";

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "kerbside-open-"));
  const set = join(cwd, "set");
  const fileOf = (name: string, role: string) => ({
    name,
    role,
    mediaType: "image/jpeg",
    bytes: picture.length,
    sha256: sha256Hex(picture),
    capturedAt: at,
  });
  const text = manifestText(
    manifestSchema.parse({
      what: "kerbside-evidence",
      version: 1,
      number: 1,
      device: { division: "445102", id: "box" },
      key: keys.id,
      event: "v1.2",
      violation: "v1",
      revision: 2,
      stage: "reported",
      kind: "illegal-parking",
      camera: "east",
      createdAt: at,
      complete: false,
      failed: [],
      enforceable: false,
      versions: {},
      files: [fileOf("reported.jpg", "reported"), fileOf("composite.jpg", "composite")],
      previous: { violation: null, device: null },
    }),
  );
  for (const [name, bytes] of [
    ["manifest.json", text],
    ["manifest.sig", signBytes(text, privateKey)],
    ["reported.jpg", picture],
    ["composite.jpg", picture],
  ] as const) {
    writeTo(join(set, name), bytes);
  }
  writeTo(join(cwd, "box.pem"), keys.pem);
});

function writeTo(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function open(file: string, level: string, why = "objection 7"): Promise<number> {
  const line = ["open", "set", file, "--key", "box.pem", "--level", level, "--who", "clerk 7"];
  const rest = ["--why", why, "--trace", "trace", "--to", "out.jpg"];
  return await hubEvidenceCommand.run([...line, ...rest], testIo({ cwd }));
}

test("a file at its level is copied, and the trace says who, why and which", async () => {
  expect(await open("reported.jpg", "masked")).toBe(0);
  expect(readFileSync(join(cwd, "out.jpg"))).toEqual(picture);
  expect(await open("composite.jpg", "place")).toBe(0);
  const [line = ""] = readFileSync(join(cwd, "trace"), "utf8").split("\n");
  expect(JSON.parse(line)).toMatchObject({
    number: 1,
    who: "clerk 7",
    why: "objection 7",
    level: "masked",
    file: "box/v1/2/reported.jpg",
    sha256: sha256Hex(picture),
  });
  const io = testIo({ cwd });
  expect(await hubEvidenceCommand.run(["trace", "trace"], io)).toBe(0);
  expect(io.out()).toMatch(/^2 openings/);
});

test("a level too low, no reason or a changed file opens nothing", async () => {
  expect(await open("composite.jpg", "masked")).toBe(1);
  await expect(open("reported.jpg", "masked", " ")).rejects.toThrow("--why");
  await expect(open("reported.jpg", "original")).rejects.toThrow("--level");
  writeFileSync(join(cwd, "set", "reported.jpg"), "b picture");
  await expect(open("reported.jpg", "masked")).rejects.toThrow("SHA-256");
  expect(existsSync(join(cwd, "out.jpg")) || existsSync(join(cwd, "trace"))).toBe(false);
});
