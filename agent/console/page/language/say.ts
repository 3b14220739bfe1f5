/**
 * Words of the page in the language that is chosen: `say("events.title")`, and with values
 * `say("live.delay", { ms: 400 })` for `{ms}`.
 *
 * `words.ts` and `edit-words.ts` hold both languages side by side, so that none can be forgotten.
 */
import { editWords } from "./edit-words.ts";
import { words } from "./words.ts";

const all = { ...words, ...editWords };

export type WordKey = keyof typeof all;
export type Language = "zh" | "en";

const kept = "kerbside-language";
let chosen: Language = first();

export function language(): Language {
  return chosen;
}

export function setLanguage(wanted: Language): void {
  chosen = wanted;
  localStorage.setItem(kept, wanted);
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
}

export function say(key: WordKey, values: Readonly<Record<string, string | number>> = {}): string {
  return all[key][chosen].replace(/\{(\w+)\}/g, (written, name: string) =>
    String(values[name] ?? written),
  );
}

/** A word of the product's vocabulary (`illegal-parking`); one that has none stays as it is. */
export function sayTerm(term: string): string {
  const key = `term.${term}`;
  return key in all ? say(key as WordKey) : term; // It was found there.
}

function first(): Language {
  const wanted = localStorage.getItem(kept) ?? navigator.language;
  return wanted.startsWith("zh") ? "zh" : "en";
}
