/**
 * Files that a configuration names: calendar, matter table, certificate, a part to include. The
 * first byte says which one the rest of the input is.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { loadConfig } from "../../../config/load.ts";
import { rightFile } from "../../../config/testing/written.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { hostileIn, type Json } from "../hostile-values.ts";

const config = join(import.meta.dirname, "../../../config");
const calendar = readFileSync(join(config, "calendars/cn.json"), "utf8");
const matters = readFileSync(join(config, "matters/gb-t-47678.5-2026.json"), "utf8");
const documents = [calendar, matters].map((text) => JSON.parse(text) as Json); // Ours.
const part = 'log: { level: warn }\ncameras:\n  - { id: west, url: "rtsp://192.0.2.12/" }\n';
const certificate = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";

const roles = ["calendar: ./x.json", "matters: ./x.json", "include: x.json", "ca"] as const;

function configurationFor(role: (typeof roles)[number]): string {
  return role === "ca"
    ? rightFile.replace("user: box", "user: box, ca: x.json")
    : `${rightFile}${role}\n`;
}

const written = roles.map((role) => Buffer.from(configurationFor(role)));
const input = (role: number, text: string): Buffer => Buffer.from(`${role}${text}`);

export const dataTables: FuzzTarget = {
  name: "data-tables",
  corpus: () => [input(0, calendar), input(1, matters), input(2, part), input(3, certificate)],
  tokens: ['"2026-02-30"', '"years":[', '"codes":{', '"__proto__":', "1e999", "include: t.yaml\n"],
  arbitrary: fc
    .tuple(fc.nat({ max: 2 }), hostileIn(documents))
    .map(([role, value]) => input(role, JSON.stringify(value))),
  run: (bytes) => {
    const role = (bytes[0] ?? 0) % roles.length;
    const result = loadConfig("t.yaml", {
      cwd: "/c",
      env: { HUB_PW: "sesame-open", CAM_PW: "horse@battery/staple" },
      nowMs: Date.UTC(2026, 2, 1),
      models: ["street-nano"],
      readFile: (path) => {
        if (path === "/c/t.yaml") return written[role] ?? bytes;
        if (path === "/c/x.json") return bytes.subarray(1);
        throw Object.assign(new Error("test"), { code: "ENOENT" });
      },
    });
    if (result.ok) return;
    if (result.errors.length === 0) throw new Error("refused without a reason");
    for (const { message, line } of result.errors) {
      if (line < 1) throw new Error(`no place: ${message}`);
      if (/sesame-open|battery/.test(message)) throw new Error(`a secret is told: ${message}`);
    }
  },
  isExpected: () => false,
  memoryBoundBytes: 128 * 1_024 * 1_024,
  testInputs: 100,
};
