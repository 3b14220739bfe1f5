/**
 * The key of a case: whose thing, where, under which rule.
 *
 * Every case is asked for by its key at every look, and joining texts anew each time costs more
 * than the rest of asking: keys are remembered. It changes the cost of an answer, never the answer.
 */
import type { OpenCase } from "./stages/open-case.ts";

type CaseIds = Pick<OpenCase, "presenceId" | "zoneId" | "kind">;

const presencesMax = 16_384;
/** A thing has few cases: a list is quicker than another map. */
const remembered = new Map<string, { zoneId: string; kind: string; key: string }[]>();

/** A case is asked for several times, one after the other. */
let last = { presenceId: "", zoneId: "", kind: "", key: "" };

export function caseKey({ presenceId, zoneId, kind }: CaseIds): string {
  const isLast = last.presenceId === presenceId && last.zoneId === zoneId && last.kind === kind;
  if (!isLast) last = { presenceId, zoneId, kind, key: keyOf(presenceId, zoneId, kind) };
  return last.key;
}

function keyOf(presenceId: string, zoneId: string, kind: string): string {
  const known = remembered.get(presenceId);
  if (known !== undefined) {
    for (const each of known) if (each.zoneId === zoneId && each.kind === kind) return each.key;
  }
  const key = `${presenceId}/${zoneId}/${kind}`;
  if (known !== undefined) {
    known.push({ zoneId, kind, key });
    return key;
  }
  if (remembered.size >= presencesMax) remembered.clear();
  remembered.set(presenceId, [{ zoneId, kind, key }]);
  return key;
}
