/**
 * The files of the page, read once at the start: types stripped, packed, each under its own name.
 *
 * A request chooses among these names and nothing else: no part of an address ever becomes the name
 * of a file.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly packed: Uint8Array;
  /** Changes with the content. */
  readonly tag: string;
}

const pageFolder = join(import.meta.dirname, "page");
const types: Readonly<Record<string, string>> = {
  ts: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};
const left = /\.test\.ts$/;
const pack = promisify(gzip);

/** By the path of the request: `/`, `/page/main.ts`. */
export async function loadPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  const entries = await readdir(pageFolder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const ending = entry.name.split(".").at(-1) ?? "";
    const type = types[ending];
    if (!entry.isFile() || type === undefined || left.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, "utf8");
    const name = `/page${path.slice(pageFolder.length).replaceAll("\\", "/")}`;
    files.set(name, await pageFile(type, ending === "ts" ? compact(text) : text));
  }
  files.set("/", await pageFile("text/html; charset=utf-8", frame));
  return files;
}

async function pageFile(type: string, text: string): Promise<PageFile> {
  const bytes = Buffer.from(text);
  const packed = await pack(bytes, { level: constants.Z_BEST_COMPRESSION });
  const tag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  return { type, bytes, packed, tag };
}

/** Stripped types leave blanks in their place. */
function compact(text: string): string {
  return stripTypeScriptTypes(text)
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n");
}

const frame = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kerbside</title>
<link rel="icon" href="/page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page/style.css">
<script type="module" src="/page/main.ts"></script>
</head>
<body></body>
</html>
`;
