/**
 * Takes secrets out of everything that a person or a file may see, whatever form it has.
 *
 * Three nets, because one always has a hole: the secrets we know, fields whose name says secret,
 * and text that looks like a login. Values are copied with a bound on depth, length and size, so
 * a strange object can neither leak nor flood the log.
 */
import { spellingsOf } from "../runtime/secret-spellings.ts";

const shown = "***";

const depthMax = 6;
const itemsMax = 100;
const charsMax = 8_192;
/** A box that changes its passwords every day for years; the oldest are forgotten. */
const secretsMax = 1_000;
export interface Redactor {
  text(value: string): string;
  /** Whole and with the known secrets masked: for our own words, which no pattern may tear. */
  known(value: string): string;
  /** A plain copy, fit for JSON. */
  value(value: unknown): unknown;
  /** From here on these are known too: a configuration was read again. Old ones stay known. */
  learn(secrets: readonly string[]): void;
}

/** `secrets`: passwords and tokens of the configuration, as they are. */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  let all = [...new Set(secrets)];
  let known = spellingsOf(all);
  const mask = (value: string): string =>
    known.reduce((rest, secret) => rest.replaceAll(secret, shown), value);
  const text = (value: string): string => {
    // Cut wide, masked, cut to size: a secret at the cut is whole when it is looked for.
    const clean = maskLogins(mask(value.slice(0, 2 * charsMax)));
    return clean.length > charsMax ? `${clean.slice(0, charsMax)}… (cut)` : clean;
  };
  return {
    text,
    known: mask,
    value: (value) => plain(value, text, depthMax, new Set()),
    learn: (more) => {
      all = [...new Set([...all, ...more])].slice(-secretsMax);
      known = spellingsOf(all);
    },
  };
}

const logins: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host; a password may itself hold a slash or an @.
  [/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s"'<>]*@/gi, `$1${shown}@`],
  // ?password=…, &token=…, password: …, "apiKey":"…"
  [
    /\b([\w-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|credential)\w{0,20}["']?\s{0,3}[=:]\s{0,3})("[^"]*"|'[^']*'|[^\s&"',;})\]]+)/gi,
    `$1${shown}`,
  ],
  [/\b(authorization["']?\s*[=:]\s*["']?)[^\r\n"']+/gi, `$1${shown}`],
  [/\b(Basic|Bearer)\s+[A-Za-z0-9+/._~=-]{6,}/g, `$1 ${shown}`],
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g, `[$1 ${shown}]`],
];

function maskLogins(value: string): string {
  return logins.reduce((rest, [pattern, mask]) => rest.replaceAll(pattern, mask), value);
}

const secretName =
  /passw(or)?d|passphrase|^pass$|pwd|secret|token|api[_-]?key|private[_-]?key|credential|authorization|cookie/i;

function plain(
  value: unknown,
  text: Redactor["text"],
  depth: number,
  above: ReadonlySet<object>,
): unknown {
  if (typeof value === "string") return text(value);
  if (typeof value === "bigint" || typeof value === "symbol") return text(String(value));
  if (typeof value === "function") return "[function]";
  if (typeof value !== "object" || value === null) return value;
  if (above.has(value)) return "[circular]";
  if (depth === 0) return "[deep]";
  const inside = new Set([...above, value]);
  const next = (inner: unknown) => plain(inner, text, depth - 1, inside);
  if (value instanceof Error) return errorFields(value, next);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return `[${value.byteLength} bytes]`;
  if ("toJSON" in value && typeof value.toJSON === "function") return next(value.toJSON());
  if (value instanceof Map) return next(Object.fromEntries(value));
  if (value instanceof Set) return next([...value]);
  if (Array.isArray(value)) return value.slice(0, itemsMax).map(next);
  return fieldsOf(Object.entries(value), next);
}

/** What an operator needs of an error: its kind, code, words, remedy, and what caused it. */
function errorFields(error: Error, next: (inner: unknown) => unknown): object {
  const { name, message, stack, cause } = error;
  const own = Object.entries(error).filter(([key]) => key !== "cause" && key !== "name");
  return {
    type: next(name),
    message: next(message),
    ...fieldsOf(own, next),
    ...(cause === undefined ? {} : { cause: next(cause) }),
    stack: next(stack),
  };
}

function fieldsOf(
  entries: readonly (readonly [string, unknown])[],
  next: (inner: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    entries.slice(0, itemsMax).map(([key, inner]) => {
      const hides = secretName.test(key) && inner !== undefined && inner !== null;
      return [String(next(key)), hides ? shown : next(inner)];
    }),
  );
}
