/**
 * `${env:NAME}` may stand unquoted anywhere, also between `{` and `}`, where YAML would take its
 * braces for its own. Characters of the same length that no text contains stand for them meanwhile.
 */
const shields = [
  ["{", "\ufdd0"],
  ["}", "\ufdd1"],
  [",", "\ufdd2"],
] as const;

export function shieldSubstitutions(text: string): string {
  return text.replaceAll(/\$\{[^{}\r\n]*\}/g, (part) =>
    shields.reduce((shielded, [sign, shield]) => shielded.replaceAll(sign, shield), part),
  );
}

export function unshield(text: string): string {
  return shields.reduce((plain, [sign, shield]) => plain.replaceAll(shield, sign), text);
}
