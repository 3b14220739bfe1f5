/**
 * What the configuration was before each save, for a way back: the last twenty, newest first.
 *
 * A file a save in the data folder, for the agent's user alone: a configuration may hold a password.
 */
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readBoundedText } from "../../runtime/bounded-file.ts";
import { makeFolderDurably, writeDurably } from "../../runtime/durable-file.ts";

const keptMax = 20;
const bytesMax = 96 * 1024 * 1024;
const idPattern = /^\d{13,16}-[0-9a-f]{8}$/;

const keptSchema = z.object({
  schema: z.literal(1),
  savedAt: z.iso.datetime(),
  user: z.string(),
  files: z.record(z.string(), z.string()),
});

export interface KeptConfiguration {
  readonly id: string;
  /** When it was replaced, and who replaced it. */
  readonly savedAt: string;
  readonly user: string;
  readonly files: readonly string[];
}

export class ConfigurationHistory {
  readonly #folder: string;

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, "configuration-history");
  }

  async keep(
    files: ReadonlyMap<string, string>,
    { nowMs, user }: { readonly nowMs: number; readonly user: string },
  ): Promise<void> {
    await makeFolderDurably(this.#folder);
    const id = `${String(Math.max(0, Math.round(nowMs))).padStart(13, "0")}-${randomUUID().slice(0, 8)}`;
    const kept = {
      schema: 1,
      savedAt: new Date(nowMs).toISOString(),
      user,
      files: Object.fromEntries(files),
    };
    await writeDurably(join(this.#folder, `${id}.json`), `${JSON.stringify(kept, undefined, 2)}\n`);
    for (const old of (await this.#ids()).slice(keptMax)) {
      await rm(join(this.#folder, `${old}.json`), { force: true });
    }
  }

  async list(): Promise<readonly KeptConfiguration[]> {
    const all = await Promise.all(
      (await this.#ids()).slice(0, keptMax).map(async (id) => {
        const kept = await this.#load(id);
        if (kept === undefined) return [];
        const { savedAt, user, files } = kept;
        return [{ id, savedAt, user, files: Object.keys(files) }];
      }),
    );
    return all.flat();
  }

  /** Absolute name to text; undefined when there is none of that name. */
  async read(id: string): Promise<ReadonlyMap<string, string> | undefined> {
    const kept = await this.#load(id);
    return kept && new Map(Object.entries(kept.files));
  }

  async #load(id: string): Promise<z.infer<typeof keptSchema> | undefined> {
    if (!idPattern.test(id)) return undefined;
    try {
      const text = await readBoundedText(join(this.#folder, `${id}.json`), bytesMax);
      return keptSchema.parse(JSON.parse(text));
    } catch {
      // Dropped, or damaged: as good as none.
      return undefined;
    }
  }

  /** Newest first. */
  async #ids(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch((): string[] => []);
    return names
      .map((name) => name.replace(/\.json$/, ""))
      .filter((id) => idPattern.test(id))
      .toSorted((a, b) => (a < b ? 1 : -1));
  }
}
