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
  return text.replaceAll(/:\/\/[^\s"]*@/g, `://${shown}@`);
}
