/**
 * `kerbside replay --cases FILE`: clips one after the other, each under its own configuration, and
 * what was told against what is due. Exit code 1 when a case does worse than its list allows.
 */
import { join, resolve } from "node:path";
import { type ClipCase, readClipCases } from "../replay/clip-cases.ts";
import { FootageSource } from "../replay/footage-source.ts";
import { Judge, toldCount } from "../replay/truth.ts";
import { judgementText } from "../replay/truth-text.ts";
import type { ReplayedViolation } from "../replay/violation-list.ts";
import { type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { progressBar } from "./progress-bar.ts";
import { loadModels } from "./read-config.ts";
import { runOnce } from "./replay-run.ts";
import { defaultStart, instantOf, namedOf, type ReplayValues } from "./replay-values.ts";

interface CaseResult {
  readonly name: string;
  readonly looks: number;
  /** Violations that are due, and those of them that were told, whenever. */
  readonly due: number;
  readonly found: number;
  /** Events: due and not told in time; told and not due. */
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
  readonly isAsExpected: boolean;
  readonly why: string | undefined;
  readonly violations: readonly ReplayedViolation[];
}

export async function replayCases(
  names: readonly string[],
  values: ReplayValues,
  io: CommandIo,
): Promise<number> {
  const { footage } = values;
  const file = resolve(io.cwd, values.cases ?? "");
  const all = await readClipCases(file, footage && resolve(io.cwd, footage));
  const judge = new Judge();
  const cases: CaseResult[] = [];
  const wanted = namedOf("case", all, ({ name }) => name, names);
  const bar = progressBar(io, "clips");
  try {
    for (const one of wanted) {
      bar.update(cases.length, wanted.length);
      const result = await runCase(one, values, io);
      if (result === undefined) {
        io.stderr("stopped: figures of some clips would mislead\n");
        return exitCodes.no;
      }
      judge.add(one.truth, result.violations, one.name);
      cases.push(result);
    }
  } finally {
    bar.end();
  }
  const judgement = judge.judgement();
  const isAsExpected = cases.every((one) => one.isAsExpected);
  io.stdout(
    values.json
      ? `${JSON.stringify({ isAsExpected, cases, ...judgement })}\n`
      : `${casesText(cases)}\n${judgementText(judgement)}`,
  );
  return isAsExpected ? exitCodes.done : exitCodes.no;
}

async function runCase(
  { name, clip, config, loop, truth, allow, why }: ClipCase,
  values: ReplayValues,
  io: CommandIo,
): Promise<CaseResult | undefined> {
  const folders = { modelsFolder: modelsFolderOf(io), dataFolder: dataFolderOf(values.data, io) };
  const source = new FootageSource({
    path: clip,
    cameraId: undefined,
    viewIds: [],
    startMs: (timeZone) => instantOf("--start", values.start ?? defaultStart, timeZone),
    rounds: loop,
    durationMsMax: Number.POSITIVE_INFINITY,
    loadModels: (own) => loadModels(own, folders),
  });
  const { picture } = values;
  const own = picture === undefined ? values : { ...values, picture: join(picture, name) };
  // Its events are told by a replay of the clip alone, its warnings by `kerbside check`.
  const quiet = { ...io, stdout: () => undefined, stderr: () => undefined };
  try {
    const result = await runOnce({ source, configFile: config, values: own, io: quiet });
    if (result === undefined) return undefined;
    for (const complaint of source.complaints()) io.stderr(`${name}: ${complaint}\n`);
    const { violations } = result;
    const judge = new Judge();
    judge.add(truth, violations);
    const { missed, wrong } = judge.judgement();
    return {
      name,
      looks: result.looks.used,
      due: truth.violations.length,
      found: toldCount(truth, violations),
      missed,
      wrong,
      isAsExpected: missed.length <= allow.missed && wrong.length <= allow.wrong,
      why,
      violations,
    };
  } finally {
    await source.close();
  }
}

function casesText(cases: readonly CaseResult[]): string {
  const width = Math.max(4, ...cases.map(({ name }) => name.length));
  const rows = cases.map(({ name, looks, due, found, missed, wrong, isAsExpected, why }) => {
    const isRight = missed.length + wrong.length === 0;
    return [
      name.padEnd(width),
      String(looks).padStart(8),
      String(due).padStart(6),
      String(found).padStart(8),
      String(missed.length).padStart(9),
      String(wrong.length).padStart(8),
      wordFor(isAsExpected, isRight),
      isRight || why === undefined ? "" : `: ${why}`,
    ].join("");
  });
  const heading = `${"case".padEnd(width)}   looks   due   found   missed   wrong`;
  return `${[heading, ...rows].join("\n")}\n`;
}

function wordFor(isAsExpected: boolean, isRight: boolean): string {
  if (isRight) return "   right";
  return isAsExpected ? "   as known" : "   NOT AS EXPECTED";
}
