/**
 * `kerbside status`: how the agent on this box is; also the container's health check.
 *
 * Asks the running agent over loopback and changes nothing. Light to load: it runs every half
 * minute beside the work.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { type HealthMessage, healthSchema } from "../health/health-report.ts";
import { type AgentFile, isProcessThere, readAgentFile } from "../runtime/agent-file.ts";
import { terminalJson } from "../runtime/terminal-text.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { type OpenViolations, statusTable } from "./status-table.ts";

export const statusCommand: Command = {
  name: "status",
  summary: "how the agent on this box is",
  usage: `Usage: kerbside status [options]

  --data DIR   the agent's data folder (default: KERBSIDE_DATA, or ./data)
  --json       print the health message as one JSON object instead of the table

Exit code 0 when all is well, 1 when the agent runs and something is wrong, 3 when it does not run
or does not answer within three seconds.`,
  example: "kerbside status --data /var/lib/kerbside",
  run: runStatus,
};

type Answer =
  /** A health message, or a part of one while the agent starts. */
  | { readonly state: "answers"; readonly health: unknown }
  /** Only that its process is there is known: the health page is turned off. */
  | { readonly state: "silent"; readonly detail: string }
  | { readonly state: "not-running" | "no-answer"; readonly detail: string };

const answerMsMax = 3_000;
const answerBytesMax = 4 * 1024 * 1024;
const violationsMax = 10_000;

async function runStatus(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const dataFolder = dataFolderOf(values.data, io);
  const answer = await askAgent(dataFolder, io.signal);
  if (answer.state !== "answers") {
    io.stdout(
      values.json
        ? `${terminalJson({ status: answer.state, detail: answer.detail })}\n`
        : `${answer.detail}\n`,
    );
    return answer.state === "silent" ? exitCodes.done : exitCodes.world;
  }
  const health = healthSchema.safeParse(answer.health);
  if (values.json) io.stdout(`${terminalJson(answer.health)}\n`);
  else io.stdout(health.success ? await tableOf(health.data, dataFolder) : "the agent starts\n");
  return health.success && health.data.status === "ok" ? exitCodes.done : exitCodes.no;
}

async function askAgent(dataFolder: string, signal: AbortSignal): Promise<Answer> {
  const agent = await readAgentFile(dataFolder);
  if (agent === undefined) {
    return { state: "not-running", detail: `no agent runs with its data in ${dataFolder}` };
  }
  const { pid, startedAt } = agent;
  if (!isProcessThere(agent)) {
    const detail = `the agent does not run: process ${pid}, started ${startedAt}, is gone without a word`;
    return { state: "not-running", detail };
  }
  if (agent.health === null) {
    const detail = `process ${pid} runs since ${startedAt}; how it is cannot be asked (health: { listen: false })`;
    return { state: "silent", detail };
  }
  return await fetchHealth(agent, agent.health, signal);
}

async function fetchHealth(
  { pid }: AgentFile,
  { host, port }: NonNullable<AgentFile["health"]>,
  signal: AbortSignal,
): Promise<Answer> {
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const url = `http://${name}:${port}/health`;
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
      redirect: "error",
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const health: unknown = JSON.parse(await bounded(response));
    if (!isAgentsAnswer(health)) throw new Error("something else answers there");
    return { state: "answers", health };
  } catch (error) {
    const detail = `process ${pid} runs and does not answer at ${url}: ${reasonOf(error)}`;
    return { state: "no-answer", detail };
  }
}

function isAgentsAnswer(health: unknown): boolean {
  return z
    .object({ status: z.literal("starting") })
    .or(healthSchema)
    .safeParse(health).success;
}

/** Another program may have the port by now, and talk without end. */
async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > answerBytesMax) throw new Error("it says more than a health message");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `nothing within ${answerMsMax / 1_000} s`;
  // fetch says "fetch failed" and keeps what happened in the cause.
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function tableOf(health: HealthMessage, dataFolder: string): Promise<string> {
  return statusTable(health, await openViolations(dataFolder));
}

async function openViolations(dataFolder: string): Promise<OpenViolations | undefined> {
  const { StoreReader } = await import("../store/store-reader.ts");
  try {
    const reader = new StoreReader(dataFolder);
    try {
      const count = (stage: "warned" | "reported") =>
        reader.violations({ stage, countMax: violationsMax }).length;
      return { warned: count("warned"), reported: count("reported") };
    } finally {
      reader.close();
    }
  } catch {
    return undefined; // The agent itself says in its health what is wrong with the store.
  }
}
