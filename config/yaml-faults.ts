/** What the YAML parser complains about, in words for people who do not know YAML. */
import type { YAMLError } from "yaml";
import { unshield } from "./shield.ts";

/** Faults that do not follow from others. After any other the parser stumbles over what is right. */
const ownFaults: readonly string[] = ["TAB_AS_INDENT", "TAG_RESOLVE_FAILED", "MULTIPLE_DOCS"];

export function worthSaying(faults: readonly YAMLError[]): YAMLError[] {
  return faults
    .filter((fault, index) => index === 0 || ownFaults.includes(fault.code))
    .slice(0, 20);
}

/** The library's words are right for people who know YAML; these are for the others. */
const explanations: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab stands where the line is indented: use spaces",
  MULTIPLE_DOCS: 'the file holds a second document ("---"): expected one',
  RESOURCE_EXHAUSTION: "values are nested too deeply",
  TAG_RESOLVE_FAILED: "expected a plain value, found one with a YAML type tag",
};

const hints: Readonly<Record<string, string>> = {
  BAD_INDENT: "the indentation does not fit the lines above, or a bracket is not closed",
  MISSING_CHAR: "a quote, bracket, comma or colon is missing",
  BLOCK_AS_IMPLICIT_KEY: "a second key stands on this line, or a text with a colon needs quotes",
  UNEXPECTED_TOKEN:
    "something stands here that does not belong: a sign too many, or one missing before",
};

export function explain(fault: YAMLError): string {
  const words = explanations[fault.code];
  if (words !== undefined) return words;
  // What the library quotes of the file may be a secret.
  const detail = unshield(fault.message).replace(/(?:\n|: ).*/s, "");
  const hint = hints[fault.code];
  return hint === undefined ? `YAML: ${detail}` : `${hint} (YAML: ${detail})`;
}
