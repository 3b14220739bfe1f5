/**
 * What one more look adds to the times of a case. Pure.
 *
 * Time counts as forbidden only when this look and the one before found it violating, only as far
 * as it was observed, and only outside what allows it.
 */
import type { AllowedWindow, HolidayCalendar } from "../domain/rule.ts";
import type { Presence } from "../presence/presence.ts";
import type { Sighting } from "../presence/sighting.ts";
import { forbiddenMsBetween } from "../schedule/windows.ts";
import type { OpenCase } from "./open-case.ts";

export interface CaseLook {
  readonly answer: OpenCase["answer"];
  readonly rightSinceMs: number | null;
  readonly presence: Presence;
  readonly sighting: Sighting;
  readonly windows: readonly AllowedWindow[];
  readonly isAllowed: boolean;
  readonly atMs: number;
  readonly timeZone: string;
  readonly calendar: HolidayCalendar;
}

export function addTime(
  known: OpenCase,
  look: CaseLook,
): Pick<OpenCase, "answer" | "forbiddenMs" | "rightMs" | "since"> {
  const { answer } = look;
  if (answer === "unsure") return { ...timesOfCase(known), answer };
  if (answer === "right") {
    const rightMs =
      known.answer === "right" ? known.rightMs + observedMs(look.sighting) : rightFrom(known, look);
    // What was not told begins anew when it is in order.
    const forbiddenMs = known.revision === 0 ? 0 : known.forbiddenMs;
    return { answer, forbiddenMs, rightMs, since: known.since };
  }
  const addedMs = known.answer === "violating" ? forbiddenMs(look) : 0;
  // An allowed time between two forbidden ones: a clue starts anew, what was told goes on.
  const startsAnew = look.isAllowed && known.revision === 0;
  const isNew = known.answer === "right" && known.revision === 0;
  return {
    answer,
    forbiddenMs: startsAnew ? 0 : known.forbiddenMs + addedMs,
    rightMs: 0,
    since: isNew ? startOf(look) : known.since,
  };
}

/** How long it has been in order when it is found to be so, first or after looks of doubt. */
function rightFrom({ rightMs }: OpenCase, { rightSinceMs, presence }: CaseLook): number {
  return rightSinceMs === null ? rightMs : Math.max(rightMs, presence.observedMs - rightSinceMs);
}

function timesOfCase({ forbiddenMs: forbidden, rightMs, since }: OpenCase) {
  return { forbiddenMs: forbidden, rightMs, since };
}

function forbiddenMs({ sighting, windows, timeZone, calendar }: CaseLook): number {
  const { observed } = sighting;
  if (observed === undefined) return 0;
  return forbiddenMsBetween(windows, observed.fromMs, observed.toMs, timeZone, calendar);
}

function observedMs({ observed }: Sighting): number {
  return observed === undefined ? 0 : observed.toMs - observed.fromMs;
}

function startOf({ atMs, presence }: CaseLook): OpenCase["since"] {
  return { atMs, observedMs: presence.observedMs, unobservedMs: presence.unobservedMs };
}

/** The times of the violation: of the thing, from when it became one. */
export function violationTimes(
  { since }: Pick<OpenCase, "since">,
  presence: Presence,
): Pick<Presence, "firstSeenAtMs" | "lastSeenAtMs" | "observedMs" | "unobservedMs"> {
  const { firstSeenAtMs, lastSeenAtMs, observedMs: observed, unobservedMs } = presence;
  if (since === null) return { firstSeenAtMs, lastSeenAtMs, observedMs: observed, unobservedMs };
  return {
    // Later than the last sighting only after the clock was set back.
    firstSeenAtMs: Math.min(since.atMs, lastSeenAtMs),
    lastSeenAtMs,
    observedMs: observed - since.observedMs,
    unobservedMs: unobservedMs - since.unobservedMs,
  };
}
