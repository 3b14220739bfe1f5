/** How many sessions a box runs where nobody said: a core is left for everything else. */
import { availableParallelism } from "node:os";

export function automaticWorkerCount(): number {
  return Math.max(1, availableParallelism() - 1);
}
