/**
 * Goal: whatever moment the power goes or the process is killed, the file is the old one or the
 * whole new one, and once the write has resolved it is the new one.
 * Method: a disk in memory that forgets what was not flushed, cut after each call; and the real
 * disk, whose calls are written down.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type CallDisk,
  type FileCall,
  makeFolderDurably,
  removeLeftovers,
  writeDurably,
  writeDurablySync,
} from "./durable-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-durable-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const order = ["open", "write", "sync", "close", "rename", "open", "sync", "close"];
const path = "/data/file";
const torn = Symbol("torn");
type Content = string | typeof torn;

/** What a disk may show after a power cut: flushed or not, each file and each name by itself. */
class CutDisk {
  readonly #names = new Map<string, number>([[path, 0]]);
  #namesOnDisk: readonly ReadonlyMap<string, number>[] = [new Map(this.#names)];
  readonly #content: Content[] = ["old"];
  readonly #isFlushed = [true];
  readonly #opened: (number | "folder")[] = [];
  readonly calls: FileCall["call"][] = [];
  readonly #skipped: readonly number[];
  readonly #cutAfter: number;

  constructor(cutAfter: number, skipped: readonly number[] = []) {
    this.#cutAfter = cutAfter;
    this.#skipped = skipped;
  }

  readonly call: CallDisk = (call) => {
    // A killed process makes no further call, not even to tidy up.
    if (this.calls.length >= this.#cutAfter) return new Promise(() => {});
    this.calls.push(call.call);
    if (this.#skipped.includes(this.calls.length - 1)) return Promise.resolve(0);
    return Promise.resolve(this.#make(call));
  };

  /** Every state that `path` may be found in. */
  after(): readonly (Content | undefined)[] {
    return this.#namesOnDisk.flatMap((names) => {
      const file = names.get(path);
      if (file === undefined) return [undefined];
      const content = this.#content[file];
      return this.#isFlushed[file] === true ? [content] : [content, "", torn];
    });
  }

  /** As another process sees it. */
  get shown(): Content | undefined {
    return this.#content[this.#names.get(path) ?? -1];
  }

  #make(call: FileCall): number {
    switch (call.call) {
      case "open": {
        if (call.flags === "r") return this.#opened.push("folder") - 1;
        const file = this.#content.push("") - 1;
        this.#isFlushed.push(false);
        this.#rename(() => this.#names.set(call.path, file));
        return this.#opened.push(file) - 1;
      }
      case "write": {
        const file = this.#opened[call.file];
        if (typeof file === "number") this.#content[file] = Buffer.from(call.bytes).toString();
        return 0;
      }
      case "sync": {
        const file = this.#opened[call.file];
        if (typeof file === "number") this.#isFlushed[file] = true;
        else this.#namesOnDisk = [new Map(this.#names)];
        return 0;
      }
      case "rename":
        this.#rename(() => {
          this.#names.set(call.to, this.#names.get(call.from) ?? -1);
          this.#names.delete(call.from);
        });
        return 0;
      case "remove":
        this.#rename(() => this.#names.delete(call.path));
        return 0;
      case "close":
        return 0;
    }
  }

  #rename(change: () => void): void {
    change();
    this.#namesOnDisk = [...this.#namesOnDisk, new Map(this.#names)];
  }
}

/** Written as far as the disk lets it. */
async function cutAfter(count: number, skipped: readonly number[] = []): Promise<CutDisk> {
  const disk = new CutDisk(count, skipped);
  const written = writeDurably(path, "new", { disk: disk.call });
  const turns = (async () => {
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  })();
  await Promise.race([written, turns]);
  return disk;
}

describe("a power cut", () => {
  for (const [count, call] of ["nothing", ...order].entries()) {
    test(`after ${count} calls (${call}) leaves the old file or the whole new one`, async () => {
      const disk = await cutAfter(count);
      for (const content of disk.after()) expect(["old", "new"]).toContain(content);
      expect(["old", "new"]).toContain(disk.shown);
    });
  }

  test("after the last call leaves the new one", async () => {
    expect(new Set((await cutAfter(order.length)).after())).toEqual(new Set(["new"]));
  });

  test("would be seen by this test if a flush were left out", async () => {
    const withoutFirst = await cutAfter(order.length, [2]);
    expect(withoutFirst.after()).toContain(torn);
    const withoutSecond = await cutAfter(order.length, [6]);
    expect(withoutSecond.after()).toContain("old");
  });
});

describe("a call that fails", () => {
  for (const [index, call] of order.entries()) {
    test(`${call} (${index + 1}): it is told, and nothing is left beside`, async () => {
      const disk = new CutDisk(Number.POSITIVE_INFINITY);
      let count = 0;
      const failing: CallDisk = (one) => {
        if (count++ === index) return Promise.reject(new Error("no space"));
        return disk.call(one);
      };
      await expect(writeDurably(path, "new", { disk: failing })).rejects.toThrow("no space");
      const isRenamed = index > 4;
      expect(disk.shown).toBe(isRenamed ? "new" : "old");
      expect(disk.calls.includes("remove")).toBe(!isRenamed);
    });
  }
});

const ways = [
  { name: "writeDurably", write: writeDurably },
  {
    name: "writeDurablySync",
    write: async (...args: Parameters<typeof writeDurablySync>) => writeDurablySync(...args),
  },
];
for (const { name, write } of ways) {
  test(`${name}: for its owner alone, replaced as a whole, nothing beside it`, async () => {
    const file = join(folder, "state");
    await write(file, "old");
    await write(file, Buffer.from("new"));
    expect(readFileSync(file, "utf8")).toBe("new");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["state"]);
    await write(file, "for all", { mode: 0o644 });
    expect(statSync(file).mode & 0o044).toBe(0o044 & ~process.umask());
  });
}

test("in pieces: one after the other; one that cannot be made leaves the old file", async () => {
  const file = join(folder, "export");
  await writeDurably(file, ["first\n", "second\n"]);
  expect(readFileSync(file, "utf8")).toBe("first\nsecond\n");
  function* broken(): Generator<string> {
    yield "third\n";
    throw new Error("the database went away");
  }
  await expect(writeDurably(file, broken())).rejects.toThrow("the database went away");
  expect(readFileSync(file, "utf8")).toBe("first\nsecond\n");
  expect(readdirSync(folder)).toEqual(["export"]);
});

test("missing folders are made, for their owner alone; one that is there is left as it is", async () => {
  const inner = join(folder, "a/b");
  await makeFolderDurably(inner);
  await makeFolderDurably(inner);
  expect(statSync(inner).mode & 0o777).toBe(0o700);
});

const hasTrace = spawnSync("strace", ["-V"]).status === 0;
for (const { name } of ways) {
  test.skipIf(!hasTrace)(`${name}: the kernel is asked in this order`, () => {
    const file = join(folder, "state");
    const module = new URL("./durable-file.ts", import.meta.url).href;
    const code = `const { ${name} } = await import("${module}"); await ${name}("${file}", "new")`;
    const trace = join(folder, "trace");
    const watched = "openat,write,pwrite64,fsync,fdatasync,close,rename,renameat,renameat2";
    const options = ["-f", "-qq", "-o", trace, "-e", `trace=${watched}`, "-y"];
    const command = [process.execPath, "--input-type=module", "-e", code];
    execFileSync("strace", [...options, ...command]);
    const calls = readFileSync(trace, "utf8")
      .split("\n")
      .filter((line) => line.includes(folder) && !line.includes(trace))
      .map((line) => /^\d+\s+(\w+)/.exec(line)?.[1] ?? line);
    const plain = calls.map((call) => call.replace(/^(pwrite64|openat|renameat2?)$/, plainName));
    expect(plain.map((call) => (call === "fsync" ? "sync" : call))).toEqual(order);
  });
}

function plainName(call: string): string {
  return call === "pwrite64" ? "write" : call === "openat" ? "open" : "rename";
}

test("what cut-off writes left goes; files of living processes and all others stay", () => {
  const inner = join(folder, "inner");
  mkdirSync(inner);
  const gone = 2 ** 22 + 1;
  const kept = ["agent.json", `state.${process.ppid}-0-1.tmp`, "mine.tmp", "1-2-3.tmp.bak"];
  for (const name of [...kept, `state.${gone}-0-7.tmp`, `state.${process.pid}-0-1.tmp`]) {
    writeFileSync(join(folder, name), "");
  }
  writeFileSync(join(inner, `picture.jpg.${gone}-3-7.tmp`), "");
  removeLeftovers(folder);
  removeLeftovers(join(folder, "none"));
  expect(readdirSync(folder).toSorted()).toEqual([...kept, "inner"].toSorted());
  expect(readdirSync(inner)).toEqual([]);
});
