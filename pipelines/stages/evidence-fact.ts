/**
 * What the rules know of evidence: whether a violation's set is complete, told with the look.
 *
 * A rule with `evidence: { require: complete }` reports on a look that says so, on no other one.
 */
import type { Look } from "../domain/look.ts";
import type { OpenCase } from "./open-case.ts";

export function hasCompleteEvidence(
  { completeEvidence }: Pick<Look, "completeEvidence">,
  { violationId }: Pick<OpenCase, "violationId">,
): boolean {
  return completeEvidence?.includes(violationId) ?? false;
}
