/** Every target by its name. */

import { fileTargets } from "./file-targets.ts";
import type { FuzzTarget, FuzzTargets } from "./fuzz-target.ts";
import { wireTargets } from "./wire-targets.ts";

/** The parsers of the product. */
export const targets: FuzzTargets = { ...wireTargets, ...fileTargets };

/** Shows that a crash, a hang and a lack of bounds are found; part of no run unless named. */
const broken: FuzzTargets = {
  broken: async () => (await import("./targets/broken.ts")).broken,
};

export function targetNamed(name: string): Promise<FuzzTarget> {
  const target = targets[name] ?? broken[name];
  if (target !== undefined) return target();
  throw new RangeError(`no target ${name}, there are: ${Object.keys(targets).join(", ")}`);
}
