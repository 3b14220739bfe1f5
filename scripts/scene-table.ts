/**
 * Runs the library's scenes with perfect detections, poor ones of several seeds, and the detector
 * that ships, and writes the figures between the marks of docs/replay.md. Nothing in the tables is
 * written by hand. The detector takes ten minutes, twenty seeds as long, perfect
 * detections half a minute.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { manifestSchema, modelTag } from "../models/manifest.ts";
import {
  lastObject,
  type Part,
  parts,
  partText,
  type Replayed,
  withPart,
} from "./scene-table-text.ts";

const usage = `Usage: npm run scenes:table [-- --detections truth,noisy,model] [--seeds N]

  --detections LIST   which parts are made again (default: all); the others stay
  --seeds N           poor detections are drawn from seeds 1 to N (default 20)
`;

const root = join(import.meta.dirname, "..");
const page = join(root, "docs", "replay.md");

const { values: options } = parseArgs({
  options: {
    detections: { type: "string", default: parts.join(",") },
    seeds: { type: "string", default: "20" },
  },
});
const wanted = parts.filter((part) => options.detections.split(",").includes(part));
const seedCount = Number(options.seeds);
if (wanted.length === 0 || !Number.isInteger(seedCount) || seedCount < 1) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  for (const part of wanted) {
    const text = await textOf(part);
    await writeFile(page, withPart(await readFile(page, "utf8"), part, text));
    process.stdout.write(`${text}\n\n`);
  }
}

async function textOf(part: Part): Promise<string> {
  switch (part) {
    case "truth":
      return partText(part, "Perfect detections", await replayed(part));
    case "noisy":
      return partText(
        part,
        `Poor detections, ${seedCount} seeds together`,
        await replayed(part, ["--seeds", String(seedCount)]),
      );
    case "model":
      return partText(part, `The detector that ships, ${await shippedTag()}`, await replayed(part));
  }
}

async function shippedTag(): Promise<string> {
  const file = join(root, "models", "street-nano", "manifest.json");
  return modelTag(manifestSchema.parse(JSON.parse(await readFile(file, "utf8"))));
}

async function replayed(detections: string, more: readonly string[] = []): Promise<Replayed> {
  const words = ["replay", "--scenes", "--json", "--detections", detections, ...more];
  process.stderr.write(`kerbside ${words.join(" ")}\n`);
  const child = spawn(join(root, "bin", "kerbside"), words, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`kerbside ${words.join(" ")} ended with ${code}`);
  return lastObject(printed);
}
