/**
 * What looks like a secret in a text: the rules of secretlint for keys and tokens of known makers,
 * and three of our own for what it does not know: logins in addresses of any scheme, values that
 * are assigned to a telling name, and long words of high entropy.
 */
import { lintSource } from "@secretlint/core";
import { creator as recommended } from "@secretlint/secretlint-rule-preset-recommend";

export interface SecretFound {
  /** `login-address`, `assigned`, `entropy`, or the name of a rule of secretlint. */
  readonly rule: string;
  /** The part that would be the secret. */
  readonly secret: string;
}

export async function secretsIn(name: string, text: string): Promise<readonly SecretFound[]> {
  const found = [...(await knownTokens(name, text)), ...logins(text), ...assigned(text)];
  const long = highEntropy(text).filter(
    ({ secret }) => !found.some((other) => other.secret.includes(secret)),
  );
  return [...found, ...long];
}

const preset = "@secretlint/secretlint-rule-preset-recommend";

async function knownTokens(name: string, text: string): Promise<SecretFound[]> {
  const { messages } = await lintSource({
    source: { filePath: name, content: text, contentType: "text", ext: "" },
    options: { config: { rules: [{ id: preset, rule: recommended }] } },
  });
  return messages.map(({ ruleId, range }) => ({
    rule: ruleId.replace("@secretlint/secretlint-rule-", ""),
    secret: text.slice(...range),
  }));
}

const address = /\b[a-z][a-z0-9+.-]{1,10}:\/\/([^\s:/?#"'`<>@]*):([^\s"'`<>]+?)@[^\s"'`@]/gi;

function logins(text: string): SecretFound[] {
  return [...text.matchAll(address)]
    .map(([, , password = ""]) => password)
    .filter(isNoPlaceholder)
    .map((secret) => ({ rule: "login-address", secret }));
}

const assignment =
  /\b[\w-]{0,30}(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key)["']?\s{0,3}[:=]\s{0,3}(["'`])([^"'`\n]{6,200})\1/gi;

function assigned(text: string): SecretFound[] {
  return [...text.matchAll(assignment)]
    .map(([, , value = ""]) => value)
    .filter((value) => isNoPlaceholder(value) && !/\s/.test(value))
    .map((secret) => ({ rule: "assigned", secret }));
}

/** A variable, a mask, an example in words. */
function isNoPlaceholder(value: string): boolean {
  return !/\$\{|\$[A-Za-z_]|\*{3}|^\.{3}$|^[A-Z_]+$|[…<>{}]/.test(value);
}

const longWord = /(?<![\w+/=-])[A-Za-z0-9+/_-]{32,200}={0,2}(?![\w+/=-])/g;
const entropyMin = 4.2;

function highEntropy(text: string): SecretFound[] {
  // Names of a graph's layers, in a binary file, are no keys.
  if (text.includes("\0")) return [];
  return (
    [...text.matchAll(longWord)]
      .map(([word]) => word)
      // Hashes of a lockfile: what they are of is public.
      .filter((word) => !word.startsWith("sha512-"))
      .filter((word) => word.split(/[/_-]/).some(isMixed))
      .filter((word) => bitsPerCharacter(word) >= entropyMin)
      .map((secret) => ({ rule: "entropy", secret }))
  );
}

/** Paths and names of many words have no such part. */
function isMixed(part: string): boolean {
  return part.length >= 16 && /[a-z]/.test(part) && /[A-Z]/.test(part) && /\d/.test(part);
}

/** Shannon's: of a word over its own letters. */
function bitsPerCharacter(word: string): number {
  const counts = new Map<string, number>();
  for (const letter of word) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => {
    const share = count / word.length;
    return bits - share * Math.log2(share);
  }, 0);
}
