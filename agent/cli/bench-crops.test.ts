/** The command as a person types it, on a small detector of our own and pictures made here. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeTinyDetector } from "../../test-fixtures/tiny-detector.ts";
import { carCell, emptyCell, writeTinyPicture } from "../../test-fixtures/tiny-pictures.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { benchCropsCommand } from "./bench-crops.ts";
import { testIo } from "./testing.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "kerbside-cli-crops-"));
  await writeTinyDetector(join(cwd, "models"), {
    withWeights: true,
  });
});
afterEach(() => rm(cwd, { recursive: true }));

async function bench(line: string, signal = new AbortController().signal) {
  const io = testIo({ env: { KERBSIDE_MODELS: "models" }, cwd, signal });
  const end = await benchCropsCommand.run(line.split(" "), io).catch((error: unknown) => {
    if (error instanceof AgentError) return `${error.code}: ${error.message}`;
    throw error;
  });
  return { end, stdout: io.out(), stderr: io.err() };
}

const labelled = async () => {
  const cells = [carCell(1), emptyCell, emptyCell, emptyCell];
  // What the detector says through the crop, which shows a tenth of the picture more on each side.
  const lines = "3 0.2 0.2 0.3 0.3\n";
  await writeTinyPicture(join(cwd, "set"), "a", cells, lines);
  await writeTinyPicture(join(cwd, "set"), "b", cells, lines);
};
const line = "--model tiny --pictures set --classes 3=car";

test("a car that is lost in the whole frame is found through the crop", async () => {
  await labelled();
  const { end, stdout } = await bench(`${line} --json`);
  expect(end).toBe(0);
  const { pictures, labels } = JSON.parse(stdout);
  expect(pictures).toBe(2);
  expect(labels.car).toMatchObject({ whole25: 0, crop25: 1, crop50: 1, truths: 2 });
  expect(Object.keys(labels.car)).toEqual(["whole25", "crop25", "whole50", "crop50", "truths"]);
});

test("the same pictures give the same figures, as text too", async () => {
  await labelled();
  const [first, second] = [await bench(line), await bench(line)];
  expect(first).toEqual(second);
  expect(first.stdout).toMatch(/^tiny@[0-9a-f]{12}: 2 pictures, AP50\n/);
  expect(first.stdout).toMatch(/^car +0\.000 +1\.000 /m);
});

test("stopped, it measures nothing", async () => {
  await labelled();
  const { end, stdout } = await bench(line, AbortSignal.abort());
  expect({ end, stdout }).toEqual({ end: 1, stdout: "" });
});

const wrong = [
  { line: "--model tiny --pictures set", want: /takes --model NAME, --pictures DIR and --classes/ },
  { line: "--model tiny --pictures set --classes 5=car", want: /none is of a class/ },
  { line: "--model small --pictures set --classes 3=car", want: /MODEL_UNKNOWN/ },
];
test.each(wrong)("$line is answered with what is wrong", async ({ line, want }) => {
  await labelled();
  expect((await bench(line)).end).toMatch(want);
});
