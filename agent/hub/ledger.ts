/**
 * What a hub knows of its boxes: every message checked, doubles removed, gaps seen.
 *
 * Pure: a message goes in, a finding comes out. (source, id) is the key of an event; `sequence`
 * is unbroken per source, so a number that never comes is a loss, unless a `dropped` event says
 * that the box itself gave those rows up.
 */
import { z } from "zod";
import { type ViolationEvent, violationEventSchema } from "../../pipelines/domain/event.ts";
import type { Kind, Stage } from "../../pipelines/domain/kind.ts";
import { droppedEventSchema } from "../store/dropped-event.ts";
import {
  countsSchema,
  resultSchema,
  statusSchema,
  storeEventSchema,
  testEventSchema,
} from "../uplink/messages.ts";
import { parseTopic, sourceOf } from "../uplink/topics.ts";

export type Finding =
  | { readonly outcome: "accepted"; readonly event: Readonly<Record<string, unknown>> }
  | { readonly outcome: "duplicate"; readonly id: string }
  | { readonly outcome: "live"; readonly name: string; readonly message: unknown }
  | { readonly outcome: "rejected"; readonly id: string | null; readonly problem: string };

export interface LedgerViolation {
  readonly id: string;
  readonly kind: Kind;
  readonly source: string;
  readonly stages: readonly Stage[];
  readonly last: ViolationEvent;
}

export interface LedgerSummary {
  readonly eventCount: number;
  readonly duplicateCount: number;
  readonly rejectedCount: number;
  /** Sequence numbers that neither came nor were declared dropped. */
  readonly lostCount: number;
  readonly droppedCount: number;
  /** Events that came after one with a higher sequence. */
  readonly outOfOrderCount: number;
  readonly violations: readonly LedgerViolation[];
}

interface SourceBook {
  readonly ids: Set<string>;
  readonly sequences: Set<number>;
  readonly dropped: { first: number; last: number }[];
  firstSequence: number;
  highestSequence: number;
}

const eventSchema = z.discriminatedUnion("type", [
  violationEventSchema,
  droppedEventSchema,
  storeEventSchema,
  testEventSchema,
]);

const liveSchemas = { status: statusSchema, counts: countsSchema, result: resultSchema };

export class Ledger {
  readonly #books = new Map<string, SourceBook>();
  readonly #violations = new Map<string, { stages: Stage[]; last: ViolationEvent }>();
  #eventCount = 0;
  #duplicateCount = 0;
  #rejectedCount = 0;
  #outOfOrderCount = 0;

  receive(topic: string, payload: Uint8Array): Finding {
    const finding = this.#judge(topic, payload);
    if (finding.outcome === "rejected") this.#rejectedCount += 1;
    if (finding.outcome === "duplicate") this.#duplicateCount += 1;
    return finding;
  }

  summary(): LedgerSummary {
    const books = [...this.#books.values()];
    return {
      eventCount: this.#eventCount,
      duplicateCount: this.#duplicateCount,
      rejectedCount: this.#rejectedCount,
      lostCount: books.reduce((sum, book) => sum + lostIn(book), 0),
      droppedCount: books.reduce(
        (sum, book) => sum + book.dropped.reduce((n, { first, last }) => n + last - first + 1, 0),
        0,
      ),
      outOfOrderCount: this.#outOfOrderCount,
      violations: [...this.#violations.values()].map(({ stages, last }) => ({
        id: last.data.violation,
        kind: last.data.kind,
        source: last.source,
        stages,
        last,
      })),
    };
  }

  #judge(topic: string, payload: Uint8Array): Finding {
    const parsedTopic = parseTopic(topic);
    if (parsedTopic === undefined) return rejected(null, `topic ${printable(topic)} is not ours`);
    const value = parseJson(payload);
    if (value === undefined) return rejected(null, "not JSON in UTF-8");
    const { name, address } = parsedTopic;
    if (name === "event") return this.#judgeEvent(value, sourceOf(address));
    if (name === "health" || name === "command") return { outcome: "live", name, message: value };
    const result = liveSchemas[name].safeParse(value);
    if (!result.success) return rejected(null, `${name}: ${firstProblem(result.error)}`);
    return { outcome: "live", name, message: result.data };
  }

  #judgeEvent(value: unknown, source: string): Finding {
    const result = eventSchema.safeParse(value);
    if (!result.success) return rejected(idOf(value), firstProblem(result.error));
    const event = result.data;
    if (event.source !== source) {
      return rejected(event.id, `source ${printable(event.source)} on the topic of ${source}`);
    }
    const book = this.#bookOf(source);
    if (book.ids.has(event.id)) return { outcome: "duplicate", id: event.id };
    book.ids.add(event.id);
    this.#eventCount += 1;
    this.#noteSequence(book, Number(event.sequence));
    if (event.type === "city.kerbside.dropped.v1") {
      book.dropped.push({ first: event.data.firstSequence, last: event.data.lastSequence });
    }
    if (event.type === "city.kerbside.violation.v1") this.#noteViolation(event);
    return { outcome: "accepted", event };
  }

  #bookOf(source: string): SourceBook {
    const known = this.#books.get(source);
    if (known !== undefined) return known;
    const made: SourceBook = {
      ids: new Set(),
      sequences: new Set(),
      dropped: [],
      firstSequence: Number.POSITIVE_INFINITY,
      highestSequence: 0,
    };
    this.#books.set(source, made);
    return made;
  }

  #noteSequence(book: SourceBook, sequence: number): void {
    if (sequence < book.highestSequence) this.#outOfOrderCount += 1;
    book.sequences.add(sequence);
    book.firstSequence = Math.min(book.firstSequence, sequence);
    book.highestSequence = Math.max(book.highestSequence, sequence);
  }

  #noteViolation(event: ViolationEvent): void {
    const known = this.#violations.get(event.data.violation);
    if (known === undefined) {
      this.#violations.set(event.data.violation, { stages: [event.data.stage], last: event });
      return;
    }
    known.stages.push(event.data.stage);
    known.last = event;
  }
}

function lostIn({ sequences, dropped, firstSequence, highestSequence }: SourceBook): number {
  let lost = 0;
  for (let sequence = firstSequence; sequence <= highestSequence; sequence++) {
    const isDeclared = dropped.some(({ first, last }) => first <= sequence && sequence <= last);
    if (!sequences.has(sequence) && !isDeclared) lost += 1;
  }
  return lost;
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}

function idOf(value: unknown): string | null {
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  return typeof id === "string" ? id : null;
}

function rejected(id: string | null, problem: string): Finding {
  return { outcome: "rejected", id, problem };
}

function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? "wrong" : `${issue.path.join(".") || "message"}: ${issue.message}`;
}

/** What a box sends is hostile until shown: no control characters reach a terminal. */
function printable(text: string): string {
  return JSON.stringify(text.slice(0, 120));
}
