/**
 * Goal: the systemd unit and the image give the agent no more than it needs, and stay so.
 * Method: systemd's own judgement of the unit, where it is installed; the lines that carry the
 * promises of docs/security.md.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const unit = readFileSync("scripts/kerbside.service", "utf8");
const image = readFileSync("Dockerfile.arm64", "utf8");
const folder = mkdtempSync(join(tmpdir(), "kerbside-unit-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, "kerbside.service");
// Programs are looked for where the unit says: here they are in this checkout.
writeFileSync(file, unit.replaceAll("/opt/kerbside", resolve(".")));

const analyze = (...args: readonly string[]) =>
  spawnSync("systemd-analyze", [...args, file], { encoding: "utf8" });
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.skipIf(!hasSystemd)("systemd finds no fault in the unit", () => {
  expect(analyze("verify").stderr).toBe("");
});

test.skipIf(!hasSystemd)("systemd's exposure of the unit is 2.0 of 10 at most", () => {
  const { status, stdout } = analyze("security", "--offline=true", "--threshold=20");
  expect(status, stdout.split("\n").slice(-3).join("\n")).toBe(0);
});

const unitLines = [
  "DynamicUser=yes",
  "StateDirectoryMode=0700",
  "UMask=0077",
  "LimitCORE=0",
  "NoNewPrivileges=yes",
  "ProtectSystem=strict",
  "CapabilityBoundingSet=",
  "RestrictNamespaces=user net",
  "SystemCallFilter=@system-service",
  "SystemCallFilter=~@privileged",
];
for (const line of unitLines) {
  test(`the unit says ${line}`, () => {
    expect(unit.split("\n")).toContain(line);
  });
}

test("no secret stands in the unit: they come as credentials", () => {
  expect(unit).toMatch(/^#LoadCredential=/m);
  expect(unit).not.toMatch(/^Environment=.*(PW|PASS|SECRET|TOKEN)/im);
});

test("the image runs as a user, and says how to run it without capabilities", () => {
  const last = image.slice(image.lastIndexOf("\nFROM "));
  expect(last.indexOf("\nUSER kerbside\n")).toBeGreaterThan(last.indexOf("\nRUN "));
  expect(last).not.toMatch(/\nUSER (root|0)\b/);
  const advice = image.slice(0, image.indexOf("\nFROM "));
  for (const flag of ["--read-only", "--cap-drop ALL", "no-new-privileges"]) {
    expect(advice).toContain(flag);
  }
  expect(image).toMatch(/-m 0700 \/data/);
  expect(image).not.toMatch(/^(ADD|ARG .*(PASS|TOKEN|SECRET))/m);
});
