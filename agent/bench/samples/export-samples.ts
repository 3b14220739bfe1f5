/**
 * What stands behind `kerbside models export-samples`: kept pictures of violations on which a person
 * has spoken, as a set that a training takes.
 *
 * A verdict speaks of one place in one picture and of one label. So outside of that place the label
 * is doubtful (`ignored/`), the other labels are not judged at all (`about.json`), and what else the
 * detector saw is its own opinion (`found/`). Pictures that are there already stay as they are:
 * somebody may have corrected them.
 */
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { boxOverlap, type NormBox, wholePicture } from "../../../pipelines/domain/geometry.ts";
import { type Label, labelIndex, labels } from "../../../pipelines/domain/label.ts";
import type { Sample } from "../../evidence/sample.ts";
import { fileNameOf, readSamples, samplesFolderOf } from "../../evidence/sample-folder.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import type { VerdictRow } from "../../store/store.ts";
import { labelLine } from "../pictures/picture-set.ts";

export interface ExportSamplesOptions {
  readonly dataFolder: string;
  readonly out: string;
  /** Oldest first: a person's last word on a violation counts. */
  readonly verdicts: readonly Pick<VerdictRow, "violationId" | "word" | "reason">[];
  /** Where a dismissal says that the thing is none: of a parked car it says that it may stand. */
  readonly negatives: ReadonlySet<Label>;
}

export interface ExportedSamples {
  /** Written now, by what became of them. */
  readonly positive: number;
  readonly negative: number;
  /** Dismissed, and nobody knows whether the thing was there: for a person to label. */
  readonly doubtful: number;
  /** Exported before. */
  readonly kept: number;
  /** Pictures on which nobody has spoken. */
  readonly withoutVerdict: number;
}

type Use = "positive" | "negative" | "doubtful";

/** How far around a judged box nothing else is asked: a share of its sides. */
const margin = 0.25;

const aboutSchema = z.object({
  classes: z.record(z.string(), z.enum(labels)),
  pictures: z.record(z.string(), z.looseObject({ judged: z.array(z.enum(labels)) })),
});
type About = z.infer<typeof aboutSchema>;

export async function exportSamples(options: ExportSamplesOptions): Promise<ExportedSamples> {
  const { dataFolder, out, negatives } = options;
  const verdicts = new Map(options.verdicts.map((row) => [String(row.violationId), row]));
  const about = await openSet(out);
  const counts = { positive: 0, negative: 0, doubtful: 0, kept: 0, withoutVerdict: 0 };
  for await (const { sample, picturePath } of readSamples(samplesFolderOf(dataFolder))) {
    const verdict = verdicts.get(sample.violation);
    const own = sample.found[sample.own];
    if (verdict === undefined || own === undefined) {
      counts.withoutVerdict += 1;
      continue;
    }
    const name = fileNameOf(sample.violation);
    if (about.pictures[name] !== undefined) {
      counts.kept += 1;
      continue;
    }
    const use = useOf(verdict.word, own.label, negatives);
    await copyFile(picturePath, join(out, "images", `${name}.jpg`));
    await writePart(out, "labels", name, use === "positive" ? [own] : []);
    await writePart(out, "ignored", name, doubtfulOf(sample, own, use));
    await writePart(out, "found", name, othersOf(sample));
    about.pictures[name] = {
      judged: [own.label],
      use,
      verdict: verdict.word,
      ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
      ...descriptionOf(sample),
    };
    // With each picture: a run that is broken off is taken up again.
    await writeAbout(out, about);
    counts[use] += 1;
  }
  return counts;
}

function useOf(word: VerdictRow["word"], label: Label, negatives: ReadonlySet<Label>): Use {
  // What has a permit is there, and is what it was taken for.
  if (word !== "dismissed") return "positive";
  return negatives.has(label) ? "negative" : "doubtful";
}

interface LabelledBox {
  readonly label: Label;
  readonly box: NormBox;
}

function doubtfulOf(sample: Sample, own: LabelledBox, use: Use): LabelledBox[] {
  const { label } = own;
  if (use === "doubtful") return [{ label, box: wholePicture }];
  const { xMin, yMin, xMax, yMax } = own.box;
  const x = (xMax - xMin) * margin;
  const y = (yMax - yMin) * margin;
  const sides: NormBox[] = [
    { ...wholePicture, xMax: xMin - x },
    { ...wholePicture, xMin: xMax + x },
    { ...wholePicture, yMax: yMin - y },
    { ...wholePicture, yMin: yMax + y },
  ].filter((side) => side.xMax > side.xMin && side.yMax > side.yMin);
  const neighbours = othersOf(sample)
    .filter((other) => other.label === label && boxOverlap(other.box, own.box) < 0.9)
    .map(({ box }) => box);
  return [...sides, ...neighbours].map((box) => ({ label, box }));
}

function othersOf({ found, own }: Sample): LabelledBox[] {
  return found.filter((_, index) => index !== own);
}

function descriptionOf({ violation, kind, subKind, camera, zone, capturedAt, model }: Sample) {
  return { violation, kind, subKind, camera, zone, capturedAt, model };
}

async function writePart(
  out: string,
  part: string,
  name: string,
  boxes: readonly LabelledBox[],
): Promise<void> {
  const lines = boxes
    .filter(({ box }) => box.xMax > box.xMin && box.yMax > box.yMin)
    .map(({ label, box }) => `${labelLine(labelIndex(label), box)}\n`);
  await writeFile(join(out, part, `${name}.txt`), lines.join(""));
}

async function writeAbout(out: string, about: About): Promise<void> {
  await writeFile(join(out, "about.json"), `${JSON.stringify(about, undefined, 2)}\n`);
}

/** Makes the folder, or takes up one that an earlier export made. */
async function openSet(out: string): Promise<About> {
  const classes = Object.fromEntries(labels.map((label, index) => [String(index), label]));
  const path = join(out, "about.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text !== undefined) {
    const parsed = aboutSchema.safeParse(jsonOf(text));
    if (parsed.success) return { ...parsed.data, classes };
    throw new AgentError(
      "USAGE",
      `${path} does not describe an export of samples`,
      "Name another folder with --out, or remove this one.",
    );
  }
  try {
    for (const part of ["images", "labels", "ignored", "found"]) {
      await mkdir(join(out, part), { recursive: true });
    }
    const about = { classes, pictures: {} };
    await writeFile(join(out, "classes.txt"), `${labels.join("\n")}\n`);
    await writeAbout(out, about);
    return about;
  } catch (cause) {
    throw new AgentError(
      "USAGE",
      `cannot write ${out}: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Name a folder that can be written.",
      { cause },
    );
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
