/**
 * The configuration file, edited: proposed, checked, saved, rolled back.
 *
 * What is saved was checked as `kerbside check` does it, was made from the file as it is on the
 * disk in that moment, and replaces it whole or not at all; what it replaces is kept. Two editors at
 * once: the second is told, and the file stays the first one's. The agent takes it over as with
 * SIGHUP.
 */
import { readFileSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import {
  type ConfigurationEdit,
  editConfiguration,
} from "../../../config/edit/edit-configuration.ts";
import { type DiffLine, diffOf } from "../../../config/edit/line-diff.ts";
import {
  readWritten,
  type WrittenConfiguration,
} from "../../../config/edit/written-configuration.ts";
import { type ReadFile, readFromDisk } from "../../../config/file-access.ts";
import type { Finding } from "../../../config/finding.ts";
import type { LoadResult } from "../../../config/load.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import type { Clock } from "../../runtime/clock.ts";
import { writeDurably } from "../../runtime/durable-file.ts";
import type { Log } from "../../runtime/log.ts";
import type { ConfigurationPort } from "../console-ports.ts";
import { ConfigurationHistory, type KeptConfiguration } from "./configuration-history.ts";

export interface EditorParts {
  readonly configuration: ConfigurationPort;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Proposal {
  /** Of the file that it was made from. */
  readonly version: string;
  /** Absolute name to new text. */
  readonly files: ReadonlyMap<string, string>;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly diff: readonly {
    readonly file: string;
    readonly lines: readonly (DiffLine | null)[];
  }[];
}

export type Saved =
  | { readonly outcome: "saved"; readonly version: string; readonly applied: Applied }
  /** Somebody else saved since `version`. */
  | { readonly outcome: "conflict" }
  | { readonly outcome: "refused"; readonly errors: readonly Finding[] };

type Applied = Awaited<ReturnType<ConfigurationPort["reload"]>>;

export class ConfigurationEditor {
  readonly #parts: EditorParts;
  readonly #history: ConfigurationHistory;
  /** One save at a time: each begins with what the one before has written. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(parts: EditorParts) {
    this.#parts = parts;
    this.#history = new ConfigurationHistory(parts.dataFolder);
  }

  read(): WrittenConfiguration {
    return readWritten(this.#parts.configuration.file, readFromDisk);
  }

  async propose(edit: ConfigurationEdit): Promise<Proposal> {
    const written = this.read();
    const edited = editConfiguration(written, edit);
    if (!edited.ok) {
      const { file } = this.#parts.configuration;
      const fault: Finding = { file, line: 1, column: 1, path: "", message: edited.reason };
      return {
        version: written.version,
        files: new Map(),
        errors: [fault],
        warnings: [],
        diff: [],
      };
    }
    return await this.#judged(written, edited.files);
  }

  /** The configuration that an edit would make, or what is wrong with it. */
  async configOf(edit: ConfigurationEdit): Promise<LoadResult> {
    const edited = editConfiguration(this.read(), edit);
    const files = edited.ok ? edited.files : new Map<string, string>();
    return await this.#parts.configuration.check(overlay(files));
  }

  async save(
    edit: ConfigurationEdit,
    { version, user }: { readonly version: string; readonly user: string },
  ): Promise<Saved> {
    return await this.#inTurn(async () => {
      const proposal = await this.propose(edit);
      return await this.#write(proposal, version, user);
    });
  }

  history(): Promise<readonly KeptConfiguration[]> {
    return this.#history.list();
  }

  /** Back to how the files were before the save that kept this. */
  async rollBack(
    id: string,
    { version, user }: { readonly version: string; readonly user: string },
  ): Promise<Saved | undefined> {
    return await this.#inTurn(async () => {
      const kept = await this.#history.read(id);
      if (kept === undefined) return undefined;
      const written = this.read();
      const current = new Map(written.files.map(({ path, text }) => [path, text]));
      const files = new Map([...kept].filter(([path, text]) => current.get(path) !== text));
      return await this.#write(await this.#judged(written, files), version, user);
    });
  }

  async #judged(
    written: WrittenConfiguration,
    files: ReadonlyMap<string, string>,
  ): Promise<Proposal> {
    const result = await this.#parts.configuration.check(overlay(files));
    const before = new Map(written.files.map(({ path, text }) => [path, text]));
    return {
      version: written.version,
      files,
      errors: result.ok ? [] : result.errors,
      warnings: result.warnings,
      diff: [...files].map(([file, text]) => ({
        file,
        lines: diffOf(before.get(file) ?? "", text),
      })),
    };
  }

  async #write(proposal: Proposal, version: string, user: string): Promise<Saved> {
    const { clock, configuration, log } = this.#parts;
    if (proposal.version !== version) return { outcome: "conflict" };
    if (proposal.errors.length > 0) return { outcome: "refused", errors: proposal.errors };
    if (proposal.files.size > 0) {
      const before = new Map(
        [...proposal.files.keys()].map((path) => [path, readFileSync(path, "utf8")]),
      );
      await this.#history.keep(before, { nowMs: clock.wallMs(), user });
      // An editor on the box itself may have been quicker than the check.
      if (this.read().version !== version) return { outcome: "conflict" };
      for (const [path, text] of proposal.files) await replaceFile(path, text);
      log.info({ user, files: [...proposal.files.keys()] }, "the configuration was edited");
    }
    const applied = await configuration.reload();
    return { outcome: "saved", version: this.read().version, applied };
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#before.then(work);
    this.#before = done.catch(() => undefined);
    return await done;
  }
}

/** The disk, with these texts in the place of what it holds. */
function overlay(files: ReadonlyMap<string, string>): ReadFile {
  return (path, use) => {
    const text = use === "configuration" ? files.get(path) : undefined;
    return text === undefined ? readFromDisk(path, use) : Buffer.from(text);
  };
}

/** A link goes on pointing to it, and who may read it stays. */
async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path);
    const { mode } = await stat(target);
    await writeDurably(target, text, { mode: mode & 0o777 });
  } catch (cause) {
    throw new AgentError(
      "CONFIG_NOT_SAVED",
      `the configuration ${path} cannot be written (${cause instanceof Error ? cause.message : String(cause)})`,
      "Give the agent's user the right to write it and its folder, or edit it on the box.",
      { cause },
    );
  }
}
