/**
 * `kerbside explain VIOLATION`: how a decision came about, in plain words, from what the box holds.
 * `kerbside explain --camera ID --at TIME`: why nothing was told there (`explain-silence.ts`).
 *
 * Reads beside the running agent. What the detection log or the store has forgotten is said.
 */
import { parseArgs } from "node:util";
import type { AgentConfig } from "../../config/agent-config.ts";
import { explainViolation } from "../replay/explain-violation.ts";
import type { Language } from "../replay/say.ts";
import { readAgentFile } from "../runtime/agent-file.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { explainSilence } from "./explain-silence.ts";
import { readConfig } from "./read-config.ts";
import { wrongUseOf } from "./wrong-use.ts";

const wrongUse = wrongUseOf("explain");

export const explainCommand: Command = {
  name: "explain",
  summary: "tell in plain words how a violation was decided, or why nothing was told",
  usage: `Usage: kerbside explain VIOLATION [options]
       kerbside explain --camera ID --at TIME [--zone ID] [--point X,Y] [options]

  VIOLATION      an id, as kerbside events list shows it; with or without the revision behind it
  --data DIR     the agent's data folder (default: KERBSIDE_DATA, or ./data)
  --lang LANG    zh or en (default: en)
  --config FILE  run its rules again over the log, to tell what held it back or allowed it;
                 default: the file that the agent runs on
  --json         print one JSON object
  --camera ID    with --at: what was seen there, and why nothing was told of it, or not yet
  --at TIME      such as 2026-07-01T08:10, in the box's time zone
  --zone ID      only what stands in this zone
  --point X,Y    only what stands at this point, 0 to 1 of the camera's picture

Tells from the stored events what was decided when, under which rule, with what observed and
unobserved time; and, where the detection log still has that time, which looks saw it.`,
  example: "kerbside explain 4d80da425b0622c02832 --lang zh",
  run: explain,
};

async function explain(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: "string" },
      lang: { type: "string", default: "en" },
      config: { type: "string" },
      json: { type: "boolean", default: false },
      camera: { type: "string" },
      at: { type: "string" },
      zone: { type: "string" },
      point: { type: "string" },
    },
  });
  const { camera, at: instant, zone, point, config: named, json } = values;
  const isAboutPlace = [camera, instant, zone, point].some((value) => value !== undefined);
  if (isAboutPlace && positionals.length === 0) {
    const folder = dataFolderOf(values.data, io);
    const language = languageOf(values.lang);
    const place = { camera, at: instant, zone, point, config: named, json };
    return await explainSilence({ folder, language, ...place }, io);
  }
  const [written, ...more] = positionals;
  if (written === undefined || more.length > 0 || isAboutPlace) {
    throw wrongUse(
      `explain takes one VIOLATION, got ${positionals.length}, or --camera and --at without one`,
    );
  }
  const language = languageOf(values.lang);
  const violation = written.replace(/\.\d+$/, "");
  const folder = dataFolderOf(values.data, io);
  const file = values.config ?? (await readAgentFile(folder))?.configurationFile;
  const config = file === undefined ? undefined : await configOf(file, values.config, io);
  const told = await explainViolation({ folder, violation, config, language });
  const { text, revisions, verdicts, log, held } = told;
  if (!values.json) io.stdout(`${text.join("\n")}\n`);
  else {
    const data = revisions.map((revision) => revision.data);
    io.stdout(`${JSON.stringify({ violation, revisions: data, verdicts, log, held, text })}\n`);
  }
  return exitCodes.done;
}

/** The running agent's file may be gone or wrong by now; one that was named must be right. */
async function configOf(
  file: string,
  named: string | undefined,
  io: CommandIo,
): Promise<AgentConfig | undefined> {
  const quiet = { ...io, stderr: () => undefined };
  if (named !== undefined) return await readConfig(file, quiet);
  return await readConfig(file, quiet).catch(() => undefined);
}

function languageOf(text: string): Language {
  if (text === "zh" || text === "en") return text;
  throw wrongUse(`--lang takes zh or en, got ${JSON.stringify(text)}`);
}
