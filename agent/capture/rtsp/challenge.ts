/**
 * Parses WWW-Authenticate: one header may hold several challenges, values may lack quotes.
 *
 * Unknown schemes and challenges without what they need are left out.
 */
import { challengesMax } from "../limits.ts";

export type Challenge =
  | { readonly scheme: "basic"; readonly realm: string }
  | {
      readonly scheme: "digest";
      readonly realm: string;
      readonly nonce: string;
      readonly algorithm: string | undefined;
      /** What the server offers, lower case; empty: the old form without it. */
      readonly qop: readonly string[];
      readonly opaque: string | undefined;
      readonly isStale: boolean;
    };

const parameter = /([a-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s,"]*))/giy;
const separators = /[\s,]*/y;
/** Neither: a whole word at once, or a long one would be looked at from each of its letters. */
const junk = /[a-z0-9_-]+|./isy;
const schemeName = /(basic|digest|[a-z][a-z0-9-]*)(?:\s+|$)(?!=)/iy;

export function parseChallenges(header: string): Challenge[] {
  const found: { readonly scheme: string; readonly values: Map<string, string> }[] = [];
  let at = 0;
  while (at < header.length && found.length < challengesMax) {
    separators.lastIndex = at;
    separators.exec(header);
    at = separators.lastIndex;
    if (at >= header.length) break;
    parameter.lastIndex = at;
    const pair = parameter.exec(header);
    if (pair !== null) {
      const value = pair[2]?.replaceAll(/\\(.)/g, "$1") ?? pair[3] ?? "";
      const values = found.at(-1)?.values;
      const name = (pair[1] ?? "").toLowerCase();
      if (values !== undefined && !values.has(name)) values.set(name, value);
      at = parameter.lastIndex;
      continue;
    }
    schemeName.lastIndex = at;
    const scheme = schemeName.exec(header);
    if (scheme === null) {
      junk.lastIndex = at;
      junk.exec(header);
      at = junk.lastIndex;
      continue;
    }
    found.push({ scheme: (scheme[1] ?? "").toLowerCase(), values: new Map() });
    at = schemeName.lastIndex;
  }
  return found.flatMap(({ scheme, values }) => challengeOf(scheme, values));
}

function challengeOf(scheme: string, values: ReadonlyMap<string, string>): Challenge[] {
  const realm = values.get("realm") ?? "";
  if (scheme === "basic") return [{ scheme, realm }];
  const nonce = values.get("nonce");
  if (scheme !== "digest" || nonce === undefined) return [];
  return [
    {
      scheme,
      realm,
      nonce,
      algorithm: values.get("algorithm"),
      qop: (values.get("qop") ?? "")
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean),
      opaque: values.get("opaque"),
      isStale: values.get("stale")?.toLowerCase() === "true",
    },
  ];
}
