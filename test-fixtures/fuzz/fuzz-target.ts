/**
 * One parser as the fuzzer sees it: where inputs begin, what eats them, and what it may do.
 *
 * A target is a plain value in `targets/`, named in `wire-targets.ts` or `file-targets.ts`. It
 * feeds one input to real code of the product and may throw only what it declares; it may also
 * check what holds for every input and throw a plain Error when it does not.
 */
import type fc from "fast-check";
import { AgentError, type AgentErrorCode } from "../../agent/runtime/agent-error.ts";

export interface FuzzTarget {
  readonly name: string;
  /** Where mutations begin; the files of `corpus/NAME/` come on top by themselves. */
  corpus(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Words of its grammar, for mutations. */
  readonly tokens?: readonly (string | Uint8Array)[];
  /** Inputs by their structure: a valid message with something strange in it. */
  readonly arbitrary?: fc.Arbitrary<Uint8Array>;
  /** Feeds one input, valid during the call (until its promise settles). */
  run(bytes: Uint8Array): void | Promise<void>;
  /** What it may throw; everything else is a crash. */
  isExpected(error: unknown): boolean;
  /** What one input may allocate beyond what was there before. */
  readonly memoryBoundBytes: number;
  /** Default: a second. */
  readonly timeBoundMs?: number;
  readonly inputBytesMax?: number;
  /** Mutations in the unit tests; 0 for one that needs processes. */
  readonly testInputs?: number;
  /** What else it counted, for the report. */
  notes?(): Readonly<Record<string, number>>;
  /** Gives back what it started. */
  stop?(): Promise<void>;
}

export const timeBoundMsDefault = 1_000;
export const inputBytesMaxDefault = 64 * 1_024;
export const testInputsDefault = 2_000;

/** For `isExpected`: an operating error of one of these kinds. */
export const agentErrors =
  (...codes: readonly AgentErrorCode[]) =>
  (error: unknown): boolean =>
    error instanceof AgentError && codes.includes(error.code);

/** A target is made when it is asked for: a run of one loads the code of one. */
export type FuzzTargets = Readonly<Record<string, () => Promise<FuzzTarget>>>;
