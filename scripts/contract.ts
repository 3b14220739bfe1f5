/**
 * Writes the published contract to `docs/contract/` and its examples into the hub's guide;
 * `npm run contract` after a message changed.
 *
 * A unit test compares the files with the code, so a change of a message shows in review.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contractFiles } from "../agent/hub/contract.ts";
import { contractExamples } from "../agent/hub/contract-examples.ts";
import { withExamples } from "../agent/hub/contract-guide.ts";

const docs = join(import.meta.dirname, "../docs");

mkdirSync(join(docs, "contract"), { recursive: true });
for (const [name, text] of await contractFiles()) write(`contract/${name}`, text);
const guide = readFileSync(join(docs, "hub.md"), "utf8");
write("hub.md", withExamples(guide, await contractExamples()));

function write(name: string, text: string): void {
  writeFileSync(join(docs, name), text);
  console.log(`docs/${name}`);
}
