/**
 * The hub's words on violations, one after the other: known already, about what, applied, kept.
 *
 * An answer is given when the word and what it changed are on disk. A word that comes again (the
 * same id, or the same word on the same violation) is a duplicate and changes nothing; one on a
 * violation that has ended is kept for those who train detectors, and changes nothing else.
 */
import { violationId } from "../pipelines/domain/ids.ts";
import { endOfDayMs } from "../pipelines/permits/local-midnight.ts";
import type { Verdict } from "../pipelines/verdicts/apply-verdict.ts";
import type { RulesRunner } from "./rules-runner.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Store, VerdictRow } from "./store/store.ts";
import type { VerdictAnswer } from "./uplink/commands.ts";
import type { VerdictCommand } from "./uplink/messages.ts";

export interface VerdictsOptions {
  readonly store: Pick<Store, "verdicts" | "violations">;
  readonly rules: Pick<RulesRunner, "judge" | "noteCase">;
  readonly clock: Clock;
  /** The site's, now. */
  readonly timeZone: () => string;
}

/** More are refused until the disk has taken these. */
const waitingMax = 100;

export class Verdicts {
  readonly #options: VerdictsOptions;
  /** Words are taken in the order they came: the last one counts. */
  #last: Promise<unknown> = Promise.resolve();
  #waitingCount = 0;

  constructor(options: VerdictsOptions) {
    this.#options = options;
  }

  take(command: VerdictCommand): Promise<VerdictAnswer> {
    if (this.#waitingCount >= waitingMax) {
      const reason = `${waitingMax} verdicts wait for the disk: send it again later`;
      return Promise.resolve({ outcome: "rejected", reason });
    }
    this.#waitingCount += 1;
    const answer = this.#last.then(() => this.#judge(command));
    this.#last = answer.catch(() => {});
    return answer.finally(() => {
      this.#waitingCount -= 1;
    });
  }

  /** Event ids are the violation's and the revision's. */
  noteCases(cases: readonly { readonly eventId: string; readonly caseNo: string }[]): void {
    for (const { eventId, caseNo } of cases) {
      this.#options.rules.noteCase(violationId(eventId.replace(/\.\d+$/, "")), caseNo);
    }
  }

  async #judge(command: VerdictCommand): Promise<VerdictAnswer> {
    const { store, rules, clock, timeZone } = this.#options;
    const row = rowOf(command, clock.wallMs());
    const [known] = await store.verdicts({ verdictId: row.verdictId, countMax: 1 });
    if (known !== undefined) return answerToKnown(known, row);
    const { violationId: id } = row;
    const [violation] = await store.violations({ violationId: id, countMax: 1 });
    if (violation === undefined) {
      return rejected("no violation of this box has that id, or it is too long ago");
    }
    const { stage } = violation;
    const hasEnded = stage === "cleared" || stage === "withdrawn";
    const earlier = await store.verdicts({ violationId: id, countMax: 1_000 });
    if (isSameWord(earlier.at(-1), row)) {
      return { outcome: "duplicate", reason: `it was ${row.word} before` };
    }
    const verdict = verdictOf(row, timeZone());
    if (verdict.word === "permitted") {
      if (verdict.untilMs <= clock.wallMs()) return rejected(`${row.until} has passed`);
      if (hasEnded) {
        return rejected(`it is ${stage}: a permit for its place belongs on the permit list`);
      }
    }
    const { outcome, isKept } = rules.judge(verdict, row);
    await isKept;
    return { outcome: "accepted", reason: sentenceOf(outcome, row, stage) };
  }
}

function rowOf(command: VerdictCommand, receivedAtMs: number): VerdictRow {
  const { id, violation, verdict, reason, caseNo } = command;
  return {
    verdictId: id,
    violationId: violationId(violation),
    word: verdict,
    receivedAtMs,
    ...(reason === undefined ? {} : { reason }),
    ...(command.verdict === "permitted" ? { until: command.until } : {}),
    ...(caseNo === undefined ? {} : { caseNo }),
  };
}

/** A permit ends with its last day, as the site counts days. */
export function verdictOf(
  { violationId: id, word, until, caseNo }: VerdictRow,
  timeZone: string,
): Verdict {
  const about = { violationId: id, ...(caseNo === undefined ? {} : { caseNo }) };
  const verdict: Verdict =
    word === "permitted"
      ? { ...about, word, untilMs: endOfDayMs(until ?? "", timeZone) }
      : { ...about, word };
  return verdict;
}

/** The same id is the same word: anything else under it is a mistake at the hub. */
function answerToKnown(known: VerdictRow, row: VerdictRow): VerdictAnswer {
  if (isSameWord(known, row) && known.violationId === row.violationId) {
    return { outcome: "duplicate", reason: "this command was done before" };
  }
  return rejected(`the id was used before, for ${known.word} on ${known.violationId}`);
}

function isSameWord(known: VerdictRow | undefined, row: VerdictRow): boolean {
  return known?.word === row.word && known.until === row.until && known.caseNo === row.caseNo;
}

function sentenceOf(
  outcome: ReturnType<RulesRunner["judge"]>["outcome"],
  { word }: VerdictRow,
  stage: string,
): string {
  switch (outcome) {
    case "withdrawn":
      return "the violation is withdrawn, and the same thing does not come back as a new one";
    case "noted":
      return `the word is kept; the violation stays ${stage}`;
    case "ended":
    case "not-here":
      return `the violation was over before (${stage}): ${word} is kept and changes nothing else`;
  }
}

function rejected(reason: string): VerdictAnswer {
  return { outcome: "rejected", reason };
}
