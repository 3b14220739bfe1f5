/** The command as a person types it, on a small detector of our own and pictures made here. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeTinyDetector } from "../../test-fixtures/tiny-detector.ts";
import {
  carCell,
  emptyCell,
  personCell,
  type TinyCell,
  tinyBoxes,
  writeTinyPicture,
} from "../../test-fixtures/tiny-pictures.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { modelsEvalCommand } from "./models-eval.ts";
import { testIo } from "./testing.ts";

const { upperLeft, upperRight, lowerLeft, lowerRight } = tinyBoxes;

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "kerbside-cli-eval-"));
  await writeTinyDetector(join(cwd, "models"), { withWeights: true });
});
afterEach(() => rm(cwd, { recursive: true }));

const picture = (name: string, cells: readonly TinyCell[], labels?: string): Promise<void> =>
  writeTinyPicture(join(cwd, "set"), name, cells, labels);

/** Words are split at spaces; an AgentError is given back by its code and text. */
async function evaluate(line: string, signal = new AbortController().signal) {
  const io = testIo({ env: { KERBSIDE_MODELS: "models" }, cwd, signal });
  const end = await modelsEvalCommand.run(line.split(" "), io).catch((error: unknown) => {
    if (error instanceof AgentError) return `${error.code}: ${error.message}`;
    throw error;
  });
  return { end, stdout: io.out(), stderr: io.err() };
}

describe("on two pictures", () => {
  beforeEach(async () => {
    // A person found, a car missed, a person found that is not there; a class that is not named.
    const first = `7 ${upperLeft}\n3 ${upperRight}\n9 ${lowerLeft}\n`;
    await picture("a", [personCell(0.8), emptyCell, emptyCell, personCell(0.4)], first);
    await picture("b", [emptyCell, carCell(0.9), emptyCell, emptyCell], `3 ${upperRight}\n`);
    await picture("unlabelled", [personCell(1), personCell(1), personCell(1), personCell(1)]);
  });
  const line = "tiny --pictures set --classes 7=person,3=car";

  test("the figures are what was painted", async () => {
    const { end, stdout } = await evaluate(`${line} --json`);
    expect(end).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ pictures: 2, unnamedBoxes: 1 });
    expect(Object.keys(result.labels)).toEqual(["car", "person"]);
    expect(result.labels.person).toMatchObject({ ap50: 1, recallAtPrecision90: 1, truths: 1 });
    expect(result.labels.person.threshold).toBeCloseTo(0.8, 2);
    expect(result.labels.car).toMatchObject({ ap50: 0.5, recallAtPrecision90: 0.5, truths: 2 });
    expect(result.labels.car.threshold).toBeCloseTo(0.9, 2);
    expect(result.labels.car.choices).toEqual([
      { precision: 0.5, threshold: result.labels.car.threshold, recall: 0.5 },
    ]);
  });

  test("boxes below the manifest's thresholds are measured too", async () => {
    await picture("a", [emptyCell, emptyCell, emptyCell, personCell(0.2)], `7 ${lowerRight}\n`);
    const { stdout } = await evaluate("tiny --pictures set --classes 7=person --json");
    expect(JSON.parse(stdout).labels.person).toMatchObject({ ap50: 1, truths: 1 });
  });

  test("text and plot say the same", async () => {
    const { stdout } = await evaluate(`${line} --together car,person --plot curve.png`);
    expect(stdout).toMatch(/^tiny@[0-9a-f]{12}: 2 pictures\n/);
    expect(stdout).toMatch(/^car +0\.500 /m);
    expect(stdout).toMatch(/^car\+person +0\.667 /m);
    expect(stdout).toContain("1 boxes of other classes were not counted");
    const plot = sharp(await readFile(join(cwd, "curve.png")));
    expect(await plot.metadata()).toMatchObject({ format: "png", width: 1120, height: 760 });
  });

  test("against itself a detector agrees", async () => {
    const { stdout } = await evaluate("tiny --pictures set --against tiny --json");
    const { against, labels, pictures } = JSON.parse(stdout);
    expect(against).toMatch(/^tiny@/);
    expect(pictures).toBe(3);
    expect(labels.car).toMatchObject({ ap50: 1, truths: 1 });
    expect(labels.person).toMatchObject({ ap50: 1, truths: 6 });
  });

  test("what lies on ignored regions is not counted", async () => {
    await picture("c", [personCell(0.95), emptyCell, emptyCell, emptyCell], "");
    const before = JSON.parse((await evaluate(`${line} --json`)).stdout);
    expect(before.labels.person.ap50).toBe(0.5);
    await mkdir(join(cwd, "ignored"));
    await writeFile(join(cwd, "ignored/c.txt"), "7 0.25 0.25 0.5 0.5\n");
    const after = JSON.parse((await evaluate(`${line} --ignored ignored --json`)).stdout);
    expect(after.labels.person.ap50).toBe(1);
  });

  test("a label that the model does not know is said, and never found", async () => {
    const { stdout, stderr } = await evaluate("tiny --pictures set --classes 7=bin --json");
    expect(stderr).toBe("tiny does not know bin\n");
    expect(JSON.parse(stdout).labels.bin).toMatchObject({ ap50: 0, threshold: null });
  });

  test("labels may lie elsewhere", async () => {
    await mkdir(join(cwd, "other"));
    await writeFile(
      join(cwd, "other/unlabelled.txt"),
      Object.values(tinyBoxes)
        .map((box) => `0 ${box}\n`)
        .join(""),
    );
    const { stdout } = await evaluate(
      "tiny --pictures set --labels other --classes 0=person --json",
    );
    expect(JSON.parse(stdout)).toMatchObject({ pictures: 1, labels: { person: { ap50: 1 } } });
  });

  const wrong = [
    { line: "tiny", want: /takes one NAME and --pictures DIR/ },
    { line: "tiny --pictures set", want: /needs --classes MAP or --against NAME/ },
    { line: "tiny --pictures set --classes 0=person --against tiny", want: /and not both/ },
    { line: "tiny --pictures nowhere --classes 0=person", want: /there is no folder .*nowhere/ },
    { line: "tiny --pictures models --classes 0=person", want: /there are no pictures in/ },
    { line: "tiny --pictures set --classes 0:person", want: /"0:person" is not NUMBER=LABEL/ },
    { line: "tiny --pictures set --classes 0=persona", want: /there is no label "persona"/ },
    { line: "tiny --pictures set --classes 0=car,0=bin", want: /names one number twice/ },
    { line: "tiny --pictures set --classes 5=car", want: /of 4 boxes in .* none is of a class/ },
    { line: "tiny --pictures set --labels no --classes 3=car", want: /none of the 3 pictures has/ },
    { line: "tiny --pictures set --classes 3=car --together cars", want: /no label "cars"/ },
    { line: "tiny --pictures set --against tiny --against-score 2", want: /between 0 and 1/ },
    { line: "tiny --pictures set --classes 3=car --plot no/x.png", want: /cannot write .*x\.png/ },
    { line: "small --pictures set --classes 3=car", want: /MODEL_UNKNOWN/ },
  ];
  test.each(wrong)("$line is answered with what is wrong", async ({ line, want }) => {
    expect((await evaluate(line)).end).toMatch(want);
  });

  const lines = ["0 0.5 0.5 0.2", "0 320 240 100 100", "0.5 0.5 0.5 0.1 0.1", "0 0.5 0.5 0 0.1"];
  test.each(lines)("a labels file with %j is refused, with its line", async (line) => {
    await writeFile(join(cwd, "set/labels/a.txt"), `3 ${upperLeft}\n${line}\n`);
    const { end } = await evaluate("tiny --pictures set --classes 3=car");
    expect(end).toMatch(/a\.txt:2: .* is no box/);
  });

  test.each(["--classes 3=car", "--against tiny"])(
    "a broken picture is named, %s",
    async (truth) => {
      await writeFile(join(cwd, "set/images/a.png"), "no picture");
      const { end } = await evaluate(`tiny --pictures set ${truth}`);
      expect(end).toMatch(/^USAGE: .*a\.png is no picture/);
    },
  );

  test("stopped, it measures nothing", async () => {
    const { end, stdout, stderr } = await evaluate(`${line} --json`, AbortSignal.abort());
    expect({ end, stdout }).toEqual({ end: 1, stdout: "" });
    expect(stderr).toContain("stopped");
  });
});
