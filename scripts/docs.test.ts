/**
 * Goal: the documents do not lie about what can be checked.
 * Method: every page in the tree is read; links are followed, YAML is loaded, commands are looked up,
 * and the words that a log or a status can say are looked for in the installers' tables.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { captureFailures } from "../agent/capture/encoded-picture.ts";
import type { Command } from "../agent/cli/command.ts";
import { allCommands } from "../agent/cli/commands.ts";
import { healthProblemCodes } from "../agent/health/health-report.ts";
import { brokerFailures } from "../agent/uplink/broker-connection.ts";
import { loadConfig } from "../config/load.ts";

const skipped = /(^|\/)(node_modules|coverage|data|\.[^/]+)(\/|$)/;
const pages = readdirSync(".", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".md") && !skipped.test(path))
  .toSorted();
const commands = await allCommands();
const scriptNames = Object.keys(
  (JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> }).scripts,
);

for (const page of pages) {
  const text = readFileSync(page, "utf8");

  test(`${page}: every link leads somewhere`, () => {
    const broken = linksOf(text).filter((link) => !isThere(page, link));
    expect(broken).toEqual([]);
  });

  test(`${page}: every command exists`, () => {
    expect(commandLines(text).flatMap(faultsOfLine)).toEqual([]);
  });

  test(`${page}: nothing is left to be filled in`, () => {
    const lines = text.split("\n").filter((line) => /\b(FILL|TODO|TBD|FIXME|XXX)\b/.test(line));
    expect(lines).toEqual([]);
  });

  for (const [index, yaml] of blocks(text, ["yaml"]).entries()) {
    test(`${page}: YAML block ${index + 1} is a configuration that loads`, () => {
      const result = loadConfig("block.yaml", {
        cwd: "/nowhere",
        env: { CAM_PW: "x", HUB_PASSWORD: "y" },
        nowMs: Date.UTC(2026, 2, 1),
        models: ["street-nano"],
        readFile: (path) => {
          if (path.endsWith("block.yaml")) return Buffer.from(yaml);
          throw Object.assign(new Error(path), { code: "ENOENT" });
        },
      });
      expect(result.ok ? [] : result.errors).toEqual([]);
      expect(result.warnings).toEqual([]);
    });
  }
}

test("the installers' page explains every word that a camera, a hub or a box can fail with", () => {
  const page = readFileSync("docs/quick-start.md", "utf8");
  const held = ["nobody-listens", "refused", "hub-silent"];
  const tables = page.split("\n").filter((line) => line.startsWith("| `"));
  for (const word of [...captureFailures, ...brokerFailures, ...healthProblemCodes, ...held]) {
    expect(
      tables.some((row) => (row.split("|")[1] ?? "").includes(`\`${word}\``)),
      word,
    ).toBe(true);
  }
});

test("every decision is in the list of decisions", () => {
  const list = readFileSync("docs/decisions/README.md", "utf8");
  const files = readdirSync("docs/decisions").filter((name) => /^\d{4}-/.test(name));
  expect(files.filter((name) => !list.includes(`(${name})`))).toEqual([]);
});

/** Targets of `[text](target)` outside code; addresses of the web are not followed. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```/gms, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function isThere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(target)) return false;
  if (anchor === undefined) return true;
  return statSync(target).isFile() && headings(readFileSync(target, "utf8")).includes(anchor);
}

/** As the usual renderers name them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Contents of fenced blocks of these languages. */
function blocks(text: string, languages: readonly string[]): string[] {
  return [...text.matchAll(/^```(\S*)\n(.*?)^```/gms)]
    .filter(([, language = ""]) => languages.includes(language))
    .map(([, , content = ""]) => content);
}

/** Lines of shell blocks, and short code in the prose that begins with one of our commands. */
function commandLines(text: string): string[] {
  const shell = blocks(text, ["sh", "bash", "shell", "console"]).flatMap((block) =>
    block.replaceAll("\\\n", " ").split("\n"),
  );
  const prose = text.replaceAll(/^```.*?^```/gms, "");
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...shell, ...inline].map((line) => line.trim());
}

/** What a shell line names that does not exist: a command, an option of it, a script. */
function faultsOfLine(line: string): string[] {
  return line
    .replace(/(^|\s)#.*$/, "")
    .split(/[;|&]+/)
    .map((part) => part.trim())
    .flatMap((part) => {
      const words = part.split(/\s+/).filter((word) => !/^(sudo|npx|[A-Z_]+=\S*)$/.test(word));
      const [first = "", second = ""] = words;
      if (/^(\S*\/)?kerbside$/.test(first)) return faultsOfCommand(words.slice(1), part);
      if (first === "npm" && second === "run" && /^[a-z]/.test(words[2] ?? "")) {
        return scriptNames.includes(words[2] ?? "") ? [] : [`${part}: no such script`];
      }
      const script = /^(?:\/opt\/kerbside\/)?(scripts\/[\w.-]+|bin\/[\w-]+)$/.exec(first)?.[1];
      return script === undefined || existsSync(script) ? [] : [`${part}: no such file`];
    });
}

function faultsOfCommand(words: readonly string[], line: string): string[] {
  const [first] = words;
  if (first === undefined || !/^[a-z-]/.test(first) || first === "--help") return [];
  const found = commands
    .filter(({ name }) => name.split(" ").every((word, index) => words[index] === word))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  if (found === undefined) return isGroup(words) ? [] : [`${line}: no such command`];
  return words
    .filter((word) => word.startsWith("--") && word !== "--help")
    .map((word) => word.split("=")[0] ?? word)
    .filter((option) => !found.usage.includes(option))
    .map((option) => `${line}: ${found.name} has no ${option}`);
}

/** `kerbside models` in a sentence means all of its commands. */
function isGroup(words: readonly string[]): boolean {
  const startsWith = ({ name }: Command): boolean => name.startsWith(`${words[0]} `);
  return words.length === 1 && commands.some(startsWith);
}
