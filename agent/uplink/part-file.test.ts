import { mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { partBytes } from "./evidence-topic.ts";
import { FileDamage, openPartFile } from "./part-file.ts";
import { sha256Of } from "./part-properties.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-parts-"));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = Uint8Array.from({ length: 2 * partBytes + 5 }, (_, index) => index % 251);
const said = { bytes: bytes.byteLength, sha256: sha256Of(bytes) };

test("parts put together are the file", async () => {
  const path = join(folder, "a.jpg");
  await writeFile(path, bytes);
  const file = await openPartFile(path, said);
  const parts = [await file.read(1), await file.read(2), await file.read(3)];
  await file.close();
  expect(parts.map((part) => part.byteLength)).toEqual([partBytes, partBytes, 5]);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
});

const damages: { name: string; make: (path: string) => Promise<unknown>; why: RegExp }[] = [
  { name: "gone", make: async () => {}, why: /not there/ },
  { name: "shorter", make: (path) => writeFile(path, bytes.subarray(1)), why: /32772 bytes/ },
  {
    name: "changed",
    make: (path) =>
      writeFile(
        path,
        Uint8Array.from(bytes, (byte, at) => (at === 9 ? 0 : byte)),
      ),
    why: /SHA-256/,
  },
  { name: "a link", make: (path) => symlink("/etc/hostname", path), why: /not there/ },
];
for (const { name, make, why } of damages) {
  test(`one that is ${name} is not sent`, async () => {
    const path = join(folder, "a.jpg");
    await make(path);
    const opened = openPartFile(path, said);
    await expect(opened).rejects.toThrow(FileDamage);
    await expect(opened).rejects.toThrow(why);
  });
}

test("one that is cut while it is sent says so", async () => {
  const path = join(folder, "a.jpg");
  await writeFile(path, bytes);
  const file = await openPartFile(path, said);
  await truncate(path, partBytes + 1);
  await expect(file.read(2)).rejects.toThrow(FileDamage);
  await file.close();
});
