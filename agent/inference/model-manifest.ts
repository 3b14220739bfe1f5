/**
 * Finds and reads the manifests of the folders under `models/`.
 *
 * A folder with a `manifest.json` is a model; its name is the manifest's. Everything that is wrong
 * with a manifest is said at once.
 */
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Manifest, manifestSchema, variantOf } from "../../models/manifest.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBoundedText } from "../runtime/bounded-file.ts";
import { terminalText } from "../runtime/terminal-text.ts";

/** The models that come with the product. */
export const shippedModelsFolder: string = resolve(import.meta.dirname, "../../models");

const manifestFileName = "manifest.json";
const manifestBytesMax = 1024 * 1024;
/** As many as a person looks at. */
const faultsMax = 20;
const faultsCharsMax = 4_000;

/** Names of the models that have a manifest, sorted. */
export async function knownModels(modelsFolder: string = shippedModelsFolder): Promise<string[]> {
  const entries = await readdir(modelsFolder, { withFileTypes: true }).catch(() => []);
  const names = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => {
        const files = await readdir(join(modelsFolder, name)).catch((): string[] => []);
        return files.includes(manifestFileName) ? [name] : [];
      }),
  );
  return names.flat().toSorted();
}

/** Of `street-nano`, or of its variant where one is named: `street-nano:int8`. */
export async function readManifest(
  name: string,
  modelsFolder: string = shippedModelsFolder,
): Promise<Manifest> {
  const [folder = "", variant, ...rest] = name.split(":");
  const manifest = await readFolder(folder, modelsFolder);
  if (variant === undefined) return manifest;
  const found = rest.length > 0 ? undefined : variantOf(manifest, variant);
  if (found !== undefined) return found;
  const known = (manifest.variants ?? []).map((one) => `${folder}:${one.name}`);
  throw new AgentError(
    "MODEL_UNKNOWN",
    `model ${folder} has no variant ${[variant, ...rest].join(":")}`,
    `Name one of these: ${[folder, ...known].join(", ")}.`,
  );
}

async function readFolder(name: string, modelsFolder: string): Promise<Manifest> {
  const known = await knownModels(modelsFolder);
  if (!known.includes(name)) {
    throw new AgentError(
      "MODEL_UNKNOWN",
      `there is no model ${name} in ${modelsFolder}`,
      `Name one of these: ${known.join(", ") || "(the folder holds none)"}.`,
    );
  }
  const path = join(modelsFolder, name, manifestFileName);
  const text = await readBoundedText(path, manifestBytesMax).catch((cause: unknown) => {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause));
  });
  const parsed = manifestSchema.safeParse(parseJson(path, text));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      (issue) => `${issue.path.join(".") || "(whole file)"}: ${issue.message}`,
    );
    const more = faults.length > faultsMax ? `; and ${faults.length - faultsMax} more` : "";
    throw invalid(path, `${faults.slice(0, faultsMax).join("; ")}${more}`);
  }
  if (parsed.data.name !== name) {
    throw invalid(path, `name: the folder is called ${name}, the manifest ${parsed.data.name}`);
  }
  return parsed.data;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(path, error instanceof Error ? error.message : "not JSON");
  }
}

function invalid(path: string, what: string): AgentError {
  return new AgentError(
    "MODEL_MANIFEST_INVALID",
    `${path} is not a model's manifest: ${terminalText(what, faultsCharsMax)}`,
    "Correct it; docs/models.md says what a manifest holds.",
  );
}
