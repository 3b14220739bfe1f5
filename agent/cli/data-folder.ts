/** The one folder in which state lives: `--data DIR`, `KERBSIDE_DATA`, or `./data`. */
import { resolve } from "node:path";
import type { CommandIo } from "./command.ts";

export function dataFolderOf(option: string | undefined, { env, cwd }: CommandIo): string {
  return resolve(cwd, option || env["KERBSIDE_DATA"] || "data");
}
