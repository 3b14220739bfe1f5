/**
 * Writes the bill of materials (CycloneDX 1.5, JSON) of what runs on a box:
 *
 *   npm run sbom -- [--out FILE]
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeBill } from "./sbom/bill.ts";

const { values } = parseArgs({ options: { out: { type: "string" } } });
const bill = makeBill(resolve(import.meta.dirname, ".."));
const text = `${JSON.stringify(bill, undefined, 2)}\n`;
if (values.out === undefined) process.stdout.write(text);
else writeFileSync(values.out, text);
console.error(`${bill.components.length} components`);
