/**
 * The detector whose weights a file holds: its hash is looked for in every manifest, variants
 * included. For measurements, which may name a file that nobody has added.
 */
import { withVariants } from "../../models/manifest.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBounded } from "../runtime/bounded-file.ts";
import { knownModels, readManifest } from "./model-manifest.ts";
import { modelOf, type PreparedModel } from "./model-store.ts";
import { sha256Of } from "./model-weights.ts";

/** What one ONNX file can hold. */
const weightsBytesMax = 2 ** 31 - 1;

export async function modelByFile(path: string, modelsFolder: string): Promise<PreparedModel> {
  const bytes = await readBounded(path, weightsBytesMax).catch((cause: unknown) => {
    throw new AgentError(
      "USAGE",
      `cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Name a model of kerbside models list, or a file with the weights of one.",
      { cause },
    );
  });
  const sha256 = sha256Of(bytes);
  for (const name of await knownModels(modelsFolder)) {
    const manifest = await readManifest(name, modelsFolder);
    const found = withVariants(manifest).find(({ file }) => file.sha256 === sha256);
    if (found !== undefined) return modelOf(found, bytes);
  }
  throw new AgentError(
    "MODEL_UNKNOWN",
    `${path} has SHA-256 ${sha256}, which no manifest in ${modelsFolder} names`,
    "Write a manifest for it first: docs/models.md says how.",
  );
}
