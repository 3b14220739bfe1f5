/**
 * The agent's log: pino to standard error, one JSON object a line, a readable line on a terminal.
 *
 * Nothing reaches pino that the redactor has not seen: message, fields, errors and what hangs on
 * them. Writing is synchronous, so the last line before a crash is there.
 */
import { writeSync } from "node:fs";
import pino from "pino";
import type { Log } from "../runtime/log.ts";
import { terminalLine } from "./log-line.ts";
import { createRedactor, type Redactor } from "./redactor.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogOptions {
  readonly level: LogLevel;
  /** What it knows is masked wherever it turns up, also what it learns later. */
  readonly redactor?: Redactor;
  /** Readable lines instead of JSON. */
  readonly isTerminal?: boolean;
  /** Where lines go; standard error unless a test says otherwise. */
  readonly write?: (line: string) => void;
}

export interface AgentLog extends Log {
  /** The same log with these fields on every line. */
  with(fields: object): AgentLog;
}

export function createLog(options: LogOptions): AgentLog {
  const { level, isTerminal = false, write = writeToStderr } = options;
  const { redactor = createRedactor() } = options;
  const line = isTerminal ? (json: string) => write(terminalLine(json)) : write;
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: "message",
      // The redactor has made a plain object of every error already.
      serializers: { err: (value: unknown) => value },
    },
    { write: line },
  );
  const bound = (bindings: object): AgentLog => {
    const at = (name: LogLevel) => (fields: object, message: string) => {
      if (!logger.isLevelEnabled(name)) return;
      const all =
        fields instanceof Error ? { ...bindings, err: fields } : { ...bindings, ...fields };
      logger[name](redactor.value(all), redactor.text(message));
    };
    return {
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      with: (fields) => bound({ ...bindings, ...fields }),
    };
  };
  return bound({});
}

/** A closed or full pipe must not end the agent: then this line is lost, the next may come. */
function writeToStderr(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // There is nowhere left to say it.
  }
}
