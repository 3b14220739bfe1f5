/**
 * The pictures of a set that somebody labelled, with their boxes as our labels.
 *
 * Only the classes that are named count: sets label only some things, and what they leave out is
 * not wrong. A set in which nothing is named is a mistake, and is said.
 */
import type { EvaluatedPicture, LabelledBox } from "../../../models/evaluation/evaluate.ts";
import type { Label } from "../../../pipelines/domain/label.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import { type ClassBox, readLabels, type SetPicture } from "./picture-set.ts";

export interface LabelFolders {
  readonly labelsFolder: string;
  /** Same layout: regions where what is found counts neither way. */
  readonly ignoredFolder: string | undefined;
  readonly classes: ReadonlyMap<number, Label>;
}

interface LabelledPicture extends Pick<EvaluatedPicture, "truths" | "ignored"> {
  readonly picture: SetPicture;
}

export async function labelledPictures(
  all: readonly SetPicture[],
  { labelsFolder, ignoredFolder, classes }: LabelFolders,
): Promise<{
  readonly rows: readonly LabelledPicture[];
  /** Of classes that were not named. */
  readonly unnamedBoxes: number;
}> {
  const rows: LabelledPicture[] = [];
  let unnamedBoxes = 0;
  for (const picture of all) {
    const boxes = await readLabels(labelsFolder, picture.name);
    if (boxes === undefined) continue;
    const ignored =
      ignoredFolder === undefined ? [] : await readLabels(ignoredFolder, picture.name);
    const truths = named(boxes, classes);
    unnamedBoxes += boxes.length - truths.length;
    rows.push({ picture, truths, ignored: named(ignored ?? [], classes) });
  }
  if (rows.length === 0) {
    throw new AgentError(
      "USAGE",
      `none of the ${all.length} pictures has a file in ${labelsFolder}`,
      "A picture without any object has an empty file; --labels DIR names another folder.",
    );
  }
  if (rows.every(({ truths }) => truths.length === 0)) {
    throw new AgentError(
      "USAGE",
      `of ${unnamedBoxes} boxes in ${labelsFolder} none is of a class that --classes names`,
      "The set's data.yaml or its documentation says which number is what.",
    );
  }
  return { rows, unnamedBoxes };
}

function named(boxes: readonly ClassBox[], classes: ReadonlyMap<number, Label>): LabelledBox[] {
  return boxes.flatMap(({ classNumber, box }) => {
    const label = classes.get(classNumber);
    return label === undefined ? [] : [{ label, box }];
  });
}
