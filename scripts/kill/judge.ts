/**
 * What became of everything that was written: the judge over the box's database and log and the
 * hub's own record. Pure, so that a test can show that it finds each fault.
 *
 * An event is written when its transaction is on disk; the agent's log says so for each stage, the
 * database at the end holds all of them. Doubles by id are allowed; the same id must then be the
 * same event, but for the mark that it came late.
 */
import type { ViolationEvent } from "../../pipelines/domain/event.ts";

export interface WrittenEvent {
  readonly sequence: number;
  readonly id: string;
  readonly text: string;
}

/** A stage that the agent's log told as committed. */
export interface ToldStage {
  readonly violation: string;
  readonly stage: string;
}

export interface KillEvidence {
  readonly written: readonly WrittenEvent[];
  readonly told: readonly ToldStage[];
  /** Every event that the hub was handed, doubles too, in the order of their coming. */
  readonly heard: readonly string[];
  /** Cameras before which one thing stands for the whole run. */
  readonly steadyCameras: readonly string[];
}

export interface Judgement {
  readonly written: number;
  readonly heard: number;
  readonly resent: number;
  readonly lost: number;
  readonly doubled: number;
  /** Numbers that are missing among sequences and revisions, or out of their order. */
  readonly gaps: number;
  /** Heard and not in the database. */
  readonly invented: number;
  /** Violations before a camera with one standing thing that are more than this thing. */
  readonly presencesBroken: number;
  /** One line each, the first of them. */
  readonly findings: readonly string[];
}

const findingsMax = 20;

interface Envelope {
  readonly id: string;
  readonly sequence: string;
  readonly data: Partial<ViolationEvent["data"]>;
}

export function judge({ written, told, heard, steadyCameras }: KillEvidence): Judgement {
  const findings: string[] = [];
  const find = (line: string): void => {
    if (findings.length < findingsMax) findings.push(line);
  };
  const first = new Map<string, string>();
  let doubled = 0;
  for (const text of heard.map(unmarked)) {
    const { id } = JSON.parse(text) as Envelope;
    const known = first.get(id);
    if (known === undefined) first.set(id, text);
    else if (known !== text) {
      doubled += 1;
      find(`${id} came with two contents`);
    }
  }
  const events = [...first.values()].map((text) => JSON.parse(text) as Envelope);

  const inDatabase = new Map(written.map(({ id, text }) => [id, unmarked(text)]));
  let lost = 0;
  for (const [id, text] of inDatabase) {
    const came = first.get(id);
    if (came === text) continue;
    lost += 1;
    find(came === undefined ? `${id} never came` : `${id} came with another content`);
  }
  const invented = [...first.keys()].filter((id) => !inDatabase.has(id));
  for (const id of invented) find(`${id} came and is not in the database`);
  const stages = new Map<string, number>();
  for (const { data } of events) count(stages, `${data.violation} ${data.stage}`, 1);
  for (const { violation, stage } of told) {
    const key = `${violation} ${stage}`;
    if (count(stages, key, -1) >= 0) continue;
    lost += 1;
    find(`${key} was told as written and never came`);
  }

  const numbers = events.map(({ sequence }) => Number(sequence));
  doubled += numbers.length - new Set(numbers).size;
  let gaps = brokenSteps(numbers, (line) => find(`sequence ${line}`));
  const byViolation = Map.groupBy(events, ({ data }) => data.violation);
  byViolation.delete(undefined);
  for (const [violation, its] of byViolation) {
    const revisions = its.map(({ data }) => data.revision ?? 0);
    doubled += revisions.length - new Set(revisions).size;
    gaps += brokenSteps(revisions, (line) => find(`${violation} revision ${line}`));
  }
  const presencesBroken = steadyCameras
    .map((camera) => [...byViolation.values()].filter(([one]) => one?.data.camera === camera))
    .reduce((sum, its) => sum + Math.max(0, its.length - 1), 0);
  if (presencesBroken > 0) find(`${presencesBroken} violations more than things that stand`);
  const resent = heard.length - first.size;
  const counts = { written: written.length, heard: first.size, resent };
  return { ...counts, lost, doubled, gaps, invented: invented.length, presencesBroken, findings };
}

/** As it was made: the mark of a late one is of its sending. */
function unmarked(text: string): string {
  return text.replace('{"historical":true,', "{");
}

/** They should be 1, 2, 3 …; how often they are not. */
function brokenSteps(numbers: readonly number[], find: (line: string) => void): number {
  let broken = 0;
  let expected = 1;
  for (const number of numbers) {
    if (number !== expected) {
      broken += 1;
      find(`${number} came where ${expected} was due`);
    }
    expected = number + 1;
  }
  return broken;
}

function count(counts: Map<string, number>, key: string, by: number): number {
  const next = (counts.get(key) ?? 0) + by;
  counts.set(key, next);
  return next;
}
