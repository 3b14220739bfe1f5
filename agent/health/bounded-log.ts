/**
 * A log that no fault can flood: whatever repeats is told some times a minute, and the rest is one
 * line with its count.
 *
 * A camera that flaps, a decoder that dies at each picture or a broker that refuses a thousand
 * events would each fill a disk that journald keeps for all. Nothing is lost silently: what is left
 * out of a minute is said with the first line after it.
 */
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";

type Level = "info" | "warn" | "error";

interface Told {
  readonly level: Level;
  fields: object;
  message: string;
  count: number;
  leftOutCount: number;
}

const minuteMs = 60_000;
/** Of one sort: the level, the words before a colon, and whom it is about. */
const sortLinesMax = 30;
const linesMax = 600;
const sortsMax = 1_000;
const repeatedLinesMax = 50;

export class BoundedLog implements Log {
  readonly #log: Log;
  readonly #clock: Clock;
  #sorts = new Map<string, Told>();
  #lineCount = 0;
  #minuteMonoMs: number;

  constructor({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
    this.#minuteMonoMs = clock.monoMs();
  }

  debug(fields: object, message: string): void {
    this.#log.debug(fields, message);
  }

  info(fields: object, message: string): void {
    this.#tell("info", fields, message);
  }

  warn(fields: object, message: string): void {
    this.#tell("warn", fields, message);
  }

  error(fields: object, message: string): void {
    this.#tell("error", fields, message);
  }

  /** What was left out and not said yet. */
  flush(): void {
    const leftOut = [...this.#sorts.values()].filter(({ leftOutCount }) => leftOutCount > 0);
    this.#sorts = new Map();
    this.#lineCount = 0;
    this.#minuteMonoMs = this.#clock.monoMs();
    for (const { level, fields, message, leftOutCount } of leftOut.slice(0, repeatedLinesMax)) {
      this.#log[level]({ ...fields, repeatCount: leftOutCount }, `${message} (repeated)`);
    }
    const others = leftOut.slice(repeatedLinesMax);
    if (others.length === 0) return;
    const lineCount = others.reduce((sum, { leftOutCount }) => sum + leftOutCount, 0);
    this.#log.warn({ lineCount }, "more lines than the log takes in a minute: these were left out");
  }

  #tell(level: Level, fields: object, message: string): void {
    if (this.#clock.monoMs() - this.#minuteMonoMs >= minuteMs) this.flush();
    const told = this.#sortOf(level, fields, message);
    told.count += 1;
    if (told.count <= sortLinesMax && this.#lineCount < linesMax) {
      this.#lineCount += 1;
      this.#log[level](fields, message);
      return;
    }
    told.leftOutCount += 1;
    told.fields = fields;
    told.message = message;
  }

  #sortOf(level: Level, fields: object, message: string): Told {
    const words = message.split(":", 1)[0]?.slice(0, 80) ?? "";
    const about = "camera" in fields ? String(fields.camera) : "";
    const key = `${level} ${words} ${about}`;
    // Beyond the bound all others are one sort of their level.
    const known =
      this.#sorts.get(key) ?? (this.#sorts.size < sortsMax ? undefined : this.#sorts.get(level));
    if (known !== undefined) return known;
    const fresh: Told = { level, fields, message, count: 0, leftOutCount: 0 };
    this.#sorts.set(this.#sorts.size < sortsMax ? key : level, fresh);
    return fresh;
  }
}
