/** Real street footage of the shared folder, where there is one. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { sharedFolder } from "../shared.ts";

/** Path of `footage/NAME.mp4` (a name with its extension is taken as it is), or undefined. */
export function footage(name: string): string | undefined {
  const folder = sharedFolder();
  if (folder === undefined) return undefined;
  const path = join(folder, "footage", name.includes(".") ? name : `${name}.mp4`);
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : undefined;
}
