import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type AgentFile,
  agentFilePath,
  isProcessThere,
  readAgentFile,
  removeAgentFile,
  writeAgentFile,
} from "./agent-file.ts";

const agent: AgentFile = {
  pid: process.pid,
  startedAt: "2026-07-01T08:00:00.000+08:00",
  configurationFile: "/etc/kerbside/junction.yaml",
  health: { host: "127.0.0.1", port: 9100 },
};

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-agent-file-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("what was written is read, and nothing else is left in the folder", async () => {
  await writeAgentFile(folder, { ...agent, health: null });
  await writeAgentFile(folder, agent);
  expect(await readAgentFile(folder)).toEqual(agent);
  expect(await readdir(folder)).toEqual(["agent.json"]);
});

test("a removed file is no file, removed twice neither", async () => {
  await writeAgentFile(folder, agent);
  await removeAgentFile(folder);
  await removeAgentFile(folder);
  expect(await readAgentFile(folder)).toBeUndefined();
});

const damaged = [
  { name: "an empty file", text: "" },
  { name: "half a file", text: '{"pid":12,"star' },
  { name: "a file of something else", text: '{"pid":"12"}' },
  {
    name: "a port that is none",
    text: JSON.stringify({ ...agent, health: { host: "::1", port: 0 } }),
  },
];
for (const { name, text } of damaged) {
  test(`${name} is no file`, async () => {
    await writeFile(agentFilePath(folder), text);
    expect(await readAgentFile(folder)).toBeUndefined();
  });
}

test("this process is there, one with an impossible number is not", () => {
  expect(isProcessThere(agent)).toBe(true);
  expect(isProcessThere({ ...agent, pid: 2 ** 31 - 1 })).toBe(false);
});
