/**
 * A folder of pictures in YOLO's layout: `images/NAME.jpg` with `labels/NAME.txt`, a line a box:
 * `class cx cy w h`, all relative to the picture.
 *
 * Read with suspicion: sets come from many tools, and a box in pixels or a class too many would
 * quietly spoil every figure.
 */
import { readdir, readFile } from "node:fs/promises";
import { join, parse } from "node:path";
import type { NormBox } from "../../../pipelines/domain/geometry.ts";
import { type Label, labels } from "../../../pipelines/domain/label.ts";
import { AgentError } from "../../runtime/agent-error.ts";

export interface SetPicture {
  /** Without ending; the same for picture and labels. */
  readonly name: string;
  readonly path: string;
}

export interface ClassBox {
  readonly classNumber: number;
  readonly box: NormBox;
}

const pictureEndings = new Set([".jpg", ".jpeg", ".png", ".webp"]);

/** Exporters write 6 digits: a box may leave the picture by their rounding, and is cut. */
const roundingMax = 0.01;

/** The pictures of `DIR/images`, or of the folder itself when it has no such part; sorted. */
export async function picturesOf(folder: string): Promise<SetPicture[]> {
  const names = await namesIn(join(folder, "images"));
  const [path, found] =
    names === undefined ? [folder, await namesIn(folder)] : [join(folder, "images"), names];
  if (found === undefined) {
    throw new AgentError(
      "USAGE",
      `there is no folder ${folder}`,
      "Name a folder that holds images/ and labels/.",
    );
  }
  const pictures = found
    .map((file) => ({ ...parse(file), path: join(path, file) }))
    .filter(({ ext }) => pictureEndings.has(ext.toLowerCase()))
    .map(({ name, path }) => ({ name, path }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (pictures.length === 0) {
    throw new AgentError(
      "USAGE",
      `there are no pictures in ${path}`,
      `Pictures end in ${[...pictureEndings].join(", ")}.`,
    );
  }
  const twin = pictures.find(({ name }, index) => pictures[index + 1]?.name === name);
  if (twin === undefined) return pictures;
  throw new AgentError(
    "USAGE",
    `${path} holds two pictures named ${twin.name}`,
    "Labels belong to a name without its ending: rename one of them.",
  );
}

/** Boxes of a labels file; undefined when there is no file. An empty file says: none here. */
export async function readLabels(
  labelsFolder: string,
  name: string,
): Promise<ClassBox[] | undefined> {
  const path = join(labelsFolder, `${name}.txt`);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const box = parseLine(line);
    if (box !== undefined) return [box];
    throw new AgentError(
      "USAGE",
      `${path}:${index + 1}: ${JSON.stringify(line.slice(0, 80))} is no box`,
      "A line is `class cx cy w h`: a whole number, then four numbers from 0 to 1.",
    );
  });
}

function parseLine(line: string): ClassBox | undefined {
  const [classNumber = Number.NaN, ...numbers] = line.trim().split(/\s+/).map(Number);
  const [x = Number.NaN, y = Number.NaN, width = Number.NaN, height = Number.NaN] = numbers;
  const isBox =
    Number.isInteger(classNumber) &&
    classNumber >= 0 &&
    numbers.length === 4 &&
    [x - width / 2, y - height / 2].every((side) => side >= -roundingMax) &&
    [x + width / 2, y + height / 2].every((side) => side <= 1 + roundingMax) &&
    width > 0 &&
    height > 0;
  if (!isBox) return undefined;
  const cut = (side: number) => Math.min(1, Math.max(0, side));
  return {
    classNumber,
    box: {
      xMin: cut(x - width / 2),
      yMin: cut(y - height / 2),
      xMax: cut(x + width / 2),
      yMax: cut(y + height / 2),
    },
  };
}

/** A box as a line of a labels file, without its end. */
export function labelLine(classNumber: number, { xMin, yMin, xMax, yMax }: NormBox): string {
  const numbers = [(xMin + xMax) / 2, (yMin + yMax) / 2, xMax - xMin, yMax - yMin];
  return [classNumber, ...numbers.map((value) => value.toFixed(6))].join(" ");
}

/** `0=garbage,1=bin`: the set's class number → our label. Several numbers may be one label. */
export function parseClasses(text: string): ReadonlyMap<number, Label> {
  const entries = text.split(",").map((part): [number, Label] => {
    const [, number, name] = /^\s*(\d+)\s*=\s*([a-z-]+)\s*$/.exec(part) ?? [];
    const label = labels.find((one) => one === name);
    if (number !== undefined && label !== undefined) return [Number(number), label];
    throw new AgentError(
      "USAGE",
      name === undefined
        ? `--classes: ${JSON.stringify(part)} is not NUMBER=LABEL`
        : `--classes: there is no label ${JSON.stringify(name)}`,
      `For example --classes "0=garbage,1=bin"; labels are ${labels.join(", ")}.`,
    );
  });
  const map = new Map(entries);
  if (map.size === entries.length) return map;
  throw new AgentError("USAGE", "--classes names one number twice", "Name each number once.");
}

/** `bin,overflowing-bin` */
export function parseLabelList(option: string, text: string): Label[] {
  return text.split(",").map((part) => {
    const label = labels.find((one) => one === part.trim());
    if (label !== undefined) return label;
    throw new AgentError(
      "USAGE",
      `${option}: there is no label ${JSON.stringify(part.trim())}`,
      `Labels are ${labels.join(", ")}.`,
    );
  });
}

async function namesIn(folder: string): Promise<string[] | undefined> {
  return await readdir(folder).catch(() => undefined);
}
