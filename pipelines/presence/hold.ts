/**
 * A look that repeats the analysis before it: what that saw goes on standing, nothing else is said.
 *
 * The picture has not changed, so time goes on for what the last look of the view saw. Nothing is
 * learnt of it, because it is no second opinion; what that look did not see is not observed, so
 * no presence begins, is missed or ends.
 */
import type { PresenceId } from "../domain/ids.ts";
import type { Look } from "../domain/look.ts";
import { type Presence, presenceLimits } from "./presence.ts";
import type { Sighting } from "./sighting.ts";
import type { PresenceStep } from "./step-presences.ts";

/** `lastLookAtMs`: of the view, which may be a reused one itself. */
export function holdPresences(
  presences: readonly Presence[],
  look: Look,
  { lastLookAtMs, everyMs }: { readonly lastLookAtMs: number; readonly everyMs: number },
): PresenceStep {
  const seen = new Map<PresenceId, Sighting>();
  const { stepMsMax, stepPeriodsMax } = presenceLimits;
  const atMs = look.capturedAtMs;
  const stepMs = atMs - lastLookAtMs;
  if (stepMs <= 0 || stepMs > Math.max(stepMsMax, stepPeriodsMax * everyMs)) {
    return { presences, seen, ended: [] };
  }
  const held = presences.map((presence) => {
    if (!wasJustSeen(presence, lastLookAtMs) || !presence.viewIds.includes(look.viewId)) {
      return presence;
    }
    const observed = { fromMs: presence.lastSeenAtMs, toMs: atMs };
    seen.set(presence.id, { score: presence.score, observed });
    return {
      ...presence,
      lastSeenAtMs: atMs,
      lastLookAtMs: atMs,
      observedMs: presence.observedMs + stepMs,
    };
  });
  return { presences: held, seen, ended: [] };
}

/** By the look at that time, with nothing open since. */
export function wasJustSeen({ lastSeenAtMs, gap }: Presence, lastLookAtMs: number): boolean {
  const { missCount, coveredCount, doubtCount, isBroken } = gap;
  return lastSeenAtMs === lastLookAtMs && !isBroken && missCount + coveredCount + doubtCount === 0;
}
