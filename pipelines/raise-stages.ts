/**
 * The stages that a case reaches on a look, each one revision, told one after the other.
 */
import type { CaseBook } from "./case-book.ts";
import { timesAt } from "./rule-plan.ts";
import { type StageFacts, stageChange } from "./stage-change.ts";
import { hasCompleteEvidence } from "./stages/evidence-fact.ts";
import { type OpenCase, stagesReached } from "./stages/open-case.ts";

type RaiseFacts = Pick<StageFacts, "rules" | "look" | "found" | "presence" | "judgement">;

export function raiseStages(book: CaseBook, known: OpenCase, facts: RaiseFacts): void {
  const { rules, look, found, judgement } = facts;
  const { evidenceRequire } = found.rule;
  const times = { ...timesAt(rules, found, known.subKind, look.capturedAtMs), evidenceRequire };
  const isComplete = hasCompleteEvidence(look, known);
  const reached =
    judgement.reached ?? stagesReached(known.stage, known.forbiddenMs, times, isComplete);
  let open = known;
  for (const stage of reached) open = raiseTo(stage, book, open, facts);
}

function raiseTo(
  stage: "warned" | "reported",
  book: CaseBook,
  known: OpenCase,
  facts: RaiseFacts,
): OpenCase {
  const atMs = facts.look.capturedAtMs;
  const open: OpenCase = {
    ...known,
    stage,
    revision: known.revision + 1,
    ...(stage === "warned" ? { warnedAtMs: atMs } : { reportedAtMs: atMs }),
  };
  if (stage === "warned") book.remember(open, facts.presence);
  const change = stageChange({
    ...facts,
    open,
    stage,
    history: book.history,
    clusterCount: book.toldCount(open),
  });
  book.tell(open, change);
  return { ...open, lastChange: change };
}
