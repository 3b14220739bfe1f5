/**
 * Where the large shared material lives (real footage, camera replies, public detectors).
 *
 * It is not part of the repository: tests that want it skip themselves when it is missing, so a
 * plain clone still passes. `KERBSIDE_SHARED` names the folder; the default is `shared` beside the
 * checkout.
 */
import { statSync } from "node:fs";
import { resolve } from "node:path";

const repositoryRoot = resolve(import.meta.dirname, "..");

/** The folder's absolute path, or undefined when there is none. */
export function sharedFolder(): string | undefined {
  const path = resolve(repositoryRoot, process.env["KERBSIDE_SHARED"] || "../shared");
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : undefined;
}

/** For `test.skipIf(!hasShared)`. */
export const hasShared: boolean = sharedFolder() !== undefined;
