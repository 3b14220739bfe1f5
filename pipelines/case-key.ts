/**
 * The key of a case: whose thing, where, under which rule.
 *
 * Every case is asked for by its key at every look, and joining texts anew each time costs more
 * than the rest of asking: keys are remembered. It changes the cost of an answer, never the answer.
 */
import type { OpenCase } from "./stages/open-case.ts";

type CaseIds = Pick<OpenCase, "presenceId" | "zoneId" | "kind">;

const presencesMax = 16_384;
const remembered = new Map<string, Map<string, Map<string, string>>>();

export function caseKey({ presenceId, zoneId, kind }: CaseIds): string {
  const known = remembered.get(presenceId)?.get(zoneId)?.get(kind);
  if (known !== undefined) return known;
  if (remembered.size >= presencesMax) remembered.clear();
  const ofPresence = remembered.get(presenceId) ?? new Map<string, Map<string, string>>();
  const ofZone = ofPresence.get(zoneId) ?? new Map<string, string>();
  const key = `${presenceId}/${zoneId}/${kind}`;
  remembered.set(presenceId, ofPresence.set(zoneId, ofZone.set(kind, key)));
  return key;
}
