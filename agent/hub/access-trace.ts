/**
 * The trace of who opened which evidence: append-only, one line of JSON an opening, each line naming
 * the line before it by hash.
 *
 * A line that was changed, taken out or moved is found, and named by its number. What is cut off at
 * the end is found only with a number and hash noted elsewhere: `check` returns both.
 */
import { open } from "node:fs/promises";
import { z } from "zod";
import { sha256Hex } from "../evidence/signing.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBoundedText } from "../runtime/bounded-file.ts";

/** From least to most; each level includes those before it. */
const accessLevels = ["masked", "place", "original"] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** Whether somebody at `has` may see what asks for `needs`. */
export const isEnough = (has: AccessLevel, needs: AccessLevel): boolean =>
  accessLevels.indexOf(has) >= accessLevels.indexOf(needs);

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const openingSchema = z.strictObject({
  who: z.string().trim().min(1).max(200),
  why: z.string().trim().min(1).max(1_000),
  at: z.iso.datetime({ offset: true }),
  level: z.enum(accessLevels),
  file: z.string().min(1).max(500),
  /** Of the file as it is kept. */
  sha256: hash,
});
export type Opening = Readonly<z.infer<typeof openingSchema>>;

const lineSchema = openingSchema.extend({
  number: z.int().positive(),
  previous: hash.nullable(),
});

export interface TraceEnd {
  readonly count: number;
  /** Of the last line; null: there is none. */
  readonly sha256: string | null;
}

const traceBytesMax = 64 * 1024 * 1024;

/** On the disk before it resolves; refuses to go on behind a line that does not fit. */
export async function noteOpening(path: string, opening: Opening): Promise<TraceEnd> {
  const { count, sha256 } = await checkTrace(path);
  const line = { number: count + 1, previous: sha256, ...openingSchema.parse(opening) };
  const text = JSON.stringify(line);
  const file = await open(path, "a", 0o600);
  try {
    await file.appendFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return { count: count + 1, sha256: sha256Hex(Buffer.from(text)) };
}

/** Rejects at the first line that does not fit. No file: nothing was opened yet. */
export async function checkTrace(path: string): Promise<TraceEnd> {
  const text = await readTrace(path);
  if (text === "") return { count: 0, sha256: null };
  const lines = text.split("\n");
  if (lines.pop() !== "") throw broken(path, lines.length + 1, "is not whole");
  let previous: string | null = null;
  for (const [index, line] of lines.entries()) {
    const parsed = lineSchema.safeParse(jsonIn(line));
    if (!parsed.success) throw broken(path, index + 1, "is no opening");
    if (parsed.data.number !== index + 1) {
      throw broken(path, index + 1, `has the number ${parsed.data.number}`);
    }
    if (parsed.data.previous !== previous) {
      throw broken(path, index + 1, "does not name the line before it");
    }
    previous = sha256Hex(Buffer.from(line));
  }
  return { count: lines.length, sha256: previous };
}

async function readTrace(path: string): Promise<string> {
  try {
    return await readBoundedText(path, traceBytesMax);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function broken(path: string, number: number, what: string): AgentError {
  return new AgentError(
    "EVIDENCE_UNREADABLE",
    `${path}: line ${number} ${what}`,
    "Somebody changed the trace, or the disk did. Keep the file, find out who, and begin a new one.",
  );
}
