/** Scans texts and holds what was found against the list of what is allowed. */
import { readFileSync } from "node:fs";
import { type Allowed, allowed } from "./allowed.ts";
import type { NamedText } from "./repository-texts.ts";
import { secretsIn } from "./secret-rules.ts";

export interface Leak {
  /** File, commit and file, log, or process; with the line. */
  readonly where: string;
  readonly rule: string;
  /** The first characters, so that it can be found and is not told once more. */
  readonly begins: string;
}

export interface ScanResult {
  readonly leaks: readonly Leak[];
  /** Rows of the list that were needed. */
  readonly used: ReadonlySet<string>;
}

const listFile = "scripts/secrets/allowed.ts";
const shownChars = 4;
const allowedSecrets: ReadonlySet<string> = new Set(allowed.map(({ secret }) => secret));

/** Rows of the list that nothing needs any more, as far as what was scanned can tell. */
export function unneeded(
  used: ScanResult["used"],
  { withHistory }: { readonly withHistory: boolean },
): readonly Allowed[] {
  return allowed.filter((row) => {
    if (used.has(row.secret)) return false;
    if (row.source !== undefined) {
      return !readFileSync(row.source, "utf8").includes(decodeURIComponent(row.secret));
    }
    return row.in === "files" || withHistory;
  });
}

export async function scan(texts: Iterable<NamedText>): Promise<ScanResult> {
  const leaks: Leak[] = [];
  const used = new Set<string>();
  for (const { name, text } of texts) {
    for (const { rule, secret } of await secretsIn(name, text)) {
      if (allowedSecrets.has(secret)) {
        // That it stands in the list itself does not make it needed.
        if (!name.endsWith(listFile)) used.add(secret);
        continue;
      }
      const line = text.slice(0, text.indexOf(secret)).split("\n").length;
      leaks.push({ where: `${name}:${line}`, rule, begins: `${secret.slice(0, shownChars)}…` });
    }
  }
  return { leaks, used };
}
