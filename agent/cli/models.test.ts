/** The commands as a person types them, on a small detector of our own and on the real ones. */
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hasShared, sharedFolder } from "../../test-fixtures/shared.ts";
import {
  tinyDetectorBytes,
  writeTinyDetector,
  writeTinyDetectorWithVariant,
} from "../../test-fixtures/tiny-detector.ts";
import { createRedactor } from "../health/redactor.ts";
import { shippedModelsFolder } from "../inference/model-manifest.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { modelsCommandsFor } from "./models.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "kerbside-cli-models-"));
});
afterEach(() => rm(cwd, { recursive: true }));

/** Runs `kerbside models …`; an AgentError is given back by its code, as main would read it. */
async function kerbside(line: string, { modelsFolder = join(cwd, "models"), env = {} } = {}) {
  const [, verb = "", ...args] = line.split(" ");
  const command = modelsCommandsFor(modelsFolder).find(({ name }) => name === `models ${verb}`);
  if (command === undefined) throw new Error(`no command in ${line}`);
  const written = { stdout: "", stderr: "" };
  const io = {
    stdout: (text: string) => {
      written.stdout += text;
    },
    stderr: (text: string) => {
      written.stderr += text;
    },
    env,
    cwd,
    isTty: false,
    signal: new AbortController().signal,
    redactor: createRedactor(),
  };
  const end = await command.run(args, io).catch((error: unknown) => {
    if (error instanceof AgentError) return error.code;
    throw error;
  });
  return { end, ...written };
}

describe("with a small detector", () => {
  test("list says what is missing, add brings it, list and verify find it right", async () => {
    const manifest = await writeTinyDetector(join(cwd, "models"), { withWeights: false });
    await writeFile(join(cwd, "download.onnx"), tinyDetectorBytes());
    const tag = `tiny@${manifest.file.sha256.slice(0, 12)}`;

    expect((await kerbside("models list")).stdout).toBe(
      "tiny  Finds bright cells. Apache-2.0.\n      finds, never measured: person, car\n      weights: missing\n",
    );
    const added = await kerbside("models add tiny --file download.onnx");
    expect(added).toMatchObject({
      end: 0,
      stdout: `${tag} is in ${join(cwd, "data/models/tiny/tiny.onnx")}\n`,
    });
    const { models } = JSON.parse((await kerbside("models list --json")).stdout);
    expect(models).toMatchObject([{ name: "tiny", tag, weights: "present" }]);
    expect(await kerbside("models verify")).toMatchObject({
      end: 0,
      stdout: `${tag}: as it should be\n`,
    });
  });

  test("list says what each label was measured on", async () => {
    await writeTinyDetector(join(cwd, "models"), {
      withWeights: true,
      changes: { measured: { person: "agreement" } },
    });
    const { stdout } = await kerbside("models list");
    expect(stdout).toContain("      finds, only compared with another detector: person\n");
    expect(stdout).toContain("      finds, never measured: car\n");
    const { models } = JSON.parse((await kerbside("models list --json")).stdout);
    expect(models[0].measured).toEqual({ person: "agreement", car: "none" });
  });

  test("list and verify know its variants", async () => {
    const { variants = [] } = await writeTinyDetectorWithVariant(join(cwd, "models"));
    const tag = `tiny:int8@${variants[0]?.file.sha256.slice(0, 12)}`;
    expect((await kerbside("models list")).stdout).toMatch(/\n {6}variant tiny:int8: present\n$/);
    const { models } = JSON.parse((await kerbside("models list --json")).stdout);
    expect(models[0].variants).toEqual([{ name: "tiny:int8", tag, weights: "present" }]);
    const verified = await kerbside("models verify tiny --json");
    expect(JSON.parse(verified.stdout).models).toMatchObject([
      { name: "tiny", differences: [] },
      { name: "tiny:int8", tag, differences: [] },
    ]);
    expect((await kerbside("models verify tiny:int8")).stdout).toBe(`${tag}: as it should be\n`);
  });

  test("verify says which numbers differ, and answers no", async () => {
    const golden = [{ output: "output", sum: 1, first: [0.5, 0.25] }];
    await writeTinyDetector(join(cwd, "models"), { withWeights: true, changes: { golden } });
    const { end, stdout } = await kerbside("models verify tiny --json");
    expect(end).toBe(1);
    expect(JSON.parse(stdout).models[0].differences).toEqual([
      expect.stringMatching(/^sum of output is .*, expected 1$/),
      "output[1] is 0.5, expected 0.25",
    ]);
  });

  test("a wrong file is seen by list, refused by verify and by add", async () => {
    await writeTinyDetector(join(cwd, "models"), { withWeights: false });
    await writeFile(join(cwd, "models/tiny/tiny.onnx"), "not the weights");
    expect((await kerbside("models list")).stdout).toContain("weights: wrong hash (");
    expect((await kerbside("models verify")).end).toBe("MODEL_CHECKSUM_MISMATCH");
    const add = "models add tiny --file models/tiny/tiny.onnx";
    expect((await kerbside(add)).end).toBe("MODEL_CHECKSUM_MISMATCH");
  });

  test("without weights verify of all answers no, verify of one is wrong use", async () => {
    await writeTinyDetector(join(cwd, "models"), { withWeights: false });
    expect(await kerbside("models verify")).toMatchObject({
      end: 1,
      stderr: "tiny: no weights here, not verified\n",
    });
    expect((await kerbside("models verify tiny")).end).toBe("MODEL_WEIGHTS_MISSING");
  });

  const places = [
    {
      name: "--data",
      line: " --data elsewhere",
      env: { KERBSIDE_DATA: "from-env" },
      want: "elsewhere",
    },
    { name: "KERBSIDE_DATA", line: "", env: { KERBSIDE_DATA: "from-env" }, want: "from-env" },
    { name: "./data", line: "", env: {}, want: "data" },
  ];
  test.each(places)("the data folder is $name", async ({ line, env, want }) => {
    await writeTinyDetector(join(cwd, "models"), { withWeights: false });
    await writeFile(join(cwd, "download.onnx"), tinyDetectorBytes());
    const { stdout } = await kerbside(`models add tiny --file download.onnx${line}`, { env });
    expect(stdout).toContain(` is in ${join(cwd, want, "models/tiny/tiny.onnx")}\n`);
  });

  const wrongUses = [
    "models add",
    "models add tiny",
    "models add a b --file x",
    "models verify a b",
  ];
  test.each(wrongUses)("%s is wrong use", async (line) => {
    expect((await kerbside(line)).end).toBe("USAGE");
  });
});

/** Those whose weights come with the repository. */
const shipped = readdirSync(shippedModelsFolder).filter((name) =>
  existsSync(join(shippedModelsFolder, name, `${name}.onnx`)),
);

describe("with the models of the product", () => {
  test.each(shipped)("%s says its golden numbers, and so do its variants", async (name) => {
    const { end, stdout } = await kerbside(`models verify ${name}`, {
      modelsFolder: shippedModelsFolder,
    });
    expect(stdout).not.toContain("differs");
    expect(end).toBe(0);
  });

  test("list knows the public detectors", async () => {
    const { stdout } = await kerbside("models list --json", { modelsFolder: shippedModelsFolder });
    const names = JSON.parse(stdout).models.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["deimv2-atto", "deimv2-femto", "yolox-nano"]));
  });

  const files = ["yolox-nano-416.onnx", "deimv2-atto-320.onnx", "deimv2-femto-416.onnx"];
  test.skipIf(!hasShared).each(files)("%s is added and says its golden numbers", async (file) => {
    const name = file.replace(/-\d+\.onnx$/, "");
    const options = { modelsFolder: shippedModelsFolder };
    const path = join(sharedFolder() ?? "", "models", file);
    expect((await kerbside(`models add ${name} --file ${path}`, options)).end).toBe(0);
    const { end, stdout } = await kerbside(`models verify ${name}`, options);
    expect(stdout).toMatch(/: as it should be\n$/);
    expect(end).toBe(0);
  });
});
