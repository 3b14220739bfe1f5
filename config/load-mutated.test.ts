/**
 * Whatever happens to a good file, loading says yes or says where it is wrong.
 *
 * Seeded mutations of the largest example: lines deleted, doubled, swapped, garbled; values of
 * other types; bytes put in; the end cut off; several at once. A failure prints its seed.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { drawsOf } from "../pipelines/domain/draws.ts";
import { loadConfig } from "./load.ts";

const mutationsCount = 2_000;
const good = readFileSync(resolve(import.meta.dirname, "examples/tidal-parking.yaml"), "utf8");
const login = "installer:k3rb-side/secret";
const hubPassword = "br0ker-secret";

test("2,000 mutations of a good file: never a thrown error, never a finding without a place", () => {
  let okCount = 0;
  const failures: string[] = [];
  for (let seed = 1; seed <= mutationsCount; seed += 1) {
    const bytes = mutated(seed);
    try {
      const result = load(bytes);
      if (result.ok) okCount += 1;
      const findings = [...(result.ok ? [] : result.errors), ...result.warnings];
      const isPlaced = findings.every(({ line, column }) => line >= 1 && column >= 1);
      const isSaid = result.ok || result.errors.length > 0;
      const isSilent = !/k3rb-side|br0ker-secret/.test(JSON.stringify(findings));
      if (!isPlaced || !isSaid || !isSilent)
        failures.push(`seed ${seed}: ${JSON.stringify(findings)}`);
    } catch (error) {
      failures.push(`seed ${seed} threw ${String(error)}`);
    }
  }
  expect(failures).toEqual([]);
  // Comments and blank lines make some mutations harmless; most must be felt.
  expect(okCount).toBeGreaterThan(mutationsCount / 50);
  expect(okCount).toBeLessThan(mutationsCount / 2);
}, 120_000);

test("the file itself is good", () => {
  expect(load(Buffer.from(good)).ok).toBe(true);
});

function load(bytes: Uint8Array) {
  return loadConfig("mutated.yaml", {
    cwd: "/nowhere",
    env: { CAM_LOGIN: login, HUB_PASSWORD: hubPassword },
    nowMs: Date.UTC(2026, 2, 1),
    models: ["street-nano"],
    readFile: (path) => {
      if (path === "/nowhere/mutated.yaml") return bytes;
      throw Object.assign(new Error("test"), { code: "ENOENT" });
    },
  });
}

type Random = (below: number) => number;
type Mutation = (bytes: Buffer, random: Random) => Buffer;

const values = ["~", "5", "-1", "1e999", ".nan", "true", '""', "[]", "{}", "[1, 2]", "{ a: b }"];
const pieces = [
  "\t",
  "\0",
  ": ",
  "- ",
  "{",
  "]",
  "&a ",
  "*a",
  "!!set ",
  "#",
  '"',
  "'",
  "\r",
  "|",
  "%",
  "\u{1f600}",
  "${",
  `\${env:X}`,
  `\${file:/etc}`,
];

const onLines =
  (change: (lines: string[], at: number, random: Random) => void): Mutation =>
  (bytes, random) => {
    const lines = bytes.toString("latin1").split("\n");
    change(lines, random(lines.length), random);
    return Buffer.from(lines.join("\n"), "latin1");
  };

const mutations: readonly Mutation[] = [
  onLines((lines, at) => void lines.splice(at, 1)),
  onLines((lines, at) => void lines.splice(at, 0, lines[at] ?? "")),
  onLines((lines, at, random) => {
    const other = random(lines.length);
    [lines[at], lines[other]] = [lines[other] ?? "", lines[at] ?? ""];
  }),
  onLines((lines, at, random) => {
    lines[at] = `${" ".repeat(random(6))}${lines[at]?.trimStart() ?? ""}`;
  }),
  onLines((lines, at, random) => {
    const line = lines[at] ?? "";
    const from = random(line.length + 1);
    lines[at] = line.slice(0, from) + line.slice(from).split("").reverse().join("");
  }),
  onLines((lines, at, random) => {
    lines[at] = (lines[at] ?? "").replace(/:(\s+).+$/, `:$1${values[random(values.length)] ?? ""}`);
  }),
  onLines((lines, at, random) => {
    const parts = (lines[at] ?? "").split(/([\s,[\]{}]+)/);
    parts[random(parts.length)] = values[random(values.length)] ?? "";
    lines[at] = parts.join("");
  }),
  (bytes, random) =>
    insertedAt(bytes, random(bytes.length), Buffer.from(pieces[random(pieces.length)] ?? "")),
  (bytes, random) => insertedAt(bytes, random(bytes.length), Buffer.from([random(256)])),
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    changed[random(bytes.length)] = random(256);
    return changed;
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => Buffer.concat([bytes, bytes.subarray(random(bytes.length))]),
];

function insertedAt(bytes: Buffer, at: number, piece: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

function mutated(seed: number): Uint8Array {
  const random = seeded(seed);
  let bytes: Buffer = Buffer.from(good);
  for (let count = 1 + random(3); count > 0 && bytes.length > 0; count -= 1) {
    bytes = mutations[random(mutations.length)]?.(bytes, random) ?? bytes;
  }
  return bytes;
}

function seeded(seed: number): Random {
  const draw = drawsOf(seed * 0x9e3779b1);
  return (below) => (draw() * 2 ** 32) % Math.max(1, below);
}
