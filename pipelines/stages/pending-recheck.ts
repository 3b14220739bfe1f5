/** A place that was cleared, and that is looked at again before the hub is told that it stays so. */
import type { NormBox } from "../domain/geometry.ts";
import type { ViewId } from "../domain/ids.ts";
import type { ViolationChange } from "../violation-change.ts";

export interface PendingRecheck {
  /** The change that cleared it. */
  readonly cleared: ViolationChange;
  readonly place: NormBox;
  /** Views that saw the thing: only their looks count. */
  readonly viewIds: readonly ViewId[];
  /** Observed time since in which it was clear. */
  readonly clearMs: number;
  /** The last look that found it clear, unless another one came between; null: none did. */
  readonly lastLookAtMs: number | null;
}
