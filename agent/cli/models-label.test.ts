/** The command as a person types it; the second detector is the first with colours exchanged. */
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tinyDetectorManifest, writeTinyDetector } from "../../test-fixtures/tiny-detector.ts";
import {
  carCell,
  emptyCell,
  personCell,
  type TinyCell,
  writeTinyPicture,
} from "../../test-fixtures/tiny-pictures.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { modelsLabelCommand } from "./models-label.ts";
import { testIo } from "./testing.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "kerbside-cli-label-"));
  const modelsFolder = join(cwd, "models");
  await writeTinyDetector(modelsFolder, { withWeights: true });
  // Its blue and red planes change places: only what is bright in both is found by both.
  const input = { ...tinyDetectorManifest().input, channels: "bgr" as const };
  await writeTinyDetector(modelsFolder, { withWeights: true, changes: { name: "other", input } });
});
afterEach(() => rm(cwd, { recursive: true }));

async function label(line: string, signal = new AbortController().signal) {
  const io = testIo({ env: { KERBSIDE_MODELS: "models" }, cwd, signal });
  const end = await modelsLabelCommand.run(line.split(" "), io).catch((error: unknown) => {
    if (error instanceof AgentError) return `${error.code}: ${error.message}`;
    throw error;
  });
  return { end, stdout: io.out(), stderr: io.err() };
}

const picture = (name: string, cells: readonly TinyCell[]): Promise<void> =>
  writeTinyPicture(join(cwd, "street"), name, cells);
const read = (path: string): Promise<string> => readFile(join(cwd, "out", path), "utf8");
const line = "--models tiny,other --pictures street --out out";

/** Red and blue alike (a car's are nearly so): both read an objectness of 1. Green says how much it is a person. */
const both = (person: number): TinyCell => [255, Math.round(person * 255), 255];

test("what both see is labelled, what one sees is doubtful", async () => {
  await picture("a", [both(1), emptyCell, personCell(0.9), emptyCell]);
  const { end, stdout } = await label(`${line} --json`);
  expect(end).toBe(0);
  const { pictures, kept, agreed } = JSON.parse(stdout);
  expect({ pictures, kept }).toEqual({ pictures: 1, kept: 0 });
  const lines = (await read("labels/a.txt")).trim().split("\n");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("0.250000 0.250000 0.250000 0.250000");
  expect(Object.values(agreed)).toEqual([1]);
  // The upright person's red is the other's blue: it sees nothing there.
  expect(await read("ignored/a.txt")).toBe("4 0.250000 0.750000 0.250000 0.250000\n");
});

describe("on three pictures", () => {
  beforeEach(async () => {
    await picture("a", [both(1), emptyCell, emptyCell, emptyCell]);
    await picture("b", [emptyCell, emptyCell, emptyCell, emptyCell]);
    await picture("c", [carCell(0.9), emptyCell, emptyCell, emptyCell]);
  });

  test("a run that was broken off is taken up where it ended", async () => {
    await label(line);
    const old = new Date(1_000_000_000_000);
    await utimes(join(cwd, "out/labels/a.txt"), old, old);
    await rm(join(cwd, "out/ignored/c.txt"));
    const { stdout } = await label(line);
    expect(stdout).toMatch(/^3 pictures in .*out, 2 of them labelled before\n/);
    expect((await stat(join(cwd, "out/labels/a.txt"))).mtime).toEqual(old);
    expect(await read("labels/b.txt")).toBe("");
    expect(await read("labels/c.txt")).toBe("0 0.250000 0.250000 0.250000 0.250000\n");
    expect(await read("ignored/c.txt")).toBe("");
  });

  test("stopped, it says what is left, and the same command goes on", async () => {
    const stopped = await label(line, AbortSignal.abort());
    expect(stopped.end).toBe(1);
    expect(stopped.stdout).toContain("stopped with 3 pictures left");
    expect(await label(line)).toMatchObject({ end: 0 });
  });

  test("a broken picture is named, and what came before it is kept", async () => {
    await writeFile(join(cwd, "street/images/c.png"), "no picture");
    expect((await label(line)).end).toMatch(/^USAGE: .*c\.png is no picture/);
    expect(await read("labels/a.txt")).not.toBe("");
  });

  test("a folder that was made with other limits is refused", async () => {
    await label(line);
    expect((await label(`${line} --overlap 0.7`)).end).toMatch(/was labelled by other models or/);
    expect((await label(`${line} --score 0.5,0.6`)).end).toMatch(/with other limits/);
    expect((await label(`${line} --score 0.5,0.5`)).end).toBe(0);
  });

  test("the folder says what its numbers mean", async () => {
    await label(line);
    expect(JSON.parse(await read("about.json"))).toEqual({
      models: [expect.stringMatching(/^tiny@/), expect.stringMatching(/^other@/)],
      scores: [0.5, 0.5],
      overlapMin: 0.6,
      classes: { "0": "car", "4": "person" },
    });
  });

  const wrong = [
    { line: "--models tiny --pictures street --out out", want: /two names: A,B/ },
    { line: "--models tiny,other --out out", want: /--pictures DIR and --out DIR/ },
    { line: `${line} --score 0.5`, want: /--score takes two numbers/ },
    { line: `${line} --overlap 60`, want: /--overlap must lie between 0 and 1, got "60"/ },
    { line: "--models tiny,none --pictures street --out out", want: /MODEL_UNKNOWN/ },
    { line: "--models tiny,other --pictures street --out file/x", want: /cannot write/ },
  ];
  test.each(wrong)("$line is answered with what is wrong", async ({ line, want }) => {
    await mkdir(join(cwd, "street"), { recursive: true });
    await writeFile(join(cwd, "file"), "");
    expect((await label(line)).end).toMatch(want);
  });
});
