/**
 * Checks which room may import which: the table of the architecture, and nothing else.
 *
 * Linters match the text of an import; the same room is `../store/x.ts` from one file and
 * `../../store/x.ts` from another. So this resolves every relative import (type imports, dynamic
 * imports and worker addresses too) and compares rooms. Test files are free.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve, sep } from "node:path";

/** What a room may import beside itself. */
interface Room {
  readonly path: string;
  readonly mayImport: readonly string[] | "everything";
  /** Pure rooms name the packages and built-ins they may use; the others use what they need. */
  readonly packages?: readonly string[];
}

const parts = [
  "config",
  "models",
  "pipelines",
  "calibration",
  ...["capture", "inference", "evidence", "store", "uplink", "console", "health", "runtime"].map(
    (name) => `agent/${name}`,
  ),
];
const purePackages = ["node:assert", "node:assert/strict", "node:crypto"];
const behindCommands = ["agent/hub", "agent/bench", "agent/replay"];
const everythingButCli = [...parts, ...behindCommands, "agent"];

/** The longest matching path is the room of a file: `pipelines/domain` comes before `pipelines`. */
const rooms: readonly Room[] = [
  { path: "config", mayImport: ["pipelines", "calibration"] },
  { path: "agent/capture", mayImport: ["pipelines/domain", "agent/runtime"] },
  { path: "agent/inference", mayImport: ["models", "pipelines/domain", "agent/runtime"] },
  {
    path: "models",
    mayImport: ["pipelines/domain"],
    packages: [...purePackages, "zod", "protobufjs"],
  },
  { path: "pipelines", mayImport: ["calibration"], packages: [...purePackages, "zod"] },
  { path: "calibration", mayImport: [], packages: [...purePackages, "zod"] },
  {
    path: "agent/evidence",
    mayImport: ["agent/capture", "calibration", "pipelines/domain", "agent/runtime"],
  },
  { path: "agent/store", mayImport: ["pipelines", "agent/runtime"] },
  { path: "agent/uplink", mayImport: ["agent/store", "pipelines/domain", "agent/runtime"] },
  {
    // The console sees what the command line sees, never a camera, a model or the composition.
    path: "agent/console",
    mayImport: [
      "config",
      "pipelines",
      "calibration",
      "agent/evidence",
      "agent/store",
      "agent/uplink",
      "agent/health",
      "agent/replay",
      "agent/runtime",
    ],
  },
  { path: "agent/health", mayImport: ["agent/runtime"] },
  { path: "agent/runtime", mayImport: ["agent/health"] },
  { path: "agent/hub", mayImport: [...everythingButCli, "test-fixtures"] },
  { path: "agent/bench", mayImport: [...everythingButCli, "test-fixtures"] },
  { path: "agent/replay", mayImport: everythingButCli },
  { path: "agent/cli", mayImport: [...everythingButCli, "test-fixtures"] },
  { path: "agent", mayImport: [...everythingButCli, "agent/cli"] },
  { path: "test-fixtures", mayImport: "everything" },
  { path: "scripts", mayImport: "everything" },
];

/** The composition root is `agent/agent.ts` and files beside it; the folders below are rooms. */
const isIn = (path: string, room: string): boolean =>
  room === "agent" ? posix.dirname(path) === room : path.startsWith(`${room}/`);

function roomOf(path: string): Room | undefined {
  return rooms
    .filter((room) => isIn(path, room.path))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}

const patterns = [
  // import … from "x", export … from "x", with `type` or without, over several lines
  /^[ \t]*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"'\n]+)["']/gm,
  // import "x"
  /^[ \t]*import\s*["']([^"'\n]+)["']/gm,
  // await import("x"), import("x").Type, require("x")
  /\b(?:import|require)\(\s*["']([^"'\n]+)["']/g,
  // new Worker(new URL("./x.ts", import.meta.url))
  /\bnew URL\(\s*["'](\.[^"'\n]+\.[cm]?[jt]s)["']\s*,\s*import\.meta\.url/g,
];

/** Every module that this source text names, with its line. */
export function importsOf(source: string): { readonly name: string; readonly line: number }[] {
  return patterns
    .flatMap((pattern) => [...source.matchAll(pattern)])
    .map((match) => {
      const name = match[1] ?? "";
      const at = match.index + match[0].indexOf(name);
      return { name, line: source.slice(0, at).split("\n").length };
    })
    .toSorted((a, b) => a.line - b.line);
}

/** What is wrong with the imports of one file; `file` is relative to the root, with slashes. */
export function checkFile(file: string, source: string): string[] {
  const room = roomOf(file);
  if (room === undefined) {
    return isTool(file) ? [] : [`${file}:1: its folder is not in the table of rooms`];
  }
  if (file.endsWith(".test.ts") || room.mayImport === "everything") return [];
  return importsOf(source).flatMap(({ name, line }) => {
    const fault = name.startsWith(".")
      ? faultOfRoom(room, posix.join(posix.dirname(file), name))
      : faultOfPackage(room, name);
    return fault === undefined ? [] : [`${file}:${line}: ${fault}`];
  });
}

/** Configurations of tools lie in the root and belong to no room. */
const isTool = (file: string): boolean => !file.includes("/");

function faultOfRoom(room: Room, target: string): string | undefined {
  // `package.json` and other files in the root are facts about the product, open to all.
  if (isTool(target)) return undefined;
  const targetRoom = roomOf(target);
  if (targetRoom === room) return undefined;
  const allowed = room.mayImport === "everything" ? rooms.map(({ path }) => path) : room.mayImport;
  const isAllowed =
    targetRoom !== undefined &&
    allowed.some((path) => path === targetRoom.path || isIn(target, path));
  return isAllowed ? undefined : `${room.path} may not import ${target} (it may: ${list(allowed)})`;
}

function faultOfPackage(room: Room, name: string): string | undefined {
  if (room.packages === undefined || room.packages.includes(name)) return undefined;
  return `${room.path} is pure and may not import ${name} (it may: ${list(room.packages)})`;
}

const list = (names: readonly string[]): string => names.join(", ") || "nothing";

/** Checks every source file under a root. */
export function checkTree(root: string): { readonly files: number; readonly faults: string[] } {
  const files = [...new Set(rooms.map(({ path }) => path.split("/")[0] ?? path))]
    .flatMap((folder) => sourcesUnder(join(root, folder)))
    .map((path) => relative(root, path).split(sep).join("/"))
    .toSorted();
  return {
    files: files.length,
    faults: files.flatMap((file) => checkFile(file, readFileSync(join(root, file), "utf8"))),
  };
}

function sourcesUnder(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.includes(`${sep}node_modules${sep}`))
      .toSorted();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

if (import.meta.main) {
  const { files, faults } = checkTree(resolve(dirname(import.meta.filename), ".."));
  for (const fault of faults) console.error(fault);
  console.log(`${files} files, ${faults.length} imports against the table`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
