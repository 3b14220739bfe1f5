/**
 * A thousand random edits of a file with a comment wherever YAML allows one: none may be lost, and the
 * file must say what the form said after each.
 *
 *   bin/node scripts/proof-edits.ts [EDITS]     default 1000; the last line is one JSON object
 */
import { readFileSync } from "node:fs";
import { commentsIn, lostComments } from "../config/edit/comments.ts";
import { editYaml, readPlain } from "../config/edit/edit-yaml.ts";
import { isSameValue } from "../config/edit/json-value.ts";
import { randomEdit } from "../config/edit/testing/random-edit.ts";

const wanted = Number(process.argv[2] ?? 1_000);
/** One after the other, before it begins anew with the file. */
const chain = 25;
const first = readFileSync(
  new URL("../config/edit/testing/commented.yaml", import.meta.url),
  "utf8",
);

let text = first;
let [refused, different, lost] = [0, 0, 0];
for (let count = 0; count < wanted; count += 1) {
  if (count % chain === 0) text = first;
  const value = randomEdit(readPlain(text) ?? null, count * 7_919);
  const edited = editYaml(text, value);
  if (edited === undefined) {
    refused += 1;
    continue;
  }
  if (!isSameValue(readPlain(edited), value)) different += 1;
  text = edited;
  lost += lostComments(first, text).length;
}
const ok = refused + different + lost === 0;
const comments = commentsIn(first).length;
process.stdout.write(
  `${JSON.stringify({ ok, edits: wanted, comments, refused, different, lost })}\n`,
);
process.exitCode = ok ? 0 : 1;
