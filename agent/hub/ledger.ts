/**
 * What a hub knows of its boxes: every message checked, doubles removed, gaps seen.
 *
 * Pure: a message goes in, a finding comes out. (source, id) is the key of an event; `sequence`
 * is unbroken per source, so a number that never comes is a loss, unless a `dropped` event says
 * that the box itself gave those rows up. What is kept is bounded (`source-book.ts`,
 * `violation-list.ts`), and so is the number of boxes.
 */
import { type DeviceAddress, sourceOf } from "../uplink/topics.ts";
import { type BoxEvent, type LiveMessage, type ReadMessage, readMessage } from "./read-message.ts";
import type { SequenceRange } from "./sequence-ranges.ts";
import { SourceBook, sum, type Tally } from "./source-book.ts";
import { type LedgerViolation, ViolationList } from "./violation-list.ts";

export type Finding =
  | {
      readonly outcome: "accepted";
      readonly address: DeviceAddress;
      readonly event: BoxEvent;
      /** As received, on one line. */
      readonly text: string;
    }
  | { readonly outcome: "duplicate"; readonly address: DeviceAddress; readonly id: string }
  | { readonly outcome: "live"; readonly address: DeviceAddress; readonly live: LiveMessage }
  | {
      readonly outcome: "rejected";
      readonly address?: DeviceAddress;
      /** Null when the event has none that can be read. */
      readonly id: string | null;
      readonly problem: string;
    };

export interface LedgerSummary extends Tally {
  readonly eventCount: number;
  readonly duplicateCount: number;
  readonly rejectedCount: number;
  /** Events that came after one with a higher sequence. */
  readonly outOfOrderCount: number;
  /** All there were; a hub that ran long lists only the newest below. */
  readonly violationCount: number;
  readonly violations: readonly LedgerViolation[];
}

/** Twice what a large city plans; more are somebody who invents names. */
const boxesMax = 2_000;

export class Ledger {
  readonly #books = new Map<string, SourceBook>();
  readonly #violations = new ViolationList();
  #eventCount = 0;
  #duplicateCount = 0;
  #rejectedCount = 0;

  receive(topic: string, payload: Uint8Array): Finding {
    const finding = this.#judge(readMessage(topic, payload));
    if (finding.outcome === "accepted") this.#eventCount += 1;
    if (finding.outcome === "duplicate") this.#duplicateCount += 1;
    if (finding.outcome === "rejected") this.#rejectedCount += 1;
    return finding;
  }

  summary(): LedgerSummary {
    const books = [...this.#books.values()];
    return {
      eventCount: this.#eventCount,
      duplicateCount: this.#duplicateCount,
      rejectedCount: this.#rejectedCount,
      ...books.map((book) => book.tally()).reduce(sum, { lostCount: 0, droppedCount: 0 }),
      outOfOrderCount: books.reduce((total, book) => total + book.outOfOrderCount, 0),
      violationCount: this.#violations.count,
      violations: this.#violations.list(),
    };
  }

  #judge(message: ReadMessage): Finding {
    switch (message.what) {
      case "live":
        return { outcome: "live", address: message.address, live: message.live };
      case "event":
        return this.#judgeEvent(message);
      case "wrong": {
        const { what: _, sequence, ...rest } = message;
        if (sequence !== undefined && message.address !== undefined) {
          this.#bookOf(message.address)?.noteSequence(sequence);
        }
        return { outcome: "rejected", ...rest };
      }
    }
  }

  #judgeEvent(message: Extract<ReadMessage, { what: "event" }>): Finding {
    const { address, event, sequence, text } = message;
    const book = this.#bookOf(address);
    if (book === undefined) {
      const problem = `source: this hub keeps ${boxesMax} boxes and knows as many others`;
      return { outcome: "rejected", address, id: event.id, problem };
    }
    if (book.note(event.id, sequence, droppedIn(event)) === "double") {
      return { outcome: "duplicate", address, id: event.id };
    }
    if (event.type === "city.kerbside.violation.v1") this.#violations.note(event, text.length);
    if (event.type === "city.kerbside.store.v1" && !event.data.sequenceContinued) {
      book.noteRestart(sequence);
    }
    return { outcome: "accepted", address, event, text };
  }

  #bookOf(address: DeviceAddress): SourceBook | undefined {
    const source = sourceOf(address);
    const known = this.#books.get(source);
    if (known !== undefined || this.#books.size >= boxesMax) return known;
    const made = new SourceBook();
    this.#books.set(source, made);
    return made;
  }
}

function droppedIn(event: BoxEvent): SequenceRange | undefined {
  if (event.type !== "city.kerbside.dropped.v1") return undefined;
  return { first: event.data.firstSequence, last: event.data.lastSequence };
}
