/**
 * For tests: a small right file, loaded from memory with one change, and its findings as lines.
 *
 * `LINE:COLUMN PATH | MESSAGE`, with the file's name before it when it is another one, and `W `
 * before a warning.
 */
import { type LoadOptions, type LoadResult, loadConfig } from "../load.ts";

export const rightFile = `version: 1
device: { id: corner-1, division: "445102", location: [116.647, 23.67] }
hub: { url: "mqtts://hub.example.city", user: box, password: "\${env:HUB_PW}" }
cameras:
  - id: east
    url: rtsp://cam:\${env:CAM_PW}@192.0.2.11/main
    location: [116.648, 23.671]
    views:
      - { id: kerb, crop: [0, 0.3, 1, 1], every: 2s }
    zones:
      - id: bus-stop
        polygon: [[0.1, 0.6], [0.5, 0.6], [0.5, 0.9], [0.1, 0.9]]
        rules:
          - { kind: illegal-parking, warnAfter: 1m, reportAfter: 5m }
`;

export const secrets = { HUB_PW: "sesame-open", CAM_PW: "horse@battery/staple" } as const;

/** Absolute name to content, in a folder `/c` that holds nothing else. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export function loadWritten(
  content: string | Uint8Array,
  files: Files = {},
  options: Partial<LoadOptions> = {},
): LoadResult {
  const all: Files = { ...files, "/c/t.yaml": content };
  return loadConfig("t.yaml", {
    cwd: "/c",
    env: secrets,
    nowMs: Date.UTC(2026, 2, 1),
    models: ["street-nano", "yolox-nano", "deimv2-atto"],
    readFile: (path) => {
      const found = all[path];
      if (found !== undefined) return typeof found === "string" ? Buffer.from(found) : found;
      throw Object.assign(new Error("test"), { code: path === "/c" ? "EISDIR" : "ENOENT" });
    },
    ...options,
  });
}

export function findingLines(result: LoadResult): string[] {
  const lines = (result.ok ? [] : result.errors).map((finding) => ({ prefix: "", finding }));
  const more = result.warnings.map((finding) => ({ prefix: "W ", finding }));
  return [...lines, ...more].map(({ prefix, finding }) => {
    const { file, line, column, path, message } = finding;
    const where = `${file === "t.yaml" ? "" : `${file}:`}${line}:${column}`;
    return `${prefix}${where} ${path} | ${message}`;
  });
}

/** The right file with one thing replaced; throws when there is nothing to replace. */
export function changed(from: string | RegExp, to: string): string {
  const text = rightFile.replace(from, () => to);
  if (text === rightFile) throw new Error(`nothing to replace: ${String(from)}`);
  return text;
}
