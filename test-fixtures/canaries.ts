/**
 * Secrets that are made to be found: words that stand nowhere else, looked for in every output in
 * every form that a program could have given them.
 *
 * The forms are made here once more, on purpose: a form that the product forgets must not be
 * forgotten by its test as well.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Sighting {
  /** Which canary, by its name and never by its value. */
  readonly canary: string;
  readonly form: string;
  /** Where it was found. */
  readonly where: string;
  /** What stands around it, as far as it can be printed. */
  readonly around: string;
}

interface Form {
  readonly canary: string;
  readonly form: string;
  readonly text: string;
}

const aroundChars = 60;

export class Canaries {
  readonly #forms: readonly Form[];

  constructor(secrets: Readonly<Record<string, string>>) {
    this.#forms = Object.entries(secrets).flatMap(([canary, secret]) =>
      formsOf(secret).map(([form, text]) => ({ canary, form, text })),
    );
  }

  /** All canaries in a text; bytes are given as latin1. */
  findIn(where: string, text: string): Sighting[] {
    return this.#forms.flatMap((form) => {
      const at = text.indexOf(form.text);
      if (at < 0) return [];
      const start = Math.max(0, at - aroundChars);
      const around = text.slice(start, at + aroundChars).replaceAll(/[^\x20-\x7e]/g, "·");
      return [{ canary: form.canary, form: form.form, where, around }];
    });
  }

  /** In the files of a folder and of those in it, and in their names. */
  findInFolder(folder: string): Sighting[] {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const inName = this.findIn("the name of a file", path);
      return entry.isFile()
        ? [...inName, ...this.findIn(path, readFileSync(path, "latin1"))]
        : inName;
    });
  }
}

function formsOf(secret: string): (readonly [form: string, text: string])[] {
  const bytes = Buffer.from(secret);
  const everyByte = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const inner = (before: number): string => {
    // Three bytes are four characters: those that a neighbour has a part in are left out.
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    return text.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 4) / 3));
  };
  const base64 = [inner(0), inner(1), inner(2)];
  return [
    ["as it is", secret],
    ["as bytes", bytes.toString("latin1")],
    ["escaped for an address", encodeURIComponent(secret)],
    ["escaped for an address, small", encodeURIComponent(secret).replaceAll(/%../g, lower)],
    ["escaped for a path", encodeURI(secret)],
    ["every byte escaped", everyByte],
    ["every byte escaped, large", everyByte.toUpperCase()],
    ["in JSON", JSON.stringify(secret).slice(1, -1)],
    ["in hexadecimal", bytes.toString("hex")],
    ["in large hexadecimal", bytes.toString("hex").toUpperCase()],
    ...base64.map((text) => ["in base64", text] as const),
    ...base64.map(
      (text) =>
        ["in base64 for addresses", text.replaceAll("+", "-").replaceAll("/", "_")] as const,
    ),
  ];
}

const lower = (text: string): string => text.toLowerCase();
