/**
 * Goal: a file that is not right never keeps a box from running that had a good one, and what is
 * kept of the good one holds no secret.
 * Method: real files in a folder of their own, a configuration in parts; detectors are made up.
 */
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PreparedModel } from "../inference/model-store.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { silentLog } from "../runtime/log.ts";
import {
  type ConfigurationSource,
  keepConfiguration,
  refusalText,
  startConfiguration,
} from "./start-configuration.ts";
import { testIo } from "./testing.ts";

const nowMs = Date.UTC(2026, 6, 1);
const password = "horse-battery-staple";
const parts = {
  "junction.yaml": `version: 1
include: cameras.yaml
device: { id: corner-1, division: "445102", location: [116.647, 23.67] }
hub: { url: "mqtts://hub.example.city", user: box, password: "\${file:hub-password}" }
permits: permits.csv
`,
  "cameras.yaml": `cameras:
  - id: east
    url: rtsp://192.0.2.11/main
    zones:
      - { id: bay, polygon: [[0, 0], [1, 0], [1, 1]], rules: [ { kind: illegal-parking } ] }
`,
  "permits.csv":
    "number,kinds,camera,zone,from,to\nP-1,illegal-parking,east,bay,2026-01-01,2026-12-31\n",
  "hub-password": `${password}\n`,
};

let folder = "";
let source: ConfigurationSource;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-start-"));
  for (const [name, text] of Object.entries(parts)) await writeFile(join(folder, name), text);
  source = {
    file: "junction.yaml",
    dataFolder: folder,
    io: testIo({ cwd: folder }),
    loadModel: async () => ({}) as PreparedModel, // Nobody looks into it here.
  };
});
afterEach(() => rm(folder, { recursive: true }));

const kept = () => join(folder, "last-configuration.json");
const change = (name: keyof typeof parts, text: string) => writeFile(join(folder, name), text);

async function runOnce(): Promise<string> {
  const { config, files } = await startConfiguration(source);
  await keepConfiguration(source, files, { nowMs, log: silentLog });
  return config.configurationHash;
}

test("what ran is kept with every file it is made of, for its owner alone, and no secret", async () => {
  await runOnce();
  const { files } = JSON.parse(await readFile(kept(), "utf8")) as { files: Record<string, string> };
  expect(Object.keys(files).map((name) => name.slice(folder.length + 1))).toEqual([
    "junction.yaml",
    "cameras.yaml",
    "permits.csv",
  ]);
  const texts = Object.values(files).map((text) => Buffer.from(text, "base64").toString());
  expect(texts.join("")).toContain("{file:hub-password}");
  expect(texts.join("")).not.toContain(password);
  expect((await stat(kept())).mode & 0o777).toBe(0o600);
});

const broken: readonly { name: string; breakIt: () => Promise<unknown>; says: RegExp }[] = [
  {
    name: "a wrong value",
    breakIt: () => change("junction.yaml", parts["junction.yaml"].replace("box,", "7,")),
    says: /junction\.yaml:4:\d+ {2}hub\.user/,
  },
  {
    name: "an empty file",
    breakIt: () => truncate(join(folder, "junction.yaml")),
    says: /junction\.yaml:1:1/,
  },
  {
    name: "half a file",
    breakIt: () => truncate(join(folder, "cameras.yaml"), 70),
    says: /cameras\.yaml:\d+:\d+/,
  },
  {
    name: "a file that is gone",
    breakIt: () => rm(join(folder, "junction.yaml")),
    says: /the configuration does not exist/,
  },
  {
    name: "a part that is gone",
    breakIt: () => rm(join(folder, "cameras.yaml")),
    says: /the file cameras\.yaml does not exist/,
  },
  {
    name: "a permit list that is not right",
    breakIt: () => change("permits.csv", "number,kinds\nP-1,parking\n"),
    says: /permits\.csv:/,
  },
  {
    name: "a detector that nobody has",
    breakIt: async () => {
      const { loadModel } = source;
      let count = 0;
      source = {
        ...source,
        loadModel: async (...args) => {
          if (count++ > 0) return await loadModel(...args);
          throw new AgentError("MODEL_WEIGHTS_MISSING", "model x has no weights", "Add them.");
        },
      };
    },
    says: /model x has no weights/,
  },
];
for (const { name, breakIt, says } of broken) {
  test(`${name}: the configuration that ran last runs, and what is wrong is told`, async () => {
    const hash = await runOnce();
    await breakIt();
    const { config, refused, files } = await startConfiguration(source);
    expect(config.configurationHash).toBe(hash);
    expect(config.hub?.password?.reveal(), "secrets are read anew").toBe(password);
    expect(refused?.error.message).toMatch(says);
    expect(refused?.keptAt).toBe("2026-07-01T00:00:00.000Z");
    if (refused === undefined) throw new Error("nothing was refused");
    expect(refusalText(refused)).toMatch(/^the file is not right, the one of 2026-07-01T.* runs: /);
    expect(refusalText(refused)).not.toContain("\n");
    expect(files.size, "it is not kept anew").toBe(0);
  });
}

describe("there is nothing to fall back on", () => {
  const rows: readonly { name: string; change: () => Promise<unknown> }[] = [
    { name: "none ever ran", change: () => rm(kept()) },
    { name: "its copy was cut off", change: () => truncate(kept(), 100) },
    { name: "its copy is empty", change: () => truncate(kept()) },
    {
      name: "a byte of its copy changed",
      change: async () => {
        const text = await readFile(kept(), "utf8");
        await writeFile(kept(), text.replace(/(yaml": "\w{8})\w/, "$1_").replace("_", "A"));
      },
    },
    {
      name: "it was another file's",
      change: async () => {
        source = { ...source, file: "other.yaml" };
      },
    },
    { name: "its password is gone", change: () => rm(join(folder, "hub-password")) },
  ];
  for (const { name, change: make } of rows) {
    test(`${name}: the file's faults end the command`, async () => {
      await runOnce();
      await change("junction.yaml", "version: 1\n");
      await make();
      await expect(startConfiguration(source)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    });
  }
});

test("what is no fault of the file is not answered with an old one", async () => {
  await runOnce();
  const world = new AgentError("INFERENCE_FAILED", "no memory", "Add some.");
  source = { ...source, loadModel: () => Promise.reject(world) };
  await expect(startConfiguration(source)).rejects.toBe(world);
});

test("a copy that cannot be written is told and keeps nothing from running", async () => {
  const lines: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void lines.push(message) };
  const { files } = await startConfiguration(source);
  await keepConfiguration({ ...source, dataFolder: join(folder, "none") }, files, { nowMs, log });
  expect(lines).toEqual(["the configuration cannot be kept for a start"]);
});
