/**
 * Scores from which the shipped detector is believed in a drawn street.
 *
 * The manifest's thresholds are chosen on photographs; drawn stalls and bags score lower. These were
 * chosen on 300 random drawn streets of a seed that neither the training nor a scene shares
 * (`README.md` has the commands): of each label the most precise of its `choices` that finds half of
 * them, or the lowest where none does. The values come from those streets alone; the rule was chosen
 * by one who had seen how the things of the library's scenes score. Bicycles that are counted have
 * theirs from scenes drawn again (`draw-again.ts`).
 */
import type { SubKind } from "../../../pipelines/domain/kind.ts";
import type { Label } from "../../../pipelines/domain/label.ts";
import type { SceneZone } from "./library-scene.ts";

type Thresholds = Readonly<Partial<Record<Label, number>>>;

const drawnThresholds: Thresholds = {
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

/** From here on it finds as many boxes in a row as there are bicycles: some twice, some not. */
const countedTwoWheeler = 0.28;

/**
 * For the view of these zones. Another detector's scores mean something else: it keeps its own.
 * Where two-wheelers are counted, and nothing else asked of them, the number must be right; where one
 * is told for itself, each must be.
 */
export function thresholdsFor(
  model: string,
  zones: readonly SceneZone[],
): { readonly thresholds?: Thresholds } {
  if (model !== "street-nano") return {};
  return {
    thresholds: zones.every(isCounting)
      ? { ...drawnThresholds, "two-wheeler": countedTwoWheeler }
      : drawnThresholds,
  };
}

function isCounting({ rules }: SceneZone): boolean {
  return rules.every(({ of = [] }) => of.length > 0 && of.every(isPileUp));
}

function isPileUp(subKind: SubKind): boolean {
  return subKind === "shared-bike-pile-up";
}
