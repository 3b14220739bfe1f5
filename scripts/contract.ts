/**
 * Writes the published contract to `docs/contract/`; `npm run contract` after a message changed.
 *
 * A unit test compares the files with the code, so a change of a message shows in review.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contractFiles } from "../agent/hub/contract.ts";

const folder = join(import.meta.dirname, "../docs/contract");

mkdirSync(folder, { recursive: true });
for (const [name, text] of await contractFiles()) {
  writeFileSync(join(folder, name), text);
  console.log(`docs/contract/${name}`);
}
