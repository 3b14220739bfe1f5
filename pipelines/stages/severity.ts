/**
 * Severity (红黄蓝) from facts that the event carries, so that the hub can compute it again.
 *
 * Red: a way that must stay free is blocked, or a crowd forms. Yellow: the warning was ignored, it
 * happens here again and again, several stand together, or it is a peak hour. Blue: the rest. A
 * rule may set the lowest value.
 */
import { type Severity, type Stage, severities } from "../domain/kind.ts";

export interface SeverityFacts {
  /** Those that count at this hour. */
  readonly zoneTags: readonly string[];
  readonly stage: Stage;
  /** Violations at this place in seven days, this one included. */
  readonly occurrencesDays7: number;
  /** Open violations of the kind in the zone, this one included. */
  readonly clusterCount: number;
  /** From how many of these on it is often. Absent: 3. */
  readonly repeatedMin?: number;
  readonly crowdCount?: number;
  readonly isPeakHour?: boolean;
  readonly severityMin?: Severity;
}

/** Ways that must stay free, the most urgent first. */
const redTags = ["fire-lane", "blind-path", "crossing", "hospital", "school"] as const;
const usualRepeatedMin = 3;
const clusterMin = 3;
const crowdMin = 10;

export function severityOf(facts: SeverityFacts): {
  readonly severity: Severity;
  readonly fact: string;
} {
  const computed = fromFacts(facts);
  const { severityMin } = facts;
  if (severityMin === undefined || rank(severityMin) <= rank(computed.severity)) return computed;
  return { severity: severityMin, fact: "rule" };
}

function fromFacts(facts: SeverityFacts): { readonly severity: Severity; readonly fact: string } {
  const { zoneTags, stage, occurrencesDays7, clusterCount, crowdCount = 0 } = facts;
  const { repeatedMin = usualRepeatedMin, isPeakHour = false } = facts;
  const tag = redTags.find((name) => zoneTags.includes(name));
  if (tag !== undefined) return { severity: "red", fact: `tag:${tag}` };
  if (crowdCount >= crowdMin) return { severity: "red", fact: `crowd:${crowdCount}` };
  if (occurrencesDays7 >= repeatedMin) {
    return { severity: "yellow", fact: `repeated:${occurrencesDays7}` };
  }
  if (clusterCount >= clusterMin) return { severity: "yellow", fact: `cluster:${clusterCount}` };
  if (isPeakHour) return { severity: "yellow", fact: "peak-hour" };
  if (stage === "reported") return { severity: "yellow", fact: "warning-ignored" };
  return { severity: "blue", fact: "default" };
}

function rank(severity: Severity): number {
  return severities.indexOf(severity);
}
