/**
 * Which cases wait for their evidence: everything else says that they are to be reported.
 *
 * Whoever collects evidence asks it after each look; the rules hear of the answer with a later one.
 */
import type { CameraRules } from "./domain/rule.ts";
import { planOf, ruleOfCase, timesAt } from "./rule-plan.ts";
import type { OpenCase } from "./stages/open-case.ts";

export function waitsForEvidence(rules: CameraRules, open: OpenCase, atMs: number): boolean {
  const { stage, quiet, heldBy, answer, forbiddenMs } = open;
  if (stage !== "warned" || quiet !== undefined || heldBy !== null) return false;
  if (answer !== "violating") return false;
  const found = ruleOfCase(planOf(rules), open);
  if (found === undefined || found.rule.evidenceRequire === "none") return false;
  return forbiddenMs >= timesAt(rules, found, open.subKind, atMs).reportAfterMs;
}
