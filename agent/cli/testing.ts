/** A terminal for tests of commands: what was written, and a signal to end them. */
import { createRedactor } from "../health/redactor.ts";
import type { CommandIo } from "./command.ts";

export interface TestIo extends CommandIo {
  out(): string;
  err(): string;
}

export function testIo(changes: Partial<CommandIo> = {}): TestIo {
  let out = "";
  let err = "";
  return {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    env: {},
    cwd: "/",
    isTty: false,
    signal: new AbortController().signal,
    redactor: createRedactor(),
    ...changes,
    out: () => out,
    err: () => err,
  };
}
