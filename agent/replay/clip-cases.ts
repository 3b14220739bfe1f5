/**
 * A list of clips with what is due in each: a table for an engineer, and a gate for a change of
 * rules or of the detector.
 *
 * A case is a clip, the configuration of its camera, and a truth as of `--truth`, with times as
 * people write them. `allow` is what is known not to work, with the reason beside it: a case is as
 * expected while no more than that is missed or told for nothing.
 */
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { parseDuration } from "../../config/duration.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBoundedText } from "../runtime/bounded-file.ts";
import { parseTruth, type Truth } from "./truth.ts";

export interface ClipCase {
  readonly name: string;
  /** Absolute names. */
  readonly clip: string;
  readonly config: string;
  readonly loop: number;
  readonly truth: Truth;
  /** Events. */
  readonly allow: { readonly missed: number; readonly wrong: number };
  readonly why: string | undefined;
}

const time = z
  .string()
  .transform((text) => parseDuration(text))
  .pipe(z.number({ error: "expected a time such as 10s" }))
  .optional();
const count = z.int().min(0).default(0);

const violation = z
  .looseObject({ kind: z.string().default("illegal-parking") })
  .extend({ warnedAt: time, reportedAt: time, endedAt: time })
  .transform(({ warnedAt, reportedAt, endedAt, ...rest }) => ({
    ...rest,
    warnedAtMs: warnedAt ?? null,
    reportedAtMs: reportedAt ?? null,
    endedAtMs: endedAt ?? null,
  }));

const caseSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/, "expected small letters, digits and hyphens"),
  clip: z.string(),
  config: z.string(),
  loop: z.int().min(1).default(1),
  violations: z.array(violation).default([]),
  allow: z.strictObject({ missed: count, wrong: count }).prefault({}),
  why: z.string().optional(),
});

/** `clipFolder`: where the clips lie; by default beside the list. */
export async function readClipCases(
  path: string,
  clipFolder: string | undefined,
): Promise<readonly ClipCase[]> {
  const folder = dirname(path);
  const parsed = z
    .strictObject({ cases: z.array(caseSchema).min(1) })
    .safeParse(await yamlOf(path));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path: at, message }) => `${at.join(".")}: ${message}`,
    );
    throw wrongFile(`${path} is no list of clips: ${faults.join("; ")}`);
  }
  return parsed.data.cases.map(({ name, clip, config, loop, violations, allow, why }) => ({
    name,
    clip: resolve(clipFolder ?? folder, clip),
    config: resolve(folder, config),
    loop,
    truth: parseTruth({ violations }, `case ${name} of ${path}`),
    allow,
    why,
  }));
}

const fileBytesMax = 1024 * 1024;

async function yamlOf(path: string): Promise<unknown> {
  try {
    return parse(await readBoundedText(path, fileBytesMax));
  } catch (cause) {
    throw wrongFile(
      `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  }
}

function wrongFile(message: string, cause?: unknown): AgentError {
  return new AgentError("USAGE", message, "docs/real-footage.md says what a list of clips holds.", {
    cause,
  });
}
