/**
 * Text from outside, made safe to show: what a camera, a box or a broker says may hold escape
 * sequences that repaint a terminal, or characters that turn the reading direction.
 *
 * Everything that does not print is replaced, and the length is bounded. For JSON the same
 * characters are escaped, so the value stays the same.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** One line. */
export function terminalText(text: string, lengthMax = 400): string {
  const short = text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
  return short.replaceAll(unprintable, "\u{FFFD}");
}

/** Several lines, as they are: what ends a command, with all that it quotes. */
export function terminalLines(text: string): string {
  return text.replaceAll(unprintable, (sign) => (sign === "\n" ? sign : "\u{FFFD}"));
}

/** One line of JSON that parses to the same value. */
export function terminalJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(unprintable, escaped);
}

/** A character outside the first plane is two units, each with its own escape. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
