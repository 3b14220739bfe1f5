import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRedactor } from "../health/redactor.ts";
import { checkCommand } from "./check.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-check-"));
  writeFileSync(join(folder, "good.yaml"), good);
  writeFileSync(
    join(folder, "bad.yaml"),
    good.replace("kerb-side", "Kerb").replace("rtsp:", "rtps:"),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const good = `version: 1
device: { id: kerb-side, division: "445102", location: [116.6470, 23.6700] }
hub: { url: "mqtt://127.0.0.1:1883" }
cameras:
  - id: east
    url: rtsp://cam:\${env:CAM_PW}@192.0.2.11/main
    location: [116.6470, 23.6700]
    zones:
      - id: bus-stop
        polygon: [[0.1, 0.6], [0.5, 0.6], [0.5, 0.9], [0.1, 0.9]]
        rules: [{ kind: illegal-parking }]
`;

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await checkCommand.run(args, {
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    env: { CAM_PW: "horse-battery" },
    cwd: folder,
    isTty: false,
    signal: new AbortController().signal,
    redactor: createRedactor(),
  });
  return { code, out: out.join(""), err: err.join("") };
}

test("a right file is told in a few lines, without its secrets", async () => {
  const { code, out, err } = await run("good.yaml");
  expect(code).toBe(0);
  expect(err).toBe("");
  expect(out.replace(/[0-9a-f]{12}/, "HASH")).toBe(
    [
      "device  kerb-side in division 445102 (Asia/Shanghai)",
      "hub     mqtt://127.0.0.1:1883",
      "camera  east  rtsp://***@192.0.2.11/main",
      "  view  all: every 2s, street-nano",
      "  zone  bus-stop: illegal-parking (warned after 1m, reported after 5m)",
      "hash    HASH of good.yaml and what it names",
      "good.yaml is right: 0 errors, 0 warnings",
      "",
    ].join("\n"),
  );
});

test("a wrong file: one line a finding, exit code 2", async () => {
  const { code, out } = await run("bad.yaml");
  expect(code).toBe(2);
  expect(out.split("\n")).toEqual([
    'bad.yaml:2:15  device.id  expected an id of 1 to 41 small letters, digits and hyphens that begins with a letter or digit, found "Kerb"',
    'bad.yaml:6:10  cameras[0].url  the address begins with "rtps:", expected one of rtsp, rtsps, http, https, file, did you mean "rtsp"?',
    "bad.yaml is not right: 2 errors, 0 warnings",
    "",
  ]);
});

test("--json: standard output is one JSON object, the rest goes to standard error", async () => {
  const { code, out, err } = await run("bad.yaml", "--json");
  expect(code).toBe(2);
  expect(out.trimEnd()).not.toContain("\n");
  const result = JSON.parse(out);
  expect(result).toMatchObject({ ok: false, warnings: [] });
  expect(result.errors).toHaveLength(2);
  expect(result.errors[1]).toEqual({
    file: "bad.yaml",
    line: 6,
    column: 10,
    path: "cameras[0].url",
    message:
      'the address begins with "rtps:", expected one of rtsp, rtsps, http, https, file, did you mean "rtsp"?',
  });
  expect(err).toContain("bad.yaml is not right");
});

test("a file that does not exist is a finding like any other", async () => {
  const { code, out } = await run("none.yaml");
  expect(code).toBe(2);
  expect(out).toBe(
    "none.yaml:1:1  the configuration does not exist\nnone.yaml is not right: 1 error, 0 warnings\n",
  );
});

test("no file, or two, is wrong use", async () => {
  await expect(run()).rejects.toThrow("expected one file, got 0");
  await expect(run("a.yaml", "b.yaml")).rejects.toThrow("expected one file, got 2");
});
