/**
 * A configuration as it is written: the main file, what it includes, and which camera stands where.
 *
 * Its `version` changes with every byte of any of them, so whoever saves an edit can be told that
 * somebody else saved meanwhile.
 */
import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import { decodeText } from "../decode-text.ts";
import { type ReadFile, tryRead } from "../file-access.ts";
import { readPlain } from "./edit-yaml.ts";
import { isObject, type JsonObject, type JsonValue } from "./json-value.ts";

const filesMax = 64;

export interface WrittenFile {
  readonly path: string;
  readonly text: string;
  readonly content: JsonObject;
}

export interface WrittenConfiguration {
  /** The main file first, then the included ones in their order. Those that cannot be read are not here. */
  readonly files: readonly WrittenFile[];
  /** 64 hex digits over names and bytes. */
  readonly version: string;
}

export function readWritten(mainFile: string, readFile: ReadFile): WrittenConfiguration {
  const files: WrittenFile[] = [];
  const hash = createHash("sha256");
  const seen = new Set<string>();
  const read = (path: string): void => {
    if (seen.has(path) || seen.size >= filesMax) return;
    seen.add(path);
    const found = tryRead(readFile, path);
    hash.update(JSON.stringify([path, found.ok ? found.bytes.length : -1]));
    if (!found.ok) return;
    hash.update(found.bytes);
    const text = decodeText(found.bytes);
    if (typeof text !== "string") return;
    const mark = found.bytes[0] === 0xef && !text.startsWith("\ufeff") ? "\ufeff" : "";
    const content = readPlain(text);
    if (!isObject(content)) return;
    files.push({ path, text: mark + text, content });
    for (const name of namesIn(content["include"])) read(resolve(dirname(path), name));
  };
  read(mainFile);
  return { files, version: hash.digest("hex") };
}

/** Names that a variable decides are not followed: what stands there is edited by hand. */
function namesIn(include: JsonValue | undefined): readonly string[] {
  const all = Array.isArray(include) ? include : [include];
  return all.filter(
    (name): name is string => typeof name === "string" && name !== "" && !name.includes("${"),
  );
}

export interface WrittenCamera {
  readonly file: WrittenFile;
  /** In the list of that file. */
  readonly index: number;
  readonly camera: JsonObject;
}

export function writtenCameras({
  files,
}: WrittenConfiguration): ReadonlyMap<string, WrittenCamera> {
  const cameras = new Map<string, WrittenCamera>();
  for (const file of files) {
    const list = file.content["cameras"];
    if (!Array.isArray(list)) continue;
    for (const [index, camera] of (list as readonly JsonValue[]).entries()) {
      if (!isObject(camera) || typeof camera["id"] !== "string") continue;
      if (!cameras.has(camera["id"])) cameras.set(camera["id"], { file, index, camera });
    }
  }
  return cameras;
}
