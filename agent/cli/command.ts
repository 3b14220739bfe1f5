/**
 * What a command of the `kerbside` line is: one file each, exported as one object.
 *
 * Results go to standard output, everything else to standard error. A command returns its exit
 * code (0 done, 1 the answer is no, 2 wrong use or configuration, 3 the world failed) or throws
 * an AgentError, which `main.ts` alone turns into a code and one readable block.
 */
import type { Redactor } from "../health/redactor.ts";

export interface CommandIo {
  /** Writes as it is: add the line end. */
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly isTty: boolean;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Learns the secrets of every configuration that is read; what the line fails with goes through it. */
  readonly redactor: Redactor;
}

export interface Command {
  /** As typed: `check`, `models`, `bench capture`. */
  readonly name: string;
  readonly summary: string;
  /** Lines of `--help` below the summary: arguments and options. */
  readonly usage: string;
  readonly example: string;
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

export const exitCodes = { done: 0, no: 1, usage: 2, world: 3 } as const;
