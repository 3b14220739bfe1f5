/** The modes of a folder and of all in it, as lines: `d700 .`, `f600 store.db`. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

export async function modesIn(folder: string): Promise<readonly string[]> {
  const names = [".", ...(await readdir(folder, { recursive: true }))];
  const lines = await Promise.all(names.map((name) => modeLine(folder, name)));
  return lines.filter((line) => line !== undefined);
}

/** Undefined for a file that has gone meanwhile: temporary ones live shortly. */
async function modeLine(folder: string, name: string): Promise<string | undefined> {
  const stat = await lstat(join(folder, name)).catch(() => undefined);
  if (stat === undefined) return undefined;
  const kind = stat.isDirectory() ? "d" : stat.isFile() ? "f" : "?";
  return `${kind}${(stat.mode & 0o777).toString(8)} ${name}`;
}
