/** One revision of two kilobytes: a disk is full, and a page damaged, sooner. */
import { east, eventOf, revisionOf, t0 } from "../sample-rows.ts";
import type { Store } from "../store.ts";

const filling = { filling: "x".repeat(2_000) };

export function commitTo(
  store: Pick<Store, "commit">,
  name: string,
): Promise<{ readonly sequences: readonly number[] }> {
  return store.commit({
    cameraStates: [{ cameraId: east, stateJson: `{"last":"${name}"}` }],
    revisions: [revisionOf(name, 1, "reported", { event: eventOf(`${name}.1`, filling) })],
    nowMs: t0,
  });
}
