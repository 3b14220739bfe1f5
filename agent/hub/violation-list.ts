/**
 * The violations a hub has heard of, each with the stages it went through.
 *
 * Bounded in number and in text: at a limit those that ended are forgotten first, the one that has
 * been quiet longest before the others. The order of arrival changes nothing in what is listed.
 */
import type { ViolationEvent } from "../../pipelines/domain/event.ts";
import type { Kind, Stage } from "../../pipelines/domain/kind.ts";

export interface LedgerViolation {
  readonly id: string;
  readonly kind: Kind;
  readonly source: string;
  /** By revision. */
  readonly stages: readonly Stage[];
  /** The event of the highest revision. */
  readonly last: ViolationEvent;
}

interface Entry {
  readonly stageByRevision: Map<number, Stage>;
  last: ViolationEvent;
  lastTextLength: number;
}

const countMaxDefault = 10_000;
/** Characters of JSON: 10,000 usual events are a quarter of it. */
const textLengthMaxDefault = 128 * 1024 * 1024;
/** A violation has a handful; a box gone wild may not fill the memory with one. */
const revisionsMax = 1_000;

export class ViolationList {
  readonly #countMax: number;
  readonly #textLengthMax: number;
  /** Both in order of the last news; an entry is in one of them. */
  readonly #open = new Map<string, Entry>();
  readonly #ended = new Map<string, Entry>();
  #count = 0;
  #textLength = 0;

  constructor(limits: { readonly countMax?: number; readonly textLengthMax?: number } = {}) {
    this.#countMax = limits.countMax ?? countMaxDefault;
    this.#textLengthMax = limits.textLengthMax ?? textLengthMaxDefault;
  }

  /** How many there were, the forgotten ones too. */
  get count(): number {
    return this.#count;
  }

  /** `textLength`: of the event as it came. */
  note(event: ViolationEvent, textLength: number): void {
    const key = `${event.source} ${event.data.violation}`;
    const entry = this.#take(key) ?? this.#create(event, textLength);
    if (entry.stageByRevision.size < revisionsMax) {
      entry.stageByRevision.set(event.data.revision, event.data.stage);
    }
    if (event.data.revision > entry.last.data.revision) {
      entry.last = event;
      entry.lastTextLength = textLength;
    }
    (hasEnded(entry.last) ? this.#ended : this.#open).set(key, entry);
    this.#textLength += entry.lastTextLength;
    while (this.#isTooMuch()) this.#forgetOne();
  }

  list(): readonly LedgerViolation[] {
    return [...this.#open.values(), ...this.#ended.values()]
      .map(({ stageByRevision, last }) => ({
        id: last.data.violation,
        kind: last.data.kind,
        source: last.source,
        stages: [...stageByRevision].toSorted(([a], [b]) => a - b).map(([, stage]) => stage),
        last,
      }))
      .toSorted(byFirstSight);
  }

  #create(event: ViolationEvent, lastTextLength: number): Entry {
    this.#count += 1;
    return { stageByRevision: new Map(), last: event, lastTextLength };
  }

  #take(key: string): Entry | undefined {
    const entry = this.#open.get(key) ?? this.#ended.get(key);
    if (entry === undefined) return undefined;
    this.#open.delete(key);
    this.#ended.delete(key);
    this.#textLength -= entry.lastTextLength;
    return entry;
  }

  #isTooMuch(): boolean {
    const count = this.#open.size + this.#ended.size;
    return count > this.#countMax || (this.#textLength > this.#textLengthMax && count > 1);
  }

  #forgetOne(): void {
    const [oldest] = (this.#ended.size > 0 ? this.#ended : this.#open).keys();
    if (oldest !== undefined) this.#take(oldest);
  }
}

function hasEnded({ data }: ViolationEvent): boolean {
  return data.stage === "cleared" || data.stage === "withdrawn";
}

function byFirstSight(a: LedgerViolation, b: LedgerViolation): number {
  const difference = Date.parse(a.last.data.firstSeenAt) - Date.parse(b.last.data.firstSeenAt);
  return difference || a.source.localeCompare(b.source) || a.id.localeCompare(b.id);
}
