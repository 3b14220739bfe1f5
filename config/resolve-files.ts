/** Finds the files that a configuration names: certificates, the calendar, the matter table. */
import { dirname, isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { type SubKind, subKinds } from "../pipelines/domain/kind.ts";
import type { HolidayCalendar, MatterCode } from "../pipelines/domain/rule.ts";
import chinaCalendar from "./calendars/cn.json" with { type: "json" };
import { type CheckContext, isWhole, soundScalar } from "./checks/check-context.ts";
import { tryRead } from "./file-access.ts";
import earlierMatters from "./matters/gb-t-30428.2-2013.json" with { type: "json" };
import nationalMatters from "./matters/gb-t-47678.5-2026.json" with { type: "json" };
import { suggestion } from "./nearest.ts";
import { findingsOf, runSchema } from "./parse-document.ts";
import { readYaml } from "./read-yaml.ts";
import { watchedBy } from "./rule-defaults.ts";
import type { Path } from "./source-node.ts";
import { isDate } from "./time-window.ts";

const dateError = "expected a date such as 2026-10-01";
const dates = z.array(z.string({ error: dateError }).refine(isDate, { error: dateError }));

const calendarSchema = z.strictObject({
  version: z.string().min(1),
  source: z.string().optional(),
  years: z.array(
    z.strictObject({
      year: z.int().min(2000).max(2200),
      holidays: dates,
      makeupWorkdays: dates,
    }),
  ),
});

const codeError = "expected a code of digits in quotes";

const mattersSchema = z.strictObject({
  standard: z.string().min(1),
  edition: z.string().min(1),
  source: z.string().optional(),
  codes: z.record(
    z.string(),
    z.strictObject({
      code: z.string({ error: codeError }).regex(/^\d{2,17}$/, { error: codeError }),
      name: z.string().min(1).max(60),
      objectType: z.enum(["matter", "component"]),
    }),
  ),
});

const builtInCalendars: Readonly<Record<string, unknown>> = { cn: chinaCalendar };
const builtInMatters: Readonly<Record<string, unknown>> = {
  "gb-t-47678.5-2026": nationalMatters,
  "gb-t-30428.2-2013": earlierMatters,
};

export function resolveCalendar(context: CheckContext): HolidayCalendar | undefined {
  const data = resolveData(context, ["calendar"], "calendar", builtInCalendars, calendarSchema);
  if (data === undefined) return undefined;
  const { version, years } = data;
  return { version, years };
}

export function resolveMatters(context: CheckContext): Record<string, MatterCode> | undefined {
  const table = resolveData(context, ["matters"], "matter table", builtInMatters, mattersSchema);
  if (table === undefined) return undefined;
  const { standard, edition, codes } = table;
  const missing = subKindsWatched(context).filter((subKind) => codes[subKind] === undefined);
  if (missing.length > 0) {
    context.report.error(
      ["matters"],
      `the matter table has no code for ${missing.join(", ")}, which rules watch for`,
    );
    return undefined;
  }
  return Object.fromEntries(
    Object.entries(codes).map(([key, code]) => [key, { standard, edition, ...code }]),
  );
}

function subKindsWatched({ document, kindsRun }: CheckContext): readonly SubKind[] {
  const rules = document.cameras.flatMap(({ zones }) => zones.flatMap((zone) => zone.rules ?? []));
  const watched = new Set(rules.filter(({ kind }) => kindsRun.includes(kind)).flatMap(watchedBy));
  return subKinds.filter((subKind) => watched.has(subKind));
}

/** A PEM file of the wanted sort; its absolute name. */
export function resolvePem(
  context: CheckContext,
  path: Path,
  content: "CERTIFICATE" | "PRIVATE KEY",
): string | undefined {
  const node = soundScalar(context, path);
  if (node === undefined || typeof node.value !== "string") return undefined;
  const absolutePath = absoluteName(node.value, node.place.folder);
  const file = tryRead(context.readFile, absolutePath, "secret");
  if (!file.ok) {
    context.report.error(path, `the file ${node.value} ${file.reason}`);
    return undefined;
  }
  const text = new TextDecoder("latin1").decode(file.bytes);
  if (content === "PRIVATE KEY" && /BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    context.report.error(
      path,
      `the key in ${node.value} needs a passphrase, which nobody could type here: store it without one, readable for its user alone`,
    );
    return undefined;
  }
  if (new RegExp(`-----BEGIN [A-Z ]*${content}-----`).test(text)) return absolutePath;
  const noun = content === "CERTIFICATE" ? "certificate" : "private key";
  context.report.error(path, `the file ${node.value} holds no ${noun} in PEM form`);
  return undefined;
}

function resolveData<Data>(
  context: CheckContext,
  path: Path,
  noun: string,
  builtIn: Readonly<Record<string, unknown>>,
  schema: z.ZodType<Data>,
): Data | undefined {
  const node = soundScalar(context, path);
  const isBroken = node === undefined && !isWhole(context, path);
  const name = node === undefined ? Object.keys(builtIn)[0] : String(node.value);
  if (name === undefined || isBroken) return undefined;
  if (Object.hasOwn(builtIn, name)) return schema.parse(builtIn[name]);
  const { report } = context;
  const names = Object.keys(builtIn);
  if (!/[./\\]/.test(name)) {
    const hint = suggestion(name, names) || `, expected ${names.join(", ")} or the name of a file`;
    report.error(path, `unknown ${noun} "${name}"${hint}`);
    return undefined;
  }
  const absolutePath = absoluteName(name, node?.place.folder ?? "");
  const file = tryRead(context.readFile, absolutePath);
  if (!file.ok) {
    report.error(path, `the file ${name} ${file.reason}`);
    return undefined;
  }
  const errorsBefore = report.errors.length;
  const tree = readYaml({ name, folder: dirname(absolutePath) }, file.bytes, (finding) => {
    report.errors.push(finding);
  });
  if (tree === undefined || report.errors.length > errorsBefore) return undefined;
  const { document, issues } = runSchema(schema, tree);
  report.errors.push(...issues.flatMap((issue) => findingsOf(issue, tree)));
  return document;
}

function absoluteName(name: string, folder: string): string {
  return isAbsolute(name) ? name : resolve(folder, name);
}
