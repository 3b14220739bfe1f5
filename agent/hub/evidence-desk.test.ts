/**
 * The hub's desk for evidence against honest boxes and hostile ones: parts are offered by hand.
 */
import { access, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EvidenceBox } from "../../test-fixtures/evidence-box.ts";
import { testAddress } from "../../test-fixtures/test-uplink.ts";
import { type PartAddress, partBytes, partCountOf, partTopic } from "../uplink/evidence-topic.ts";
import type { EvidenceWord } from "../uplink/messages.ts";
import { partProperties } from "../uplink/part-properties.ts";
import { BoxKeys } from "./box-keys.ts";
import { EvidenceDesk } from "./evidence-desk.ts";

let folder = "";
let box: EvidenceBox;
let words: EvidenceWord[] = [];
let lines: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-desk-"));
  box = new EvidenceBox(join(folder, "box"));
  words = [];
  lines = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hubFolder = () => join(folder, "hub");
const kept = (violation: string, room = "evidence") =>
  join(hubFolder(), room, "445102-box", violation, "0001");
const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function openDesk({ knowsKey = true } = {}): Promise<EvidenceDesk> {
  const keys = await BoxKeys.open(join(hubFolder(), "keys"), (line) => lines.push(line));
  const desk = new EvidenceDesk({
    folder: hubFolder(),
    keys,
    tell: (_, word) => words.push(word),
    print: (line) => lines.push(line),
  });
  if (knowsKey) desk.noteKey(testAddress, box.publicKey);
  return desk;
}

interface Part {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly properties: Readonly<Record<string, string>>;
}

async function partsOf(): Promise<Part[]> {
  const parts: Part[] = [];
  for (const upload of await box.evidenceToSend(1_000)) {
    const file = await box.open(upload);
    const partCount = partCountOf(upload.bytes);
    for (let part = 1; part <= partCount; part++) {
      const payload = await file.read(part);
      const { violationId: violation, revision, name } = upload;
      const of: PartAddress = {
        address: testAddress,
        violation,
        revision,
        file: name,
        part,
        partCount,
      };
      parts.push({ topic: partTopic(of), payload, properties: partProperties(upload, payload) });
    }
    await file.close();
  }
  return parts;
}

async function offer(desk: EvidenceDesk, parts: readonly Part[], { isV5 = true } = {}) {
  for (const { topic, payload, properties } of parts) {
    expect(desk.offer(topic, payload, isV5 ? properties : undefined)).toBe(true);
  }
  await desk.settled();
}

for (const isV5 of [true, false]) {
  test(`a set of ${isV5 ? "MQTT 5" : "MQTT 3.1.1"} is put together, verified, kept and said`, async () => {
    const origin = await box.addSet({ "warned.jpg": 40_000, "close-up.jpg": 100 });
    const desk = await openDesk();
    await offer(desk, await partsOf(), { isV5 });
    expect(desk.tally()).toMatchObject({ setCount: 1, refusedCount: 0 });
    for (const name of await readdir(origin)) {
      const there = await readFile(join(kept("v00001"), name));
      expect(there.equals(await readFile(join(origin, name)))).toBe(true);
    }
    expect(words.map(({ file, outcome }) => `${file} ${outcome}`)).toEqual([
      "manifest.json accepted",
      "manifest.sig accepted",
      "warned.jpg accepted",
      "close-up.jpg accepted",
    ]);
  });
}

test("parts twice, a gap and a restart of the hub in the middle change nothing", async () => {
  await box.addSet({ "warned.jpg": 5 * partBytes + 7 });
  const parts = await partsOf();
  const first = await openDesk();
  await offer(first, [...parts.slice(0, 4), ...parts.slice(1, 4)]);
  const second = await openDesk();
  const [, , , , , , , last] = parts;
  if (last === undefined) throw new Error("there are eight parts");
  await offer(second, [last]);
  expect(words.at(-1)).toMatchObject({ file: "warned.jpg", outcome: "again", fromPart: 3 });
  await offer(second, parts.slice(4));
  expect(second.tally().setCount).toBe(1);
  await offer(second, [last]);
  expect(words.at(-1)).toMatchObject({ outcome: "duplicate" });
});

test("a part that was changed on the way is not taken", async () => {
  await box.addSet({ "warned.jpg": 3 * partBytes });
  const parts = await partsOf();
  const desk = await openDesk();
  const changed = parts.map((part, index) =>
    index === 3 ? { ...part, payload: new Uint8Array(partBytes) } : part,
  );
  await offer(desk, changed);
  expect(words.at(-1)).toMatchObject({ outcome: "again", fromPart: 2 });
  await offer(desk, parts.slice(3));
  expect(desk.tally().setCount).toBe(1);
});

test("a set whose file is not what the manifest says is refused and put aside", async () => {
  await box.addSet({ "warned.jpg": 3 * partBytes });
  const parts = await partsOf();
  const desk = await openDesk();
  const changed = parts.map((part, index) =>
    index === 3 ? { ...part, payload: new Uint8Array(partBytes) } : part,
  );
  await offer(desk, changed, { isV5: false });
  expect(desk.tally()).toMatchObject({ setCount: 0, refusedCount: 1 });
  expect(lines.at(-1)).toContain("warned.jpg: has SHA-256");
  expect(await exists(kept("v00001"))).toBe(false);
  expect(await exists(kept("v00001", "refused"))).toBe(true);
});

test("another box's signature is refused", async () => {
  await box.addSet({ "warned.jpg": 100 });
  const desk = await openDesk({ knowsKey: false });
  desk.noteKey(testAddress, new EvidenceBox(folder).publicKey);
  await offer(desk, await partsOf());
  expect(desk.tally()).toMatchObject({ setCount: 0, refusedCount: 1 });
  expect(lines.at(-1)).toContain("does not bear the signature of a trusted key");
});

test("a second key of a box is taken and told", async () => {
  const desk = await openDesk();
  desk.noteKey(testAddress, new EvidenceBox(folder).publicKey);
  await desk.settled();
  expect(lines.at(-1)).toContain("ANOTHER ONE THAN BEFORE");
});

const place = "kerbside/v1/445102/box/evidence/v1/1";
const hostile: { name: string; parts: [string, number][]; says: RegExp }[] = [
  { name: "too large a part", parts: [[`${place}/a.jpg/1of2`, partBytes + 1]], says: /has 16385/ },
  { name: "too short a part", parts: [[`${place}/a.jpg/1of2`, 1]], says: /has 1 bytes/ },
  { name: "a huge manifest", parts: [[`${place}/manifest.json/1of99`, partBytes]], says: /mega/ },
  { name: "an unfinished name", parts: [[`${place}/a.part/1of1`, 5]], says: /may not be called/ },
  {
    name: "a thousand names",
    parts: Array.from({ length: 100 }, (_, n) => [`${place}/f${n}.jpg/1of1`, 1]),
    says: /more than 66 files/,
  },
];
for (const { name, parts, says } of hostile) {
  test(`${name} is refused`, async () => {
    const desk = await openDesk();
    for (const [topic, bytes] of parts) desk.offer(topic, new Uint8Array(bytes), undefined);
    await desk.settled();
    expect(lines.at(-1)).toMatch(says);
  });
}

test("a topic that would leave the folder is no part of evidence", async () => {
  const desk = await openDesk();
  expect(desk.offer(`${place}/..%2f..%2fkey/1of1`, new Uint8Array(1), undefined)).toBe(false);
  expect(desk.offer("kerbside/v1/445102/box/evidence/../1/a/1of1", new Uint8Array(1), {})).toBe(
    false,
  );
});
