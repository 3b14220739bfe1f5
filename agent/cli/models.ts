/**
 * `kerbside models list | add | verify`: which detectors there are, and whether they are right.
 *
 * Public detectors have a manifest here and their weights elsewhere: `add` is how a file comes in,
 * and its hash decides whether it may.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Manifest, modelTag, variantName, withVariants } from "../../models/manifest.ts";
import { knownModels, readManifest } from "../inference/model-manifest.ts";
import { loadModel, modelOf } from "../inference/model-store.ts";
import {
  addWeights,
  findWeights,
  type ModelFolders,
  modelDataFolder,
  sha256Of,
  weightsIn,
} from "../inference/model-weights.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";

const dataUsage = "  --data DIR   where added weights lie (default: KERBSIDE_DATA, or ./data)";
const jsonUsage = "  --json       print one JSON object instead of text";

/** The three commands over a folder of models; that of the environment unless a test names one. */
export function modelsCommandsFor(modelsFolder?: string): readonly Command[] {
  return [
    {
      name: "models list",
      summary: "the detectors, what they find, and whether their weights are here",
      usage: `Usage: kerbside models list [options]

${dataUsage}
${jsonUsage}

Says of each label what its worth on street pictures was measured on: pictures labelled by people,
the agreement with another detector (which is not accuracy), or nothing. The figures are in the
README.md beside the model's manifest.`,
      example: "kerbside models list",
      run: (args, io) => list(args, io, modelsFolder ?? modelsFolderOf(io)),
    },
    {
      name: "models add",
      summary: "check a file with weights and put it into the data folder",
      usage: `Usage: kerbside models add NAME --file FILE [options]

  NAME         a model of kerbside models list
  --file FILE  the weights, as published (ONNX)
${dataUsage}

A file whose SHA-256 is not the one in the model's manifest is not added, nor one that fails, hangs
or takes more than 2 GiB when it is tried in a process of its own.`,
      example: "kerbside models add yolox-nano --file yolox_nano.onnx",
      run: (args, io) => add(args, io, modelsFolder ?? modelsFolderOf(io)),
    },
    {
      name: "models verify",
      summary: "run detectors on this machine and compare with their manifests",
      usage: `Usage: kerbside models verify [NAME] [options]

  NAME         one model; without it, all whose weights are here
${dataUsage}
${jsonUsage}

Checks the hash, prepares the graph, runs a made-up picture alone and in a batch, and compares the
numbers with those of the manifest. Exit code 1 when they differ.`,
      example: "kerbside models verify yolox-nano",
      run: (args, io) => verify(args, io, modelsFolder ?? modelsFolderOf(io)),
    },
  ];
}

export const modelsCommands: readonly Command[] = modelsCommandsFor();

async function list(args: readonly string[], io: CommandIo, modelsFolder: string): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const folders = { modelsFolder, dataFolder: dataFolderOf(values.data, io) };
  const models = [];
  for (const name of await knownModels(modelsFolder)) {
    const manifest = await readManifest(name, modelsFolder);
    const weights = await findWeights(manifest, folders);
    models.push({
      name,
      version: manifest.version,
      tag: modelTag(manifest),
      licence: manifest.licence,
      summary: manifest.summary,
      labels: labelsOf(manifest),
      measured: measuredOf(manifest),
      weights: weightsState(manifest, weights?.bytes),
      ...(weights === undefined ? {} : { path: weights.path }),
      variants: await variantsOf(manifest, folders),
    });
  }
  if (values.json) {
    io.stdout(`${JSON.stringify({ models })}\n`);
    return exitCodes.done;
  }
  const width = Math.max(0, ...models.map(({ name }) => name.length));
  for (const { name, weights, summary, measured, licence, path, variants } of models) {
    const indent = " ".repeat(width + 2);
    io.stdout(`${name.padEnd(width)}  ${summary} ${licence}.\n`);
    for (const { basis, title } of bases) {
      const found = Object.entries(measured).filter(([, one]) => one === basis);
      if (found.length === 0) continue;
      io.stdout(`${indent}${title}: ${found.map(([label]) => label).join(", ")}\n`);
    }
    io.stdout(`${indent}weights: ${weights}${path === undefined ? "" : ` (${path})`}\n`);
    for (const one of variants) io.stdout(`${indent}variant ${one.name}: ${one.weights}\n`);
  }
  return exitCodes.done;
}

async function add(args: readonly string[], io: CommandIo, modelsFolder: string): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { data: { type: "string" }, file: { type: "string" } },
    allowPositionals: true,
  });
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0 || values.file === undefined) {
    throw new AgentError(
      "USAGE",
      "models add takes one NAME and --file FILE",
      "For example: kerbside models add yolox-nano --file yolox_nano.onnx",
    );
  }
  const folders = { modelsFolder, dataFolder: dataFolderOf(values.data, io) };
  const manifest = await readManifest(name, modelsFolder);
  const file = resolve(io.cwd, values.file);
  // Loads the runtime's library in a process of its own.
  const { tryModel } = await import("../inference/model-trial.ts");
  const model = modelOf(manifest, await weightsIn(file, manifest));
  await tryModel(model, { folder: modelDataFolder(manifest, folders) });
  const path = await addWeights(manifest, file, folders);
  io.stdout(`${modelTag(manifest)} is in ${path}\n`);
  return exitCodes.done;
}

async function verify(
  args: readonly string[],
  io: CommandIo,
  modelsFolder: string,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { data: { type: "string" }, json: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  if (positionals.length > 1) {
    throw new AgentError("USAGE", "models verify takes one NAME", "Leave it out for all of them.");
  }
  const folders = { modelsFolder, dataFolder: dataFolderOf(values.data, io) };
  const models = [];
  for (const name of positionals.length > 0 ? positionals : await knownModels(modelsFolder)) {
    const isOptional = positionals.length === 0;
    const manifest = await readManifest(name, modelsFolder);
    if (isOptional && (await findWeights(manifest, folders)) === undefined) {
      io.stderr(`${name}: no weights here, not verified\n`);
      continue;
    }
    // Loads the runtime's library, which the other commands do without.
    const { verifyModel } = await import("../inference/model-verify.ts");
    const { tryModel } = await import("../inference/model-trial.ts");
    for (const one of withVariants(manifest)) {
      const model = await loadModel(variantName(one), folders);
      if (model.isForeign) await tryModel(model, { folder: modelDataFolder(one, folders) });
      models.push({
        name: variantName(one),
        tag: model.modelTag,
        differences: await verifyModel(model),
      });
    }
  }
  if (values.json) {
    io.stdout(`${JSON.stringify({ models })}\n`);
  } else {
    for (const { tag, differences } of models) {
      io.stdout(`${tag}: ${differences.length === 0 ? "as it should be" : "differs"}\n`);
      for (const line of differences) io.stdout(`  ${line}\n`);
    }
  }
  const isGood = models.length > 0 && models.every(({ differences }) => differences.length === 0);
  return isGood ? exitCodes.done : exitCodes.no;
}

function labelsOf({ classes }: Manifest): readonly string[] {
  return [...new Set(Object.values(classes))];
}

/** What is known of how well a label is found on street pictures. */
const bases = [
  { basis: "labels", title: "finds, measured on labelled pictures" },
  { basis: "agreement", title: "finds, only compared with another detector" },
  { basis: "none", title: "finds, never measured" },
] as const;

function measuredOf(manifest: Manifest): Readonly<Record<string, (typeof bases)[number]["basis"]>> {
  const measured: Partial<Record<string, "labels" | "agreement">> = manifest.measured ?? {};
  return Object.fromEntries(labelsOf(manifest).map((label) => [label, measured[label] ?? "none"]));
}

async function variantsOf(manifest: Manifest, folders: ModelFolders) {
  const [, ...variants] = withVariants(manifest);
  const found = [];
  for (const one of variants) {
    const weights = weightsState(one, (await findWeights(one, folders))?.bytes);
    found.push({ name: variantName(one), tag: modelTag(one), weights });
  }
  return found;
}

function weightsState(manifest: Manifest, bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return "missing";
  return sha256Of(bytes) === manifest.file.sha256 ? "present" : "wrong hash";
}
