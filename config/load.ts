/**
 * Loads a configuration: the one door between what people write and what the agent runs on.
 *
 * Never throws for anything that a file can hold. All findings come at once, in reading order,
 * each with its place. Loading changes nothing: whoever reloads keeps the old configuration
 * until a new one is `ok`.
 */
import { resolve } from "node:path";
import type { Kind } from "../pipelines/domain/kind.ts";
import type { AgentConfig } from "./agent-config.ts";
import { checkCalendar } from "./checks/calendar.ts";
import { checkCameras } from "./checks/cameras.ts";
import type { CheckContext } from "./checks/check-context.ts";
import { checkPlaces } from "./checks/places.ts";
import { type ReadFile, readFromDisk } from "./file-access.ts";
import { type Finding, inReadingOrder, Report } from "./finding.ts";
import { readTree } from "./include.ts";
import { parseDocument } from "./parse-document.ts";
import { resolveConfig } from "./resolve.ts";
import { kindsOfThisVersion } from "./rule-defaults.ts";
import { SubstitutionBudget } from "./substitution.ts";

export interface LoadOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: number;
  /** Names of the detectors that are known here: the folders of `models/`. */
  readonly models: readonly string[];
  readonly readFile?: ReadFile;
  /** Folder that a relative FILE starts from. Default: the process's. */
  readonly cwd?: string;
  /** Kinds that this version runs; rules of the others are ignored with a warning. */
  readonly kindsRun?: readonly Kind[];
  /** `warning` for an agent that starts or restarts: it goes on with plain weekdays. */
  readonly missingCalendarYear?: "error" | "warning";
}

export type LoadResult =
  | { readonly ok: true; readonly config: AgentConfig; readonly warnings: readonly Finding[] }
  | {
      readonly ok: false;
      readonly errors: readonly Finding[];
      readonly warnings: readonly Finding[];
    };

export function loadConfig(file: string, options: LoadOptions): LoadResult {
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  const readFile = options.readFile ?? readFromDisk;
  const cwd = options.cwd ?? process.cwd();
  const secrets = new Set<string>();
  const finished = (findings: readonly Finding[]): Finding[] =>
    inReadingOrder(withoutSecrets(findings, secrets));
  const fail = (): LoadResult => ({
    ok: false,
    errors: finished(errors),
    warnings: finished(warnings),
  });
  const written = readTree(file, {
    env: options.env,
    readFile,
    errors,
    warnings,
    secrets,
    budget: new SubstitutionBudget(),
    cwd,
    report: (finding) => errors.push(finding),
  });
  if (written === undefined) return fail();
  const { document, tree, errors: typeErrors } = parseDocument(written);
  errors.push(...typeErrors);
  if (document === undefined) return fail();
  const report = new Report(tree);
  const context: CheckContext = {
    document,
    tree,
    report,
    readFile,
    nowMs: options.nowMs,
    models: options.models,
    kindsRun: options.kindsRun ?? kindsOfThisVersion,
    missingCalendarYear: options.missingCalendarYear ?? "error",
  };
  checkPlaces(context);
  checkCameras(context);
  const config = resolveConfig(context, resolve(cwd, file), (calendar) => {
    checkCalendar(context, calendar);
  });
  errors.push(...report.errors);
  warnings.push(...report.warnings);
  if (errors.length > 0 || config === undefined) return fail();
  return { ok: true, config, warnings: finished(warnings) };
}

/** Shorter ones would tear holes into every message and protect nothing. */
const hiddenLengthMin = 4;

/** Messages quote what was found; should that ever be a secret, it is taken out here. */
function withoutSecrets(findings: readonly Finding[], secrets: ReadonlySet<string>): Finding[] {
  const hidden = [...secrets]
    .filter((secret) => secret.length >= hiddenLengthMin)
    .toSorted((a, b) => b.length - a.length);
  return findings.map((finding) => ({
    ...finding,
    message: hidden.reduce((text, secret) => text.replaceAll(secret, "***"), finding.message),
  }));
}
