/**
 * A value that must not be seen: it prints as `***` wherever text is made of it.
 *
 * `reveal()` is the one way out, so every place that uses a secret can be found by that word.
 */
import { inspect } from "node:util";

const shown = "***";

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}

/** Takes user names and passwords out of anything that looks like an address. */
export function hideCredentials(text: string): string {
  // Word by word: one pattern for it all would try every "://" of a long text with every "@".
  return text.replaceAll(/[^\s"]+/g, (word) => {
    const start = word.indexOf("://");
    const end = word.lastIndexOf("@");
    return start < 0 || end < start ? word : `${word.slice(0, start)}://${shown}${word.slice(end)}`;
  });
}
