/**
 * Starts a program in a network namespace of its own, in which there is nothing: what decodes a
 * camera's bytes can then reach neither the street's cameras nor the hub, whatever those bytes make
 * of it. The user namespace that this takes drops every capability as well.
 *
 * Not every place allows it (a container without user namespaces, a kernel that forbids them): there
 * the program starts as it is, and only the container or the unit can take its network away.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

export interface ProgramCommand {
  readonly file: string;
  readonly args: readonly string[];
}

const tool = "/usr/bin/unshare";
/** It ends as the program that it becomes: same process, same pipes. */
const apart = ["--user", "--net", "--"];
const probeMsMax = 2_000;

let isPossible: boolean | undefined;

/** The same program, apart where this machine allows it; asked once. */
export function withoutNetwork({ file, args }: ProgramCommand): ProgramCommand {
  isPossible ??= canLeaveNetwork();
  return isPossible ? { file: tool, args: [...apart, file, ...args] } : { file, args };
}

export function canLeaveNetwork(): boolean {
  if (process.platform !== "linux" || !existsSync(tool)) return false;
  const options = { env: {}, timeout: probeMsMax, stdio: "ignore" } as const;
  return spawnSync(tool, [...apart, "/bin/true"], options).status === 0;
}
