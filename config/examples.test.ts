/** Every example loads, as it is; and nothing in it is warned of but what it says itself. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "./load.ts";

const folder = resolve(import.meta.dirname, "examples");
const expectedWarnings: Readonly<Record<string, readonly string[]>> = {
  "junction.yaml": [
    'the camera "east" has no "location": its events carry the position of the device',
  ],
  "market.yaml": [],
  "minimal.yaml": ["no hub is named: events stay in this box"],
  "tidal-parking.yaml": [
    'any certificate is accepted from the camera "gate": its password can be read on the way',
  ],
};

test("each example is listed here", () => {
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(expectedWarnings).toSorted());
});

for (const [name, want] of Object.entries(expectedWarnings)) {
  test(`${name} loads`, () => {
    const result = loadConfig(name, {
      cwd: folder,
      env: { CAM_PW: "x", CAM_LOGIN: "a:b", HUB_USER: "box", HUB_PASSWORD: "y" },
      nowMs: Date.UTC(2026, 2, 1),
      models: ["street-nano"],
      readFile: (path) => {
        if (path === "/run/secrets/hub") return Buffer.from("secret\n");
        if (path.endsWith("ca.pem")) return Buffer.from("-----BEGIN CERTIFICATE-----\n");
        return readFileSync(path);
      },
    });
    expect(result.ok ? [] : result.errors).toEqual([]);
    expect(result.warnings.map(({ message }) => message)).toEqual(want);
  });
}
