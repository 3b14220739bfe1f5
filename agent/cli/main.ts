/**
 * The `kerbside` line: finds the command, runs it, turns its end into an exit code.
 *
 * The only place that knows exit codes of errors: 2 for wrong use or configuration, 3 when the
 * world failed. A bug (anything that is no AgentError) shows its stack and exits 3.
 */
import { inspect } from "node:util";
import { createRedactor, type Redactor } from "../health/redactor.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { terminalLines } from "../runtime/terminal-text.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { allCommands, commandsOf } from "./commands.ts";
import { isWrongUse } from "./wrong-use.ts";

export async function runLine(args: readonly string[], io: CommandIo): Promise<number> {
  const found = await findCommand(args);
  if (found === undefined) return await answerWithoutCommand(args, io);
  const { command, rest } = found;
  const ownArgs = rest.slice(0, rest.includes("--") ? rest.indexOf("--") : rest.length);
  if (ownArgs.some((arg) => arg === "--help" || arg === "-h")) {
    io.stdout(helpOf(command));
    return exitCodes.done;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    if (error instanceof AgentError) {
      const text = io.redactor.known(`${error.message}\n  ${error.remedy}`);
      // A message quotes what stands in a file, which may repaint a terminal.
      io.stderr(`kerbside ${command.name}: ${terminalLines(text)}\n`);
      return isWrongUse(error) ? exitCodes.usage : exitCodes.world;
    }
    if (isParseArgsError(error)) {
      io.stderr(
        `kerbside ${command.name}: ${error.message}\n  See kerbside ${command.name} --help.\n`,
      );
      return exitCodes.usage;
    }
    io.stderr(bugLine(command.name, error, io.redactor));
    return exitCodes.world;
  }
}

/** With its stack and what caused it, and without the secrets in either. */
function bugLine(name: string, error: unknown, redactor: Redactor): string {
  return `kerbside ${name}: a bug: ${redactor.text(inspect(error))}\n`;
}

/** The longest name that the line begins with: `bench capture` before `bench`. */
async function findCommand(
  args: readonly string[],
): Promise<{ readonly command: Command; readonly rest: readonly string[] } | undefined> {
  const commands = await commandsOf(args[0] ?? "");
  const byLength = commands.toSorted((a, b) => b.name.length - a.name.length);
  for (const command of byLength) {
    const words = command.name.split(" ");
    if (words.every((word, index) => args[index] === word)) {
      return { command, rest: args.slice(words.length) };
    }
  }
  return undefined;
}

async function answerWithoutCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const first = args[0];
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    io.stdout(overview(await allCommands()));
    return first === undefined ? exitCodes.usage : exitCodes.done;
  }
  const partial = await commandsOf(first);
  if (partial.length > 0 && args.some((arg) => arg === "--help" || arg === "-h")) {
    io.stdout(overview(partial));
    return exitCodes.done;
  }
  if (partial.length > 0) {
    io.stderr(`kerbside ${first} needs one of: ${partial.map(({ name }) => name).join(", ")}\n`);
    return exitCodes.usage;
  }
  io.stderr(`kerbside: there is no command ${JSON.stringify(first)}.\n  See kerbside --help.\n`);
  return exitCodes.usage;
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    "kerbside: cameras in, suspected violations out.",
    "",
    ...rows,
    "",
    "Each command has --help. Results go to standard output, everything else to standard error.",
    "Exit code: 0 done, 1 the answer is no, 2 wrong use or configuration, 3 the world failed.",
    "",
  ].join("\n");
}

function helpOf({ name, summary, usage, example }: Command): string {
  return `kerbside ${name}: ${summary}\n\n${usage.trimEnd()}\n\nExample:\n  ${example}\n`;
}

function isParseArgsError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    error.code.startsWith("ERR_PARSE_ARGS")
  );
}

if (import.meta.main) {
  const stopping = new AbortController();
  const redactor = createRedactor();
  // Node would print the error as it is, with all that hangs on it.
  process.on("uncaughtException", (error) => {
    process.stderr.write(bugLine(process.argv[2] ?? "", error, redactor));
    process.exit(exitCodes.world);
  });
  const stop = (name: string) => stopping.abort(new Error(`stopped by ${name}`));
  process.once("SIGINT", () => stop("SIGINT"));
  // A second one changes nothing: the stop is bounded. A second Ctrl-C ends whatever hangs.
  process.on("SIGTERM", () => stop("SIGTERM"));
  // A closed pipe (`| head`) is the reader's choice, not an error.
  process.stdout.on("error", () => process.exit(exitCodes.done));
  process.exitCode = await runLine(process.argv.slice(2), {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    env: process.env,
    cwd: process.cwd(),
    isTty: process.stderr.isTTY,
    signal: stopping.signal,
    redactor,
  });
}
