/** The committed inputs of a target: what was found once, and what is tried first ever after. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "corpus");

export function corpusFiles(target: string): Uint8Array[] {
  const own = join(folder, target);
  if (!existsSync(own)) return [];
  return readdirSync(own)
    .toSorted()
    .map((name) => readFileSync(join(own, name)));
}
