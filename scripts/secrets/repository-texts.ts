/**
 * Every text that a checkout holds or ever held: the files that git tracks, and what each commit
 * added, file by file. Binary files are read as latin1: a key in one is a key.
 */
import { execFileSync } from "node:child_process";
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

const outputBytesMax = 1024 ** 3;

export function trackedTexts(root: string): NamedText[] {
  return git(root, ["ls-files", "-z"])
    .split("\0")
    .filter((name) => name !== "" && isFile(join(root, name)))
    .map((name) => ({ name, text: readFileSync(join(root, name), "latin1") }));
}

/** Lines that a commit added, by file; the whole of a file that it created. */
export function historyTexts(root: string): NamedText[] {
  const format = ["--all", "--no-color", "--unified=0", "--no-renames", "--format=commit %h"];
  const parts = git(root, ["log", "-p", ...format]).split(/^(?=commit [0-9a-f]+$|diff --git )/m);
  let commit = "";
  return parts.flatMap((part) => {
    const [, hash] = /^commit ([0-9a-f]+)$/m.exec(part.slice(0, 60)) ?? [];
    if (hash !== undefined && part.startsWith("commit ")) {
      commit = hash;
      return [];
    }
    const [, file = ""] = /^\+\+\+ b\/(.*)$/m.exec(part) ?? [];
    const lines = part
      .split("\n")
      .filter((line) => line.startsWith("+") && !line.startsWith("+++ "));
    const text = lines.map((line) => line.slice(1)).join("\n");
    return text === "" ? [] : [{ name: `${commit}:${file}`, text }];
  });
}

/** False for a clone that has the last commits alone. */
export function hasWholeHistory(root: string): boolean {
  return git(root, ["rev-parse", "--is-shallow-repository"]).trim() === "false";
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function git(root: string, args: readonly string[]): string {
  const options = { cwd: root, maxBuffer: outputBytesMax, encoding: "latin1" } as const;
  return execFileSync("git", args, options);
}
