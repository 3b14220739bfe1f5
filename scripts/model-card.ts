/**
 * The landing of a model in `models/`: weights, manifest, measurements, and the figures of its card.
 *
 *   bin/node scripts/model-card.ts --model DIR --results DIR --out DIR
 *
 * `--model` holds what the recipe exported, `--results` one JSON file a measurement (the command
 * that anyone can run, and what it printed), `--out` the card's prose in README.md. The prose is
 * written by hand; every figure stands in a table between two marks and comes from a command.
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { parseArgs } from "node:util";
import { type Manifest, manifestSchema, modelTag } from "../models/manifest.ts";
import {
  cardTables,
  type Measurements,
  measuredLabels,
  measurementSchema,
} from "./model-card-tables.ts";

/** Reads what the recipe left, and writes the model's folder: weights, manifest, figures, card. */
function land({ model, results, out }: Record<"model" | "results" | "out", string>): void {
  const manifest = manifestSchema.parse(
    JSON.parse(readFileSync(join(model, "manifest.json"), "utf8")),
  );
  const tag = modelTag(manifest);
  const files = readdirSync(results)
    .filter((name) => name.endsWith(".json"))
    .toSorted();
  const measurements: Measurements = {
    model: tag,
    results: Object.fromEntries(
      files.map((file) => [
        parse(file).name,
        measurementSchema.parse(JSON.parse(readFileSync(join(results, file), "utf8"))),
      ]),
    ),
  };
  for (const [name, { result }] of Object.entries(measurements.results)) {
    const isOurs = !("model" in result) || result["model"] === tag || /^(fold-|int8-)/.test(name);
    if (!isOurs) throw new Error(`${name} was measured with other weights than ${tag}: again`);
  }
  const landed = { ...manifest, measured: measuredLabels(measurements, manifest) };
  const card = withTables(
    readFileSync(join(out, "README.md"), "utf8"),
    cardTables(measurements, landed),
  );
  for (const file of weightsOf(landed)) copyFileSync(join(model, file), join(out, file));
  writeFileSync(join(out, "manifest.json"), `${JSON.stringify(landed, undefined, 2)}\n`);
  writeFileSync(join(out, "measurements.json"), `${JSON.stringify(measurements, undefined, 2)}\n`);
  writeFileSync(join(out, "README.md"), card);
  process.stdout.write(`${tag} is in ${out}\n`);
}

function weightsOf({ file, variants = [] }: Manifest): readonly string[] {
  return [file, ...variants.map((variant) => variant.file)].map(({ name }) => name);
}

/** The card with every table in its place. A mark without a table, or the other way, is a fault. */
export function withTables(card: string, tables: ReadonlyMap<string, string>): string {
  const left = new Set(tables.keys());
  const filled = card.replaceAll(
    /(<!-- table: ([a-z0-9-]+) -->\n)(?:.*?\n)??(<!-- end -->)/gs,
    (_, begin: string, name: string, end: string) => {
      const table = tables.get(name);
      if (table === undefined) throw new Error(`the card wants a table ${name}: measure it`);
      left.delete(name);
      return `${begin}${table}\n${end}`;
    },
  );
  if (left.size > 0) throw new Error(`the card has no place for ${[...left].join(", ")}`);
  return filled;
}

if (import.meta.main) {
  const option = { type: "string" } as const;
  const { values } = parseArgs({ options: { model: option, results: option, out: option } });
  const { model, results, out } = values;
  if (model === undefined || results === undefined || out === undefined) {
    throw new Error("usage: model-card.ts --model DIR --results DIR --out DIR");
  }
  land({ model, results, out });
}
