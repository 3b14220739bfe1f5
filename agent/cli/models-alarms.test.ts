/** The command as a person types it, on a small detector of our own and pictures made here. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeTinyDetector } from "../../test-fixtures/tiny-detector.ts";
import {
  carCell,
  emptyCell,
  personCell,
  writeTinyPicture,
} from "../../test-fixtures/tiny-pictures.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { modelsAlarmsCommand } from "./models-alarms.ts";
import { testIo } from "./testing.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "kerbside-cli-alarms-"));
  await writeTinyDetector(join(cwd, "models"), {
    withWeights: true,
    changes: { thresholds: { person: 0.5, car: 0.7 } },
  });
});
afterEach(() => rm(cwd, { recursive: true }));

async function count(line: string, signal = new AbortController().signal) {
  const io = testIo({ env: { KERBSIDE_MODELS: "models" }, cwd, signal });
  const end = await modelsAlarmsCommand.run(line.split(" "), io).catch((error: unknown) => {
    if (error instanceof AgentError) return `${error.code}: ${error.message}`;
    throw error;
  });
  return { end, stdout: io.out(), stderr: io.err() };
}

describe("on three pictures", () => {
  beforeEach(async () => {
    const set = join(cwd, "set");
    await writeTinyPicture(set, "a", [personCell(0.8), personCell(0.6), emptyCell, carCell(0.65)]);
    await writeTinyPicture(set, "b", [emptyCell, emptyCell, emptyCell, emptyCell]);
    await writeTinyPicture(set, "c", [personCell(0.4), emptyCell, emptyCell, carCell(0.9)]);
  });

  test("boxes at the manifest's thresholds are counted, a label and a picture", async () => {
    const { end, stdout } = await count("tiny --pictures set --json");
    expect(end).toBe(0);
    const { model, ...result } = JSON.parse(stdout);
    expect(model).toMatch(/^tiny@/);
    expect(result).toEqual({
      pictures: 3,
      failedPictures: 0,
      labels: {
        car: { threshold: 0.7, boxes: 1, boxesPerPicture: 0.3333, pictures: 1, share: 0.3333 },
        person: { threshold: 0.5, boxes: 2, boxesPerPicture: 0.6667, pictures: 1, share: 0.3333 },
      },
    });
  });

  test("another score counts in place of the thresholds, and labels can be picked", async () => {
    const { stdout } = await count("tiny --pictures set --labels person --score 0.3 --json");
    expect(JSON.parse(stdout).labels).toEqual({
      person: { threshold: 0.3, boxes: 3, boxesPerPicture: 1, pictures: 2, share: 0.6667 },
    });
  });

  test("text says the same", async () => {
    const { stdout } = await count("tiny --pictures set");
    expect(stdout).toMatch(/^tiny@[0-9a-f]{12}: 3 pictures\n/);
    expect(stdout).toMatch(/^person +0\.500 +2 +0\.667 +33\.3 %$/m);
  });

  test("stopped, it measures nothing", async () => {
    const { end, stdout, stderr } = await count("tiny --pictures set", AbortSignal.abort());
    expect({ end, stdout }).toEqual({ end: 1, stdout: "" });
    expect(stderr).toContain("stopped");
  });
});

const wrong = [
  { line: "tiny", want: /takes one NAME, and --pictures DIR or --footage PATH/ },
  { line: "tiny --pictures a --footage b", want: /takes one NAME/ },
  { line: "tiny --pictures nowhere", want: /there is no folder .*nowhere/ },
  { line: "tiny --footage nowhere.mp4", want: /there is no file .*nowhere\.mp4/ },
  { line: "tiny --footage models", want: /there is no footage in .*models/ },
  { line: "tiny --footage models --every often", want: /--every must be a duration/ },
  { line: "tiny --footage models --every 0s", want: /--every must be a duration/ },
  { line: "tiny --pictures set --labels bin", want: /tiny does not know bin/ },
  { line: "tiny --pictures set --labels cars", want: /no label "cars"/ },
  { line: "tiny --pictures set --score 2", want: /between 0 and 1/ },
];
test.each(wrong)("$line is answered with what is wrong", async ({ line, want }) => {
  await mkdir(join(cwd, "set"));
  expect((await count(line)).end).toMatch(want);
});
