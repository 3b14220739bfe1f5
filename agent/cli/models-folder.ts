/**
 * Where the manifests of detectors are: `KERBSIDE_MODELS`, or the folder that comes with the
 * product. For detectors of one's own, and for tests.
 */
import { resolve } from "node:path";
import { shippedModelsFolder } from "../inference/model-manifest.ts";
import type { CommandIo } from "./command.ts";

export function modelsFolderOf({ env, cwd }: Pick<CommandIo, "env" | "cwd">): string {
  const folder = env["KERBSIDE_MODELS"];
  return folder ? resolve(cwd, folder) : shippedModelsFolder;
}
