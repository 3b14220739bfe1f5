/**
 * The configuration's loader: any bytes, and good configurations with something hostile in them.
 *
 * Holds for every input: it never throws; a finding has a place and no secret; loading twice gives
 * the same; nothing is opened but what the configuration names.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { type LoadResult, loadConfig } from "../../../config/load.ts";
import { shieldSubstitutions, unshield } from "../../../config/shield.ts";
import { rightFile } from "../../../config/testing/written.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { hostileIn, type Json } from "../hostile-values.ts";

const examples = ["junction", "market", "minimal", "tidal-parking"].map((name) =>
  readFileSync(join(import.meta.dirname, `../../../config/examples/${name}.yaml`), "utf8"),
);
const documents = [rightFile, ...examples].map(
  (text) => JSON.parse(unshield(JSON.stringify(parse(shieldSubstitutions(text))))) as Json, // Ours.
);

const secret = "k3rb-side@secret/42";
const files: Readonly<Record<string, string>> = {
  "/c/secret": secret,
  "/c/part.yaml": "version: 1\nlog: { level: warn }\n",
  "/c/loop.yaml": "include: t.yaml\n",
  "/c/list.csv": "number,kinds,camera,from\nA,street-vending,east,2026-01-01\n",
  "/c/days.json": '{"version":"1","years":[]}',
  "/c/ca.pem": "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n",
};

/** Block or flow form; what is too deep for the printer is JSON, which is YAML. */
function written(value: Json, indent: number): string {
  try {
    return stringify(value, { indent, aliasDuplicateObjects: false });
  } catch {
    return JSON.stringify(value);
  }
}

const yaml = fc
  .tuple(hostileIn(documents), fc.constantFrom(0, 2, 4))
  .map(([value, indent]) =>
    Buffer.from(indent === 0 ? JSON.stringify(value) : written(value, indent)),
  );

export const configuration: FuzzTarget = {
  name: "configuration",
  corpus: () => [rightFile, ...examples].map((text) => Buffer.from(text)),
  tokens: [
    "include: part.yaml\n",
    "include: [loop.yaml, t.yaml]\n",
    "permits: list.csv\n",
    "calendar: ./days.json\n",
    `\${env:PW}`,
    `\${file:secret}`,
    `\${file:/c/secret}`,
    "${",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "- ",
    "? ",
    ": ",
    "[",
    "]",
    "{",
    "}",
    "|\n",
    ">-\n",
    "---\n",
    "%YAML 1.1\n",
    "\uFEFF",
    "\u0000",
    "rtsp://u:p@192.0.2.1/a",
    "://",
    "@",
    "polygon: ",
    ".nan",
    ".inf",
    "1e999",
    "null",
    "__proto__: ",
  ],
  arbitrary: yaml,
  run: (bytes) => {
    const first = load(bytes);
    check(first);
    // It costs as much again, so not for all.
    if (bytes.length % 4 !== 0) return;
    const [a, b] = [first, load(bytes)].map((result) => JSON.stringify(plain(result)));
    if (a !== b) throw new Error("loading twice gives two results");
  },
  isExpected: () => false,
  memoryBoundBytes: 192 * 1_024 * 1_024,
  testInputs: 40,
};

function load(bytes: Uint8Array): LoadResult {
  return loadConfig("t.yaml", {
    cwd: "/c",
    env: {
      PW: secret,
      HUB_PW: secret,
      CAM_PW: secret,
      CAM_LOGIN: `u:${secret}`,
      HUB_PASSWORD: secret,
    },
    nowMs: Date.UTC(2026, 2, 1),
    models: ["street-nano"],
    readFile: (path) => {
      if (path === "/c/t.yaml") return bytes;
      const found = Object.hasOwn(files, path) ? files[path] : undefined;
      if (found !== undefined) return Buffer.from(found);
      throw Object.assign(new Error("test"), { code: "ENOENT" });
    },
  });
}

function check(result: LoadResult): void {
  const findings = [...(result.ok ? [] : result.errors), ...result.warnings];
  if (!result.ok && result.errors.length === 0) throw new Error("refused without a reason");
  for (const { file, line, column, message } of findings) {
    if (!(line >= 1 && column >= 1 && file !== "" && message !== "")) {
      throw new Error(`a finding without a place or a word: ${message}`);
    }
    if (message.includes("k3rb-side") || message.includes("secret/42")) {
      throw new Error(`a secret is told: ${message}`);
    }
    if (message.length > 2_001) throw new Error("a finding of thousands of characters");
  }
  if (findings.length > 402) throw new Error(`${findings.length} findings`);
}

function plain(result: LoadResult): unknown {
  return result.ok ? { ok: result.config.configurationHash, warnings: result.warnings } : result;
}
