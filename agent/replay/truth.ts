/**
 * What really happened in a recording, and how well a replay told it: precision, recall, how late.
 *
 * A truth is a list of violations with the times at which their stages are due, in milliseconds
 * from the start of the recording; a scene's truth file is one, and so is the `violations` list of
 * a replay that a person has corrected. What is judged is the event: one stage of one violation.
 */
import { z } from "zod";
import { boxOverlap } from "../../pipelines/domain/geometry.ts";
import { type Kind, kinds, subKinds } from "../../pipelines/domain/kind.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBoundedText } from "../runtime/bounded-file.ts";
import { terminalText } from "../runtime/terminal-text.ts";
import type { ReplayedViolation } from "./violation-list.ts";

const atMs = z.number().nullable().default(null);
const share = z.number();

const violationSchema = z.object({
  kind: z.enum(kinds),
  subKind: z.enum(subKinds).optional(),
  /** Default: any. */
  camera: z.string().optional(),
  zone: z.string(),
  /** What it is, for people. */
  thing: z.string().optional(),
  /** Where it stands; without one, the zone and the time decide. */
  box: z.object({ xMin: share, yMin: share, xMax: share, yMax: share }).optional(),
  warnedAtMs: atMs,
  reportedAtMs: atMs,
  /** `clearedAtMs` is the same. */
  endedAtMs: atMs,
  clearedAtMs: atMs,
  /** Time that nobody could observe, between its first and its last sight. */
  unobservedMs: z.number().optional(),
});

/** Each is compared with each that was told. */
const violationsMax = 10_000;
const fileBytesMax = 16 * 1024 * 1024;
const faultsMax = 20;
const faultsCharsMax = 2_000;

const truthSchema = z.object({ violations: z.array(violationSchema).max(violationsMax) });
export type TrueViolation = z.input<typeof violationSchema>;
type ParsedViolation = z.output<typeof violationSchema>;

export interface Truth {
  readonly violations: readonly ParsedViolation[];
}

export function parseTruth(value: unknown, where: string): Truth {
  const parsed = truthSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new AgentError(
    "USAGE",
    `${where} is no truth of a recording: ${terminalText(faults.slice(0, faultsMax).join("; "), faultsCharsMax)}`,
    "docs/replay.md says what a truth file holds.",
  );
}

export async function readTruth(path: string): Promise<Truth> {
  let value: unknown;
  try {
    value = JSON.parse(await readBoundedText(path, fileBytesMax));
  } catch (cause) {
    throw new AgentError(
      "USAGE",
      `${path} cannot be read: ${terminalText(cause instanceof Error ? cause.message : String(cause))}`,
      "Name a JSON file with the list of violations.",
      { cause },
    );
  }
  return parseTruth(value, path);
}

export interface KindFigures {
  /** Events that are due, that were told, and that are both. */
  readonly due: number;
  readonly told: number;
  readonly right: number;
  readonly precision: number | null;
  readonly recall: number | null;
  /** Median over the events that are right, in periods of their rule; late is positive. */
  readonly timeErrorPeriods: number | null;
  /** Median of the events' unobserved time less the true one, where the truth has it. */
  readonly unobservedErrorMs: number | null;
}

export interface Judgement {
  readonly kinds: Readonly<Partial<Record<Kind, KindFigures>>>;
  /** Due and not told. */
  readonly missed: readonly string[];
  /** Told and not due. */
  readonly wrong: readonly string[];
}

/**
 * How far from its time an event may be told, before or after: so many periods of its rule, because
 * nothing is known between two looks and some looks see nothing …
 */
const tolerancePeriods = 10;
/** … or this share of what the stage waits for, because a long wait sums up more such looks. */
const toleranceWaitShare = 0.1;
const overlapMin = 0.3;

/** Sums over several recordings: the figures of all. */
export class Judge {
  readonly #tallies = new Map<Kind, Tally>();
  readonly #missed: string[] = [];
  readonly #wrong: string[] = [];

  add(truth: Truth, told: readonly ReplayedViolation[], recording = ""): void {
    const pairs = pairsOf(truth.violations, told);
    const paired = new Set(pairs.values());
    for (const due of truth.violations) this.#judge(due, pairs.get(due), recording);
    for (const violation of told) {
      if (!paired.has(violation)) this.#judge(undefined, violation, recording);
    }
  }

  judgement(): Judgement {
    const entries = [...this.#tallies].map(([kind, tally]) => [kind, figuresOf(tally)] as const);
    const order = (kind: Kind) => kinds.indexOf(kind);
    const sorted = entries.toSorted(([a], [b]) => order(a) - order(b));
    return { kinds: Object.fromEntries(sorted), missed: this.#missed, wrong: this.#wrong };
  }

  #judge(
    due: ParsedViolation | undefined,
    told: ReplayedViolation | undefined,
    recording: string,
  ): void {
    const kind = due?.kind ?? told?.kind;
    if (kind === undefined) return;
    const tally = this.#tallies.get(kind) ?? emptyTally();
    this.#tallies.set(kind, tally);
    for (const stage of stagesJudged) {
      const dueAtMs = due === undefined ? null : dueAt(due, stage);
      const toldAtMs = told?.[stage] ?? null;
      if (dueAtMs !== null) tally.due += 1;
      if (toldAtMs !== null) tally.told += 1;
      if (dueAtMs !== null && toldAtMs !== null && told !== undefined) {
        const lateMs = toldAtMs - dueAtMs;
        if (isInTime(lateMs, stage, told.rule)) {
          tally.right += 1;
          tally.errors.push(lateMs / told.rule.everyMs);
          continue;
        }
      }
      const what = `${recording}${recording === "" ? "" : " "}${kind} ${due?.zone ?? told?.zone}`;
      const name = stage.replace("AtMs", "");
      if (dueAtMs !== null) this.#missed.push(`${what} ${name}@${dueAtMs / 1_000}`);
      if (toldAtMs !== null) this.#wrong.push(`${what} ${name}@${toldAtMs / 1_000}`);
    }
    if (due?.unobservedMs !== undefined && told !== undefined) {
      tally.unobservedErrorsMs.push(told.unobservedMs - due.unobservedMs);
    }
  }
}

function isInTime(
  lateMs: number,
  stage: (typeof stagesJudged)[number],
  rule: ReplayedViolation["rule"],
): boolean {
  const waitMs = {
    warnedAtMs: rule.warnAfterMs,
    reportedAtMs: rule.reportAfterMs,
    endedAtMs: rule.clearAfterMs,
  }[stage];
  const toleranceMs = Math.max(tolerancePeriods * rule.everyMs, toleranceWaitShare * waitMs);
  return Math.abs(lateMs) <= toleranceMs;
}

const stagesJudged = ["warnedAtMs", "reportedAtMs", "endedAtMs"] as const;

function dueAt(due: ParsedViolation, stage: (typeof stagesJudged)[number]): number | null {
  return stage === "endedAtMs" ? (due.endedAtMs ?? due.clearedAtMs) : due[stage];
}

interface Tally {
  due: number;
  told: number;
  right: number;
  readonly errors: number[];
  readonly unobservedErrorsMs: number[];
}

const emptyTally = (): Tally => ({
  due: 0,
  told: 0,
  right: 0,
  errors: [],
  unobservedErrorsMs: [],
});

function figuresOf({ due, told, right, errors, unobservedErrorsMs }: Tally): KindFigures {
  return {
    due,
    told,
    right,
    precision: told === 0 ? null : right / told,
    recall: due === 0 ? null : right / due,
    timeErrorPeriods: median(errors),
    unobservedErrorMs: median(unobservedErrorsMs),
  };
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}

/** How many of the due violations were told, whenever: one to one, by kind, zone and place. */
export function toldCount(truth: Truth, told: readonly ReplayedViolation[]): number {
  return pairsOf(truth.violations, told).size;
}

/** One to one: same kind and zone, then place and time. */
function pairsOf(
  truths: readonly ParsedViolation[],
  told: readonly ReplayedViolation[],
): ReadonlyMap<ParsedViolation, ReplayedViolation> {
  const candidates = truths
    .flatMap((due) => told.map((violation) => ({ due, violation, fit: fitOf(due, violation) })))
    .filter(({ fit }) => fit > 0)
    .toSorted((a, b) => b.fit - a.fit);
  const pairs = new Map<ParsedViolation, ReplayedViolation>();
  const taken = new Set<ReplayedViolation>();
  for (const { due, violation } of candidates) {
    if (pairs.has(due) || taken.has(violation)) continue;
    pairs.set(due, violation);
    taken.add(violation);
  }
  return pairs;
}

/** Above 0: they may be the same. Place counts most, then which stages they have, and how close. */
function fitOf(due: ParsedViolation, told: ReplayedViolation): number {
  if (due.kind !== told.kind || due.zone !== told.zone) return 0;
  if (due.camera !== undefined && due.camera !== told.camera) return 0;
  if (due.subKind !== undefined && due.subKind !== told.subKind) return 0;
  const overlap = due.box === undefined ? 1 : boxOverlap(due.box, told.box);
  if (overlap < overlapMin) return 0;
  const closeness = stagesJudged.map((stage) => {
    const [dueAtMs, toldAtMs] = [dueAt(due, stage), told[stage]];
    if (dueAtMs === null || toldAtMs === null) return dueAtMs === toldAtMs ? 1 : 0;
    // That both have the stage counts as much as how close they are in it.
    return (1 + 1 / (1 + Math.abs(dueAtMs - toldAtMs) / told.rule.everyMs)) / 2;
  });
  return overlap + closeness.reduce((sum, each) => sum + each, 0) / closeness.length;
}
