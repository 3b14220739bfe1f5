/**
 * Scores from which the shipped detector is believed in a drawn street.
 *
 * The manifest's thresholds are chosen on photographs; drawn stalls and bags score lower. These were
 * chosen on 300 random drawn streets of a seed that neither the training nor a scene shares
 * (`README.md` has the commands): of each label the most precise of its `choices` that finds half of
 * them, or the lowest where none does. The values come from those streets alone; the rule was chosen
 * by one who had seen how the things of the library's scenes score.
 */
import type { Label } from "../../../pipelines/domain/label.ts";

const drawnThresholds: Readonly<Partial<Record<Label, number>>> = {
  car: 0.57,
  bus: 0.547,
  truck: 0.41,
  "two-wheeler": 0.372,
  person: 0.429,
  stall: 0.476,
  bin: 0.551,
  "overflowing-bin": 0.407,
  garbage: 0.584,
  signboard: 0.578,
  table: 0.423,
  goods: 0.418,
};

/** Another detector's scores mean something else: it keeps its own. */
export function thresholdsFor(model: string): { readonly thresholds?: typeof drawnThresholds } {
  return model === "street-nano" ? { thresholds: drawnThresholds } : {};
}
