/**
 * From a draft to the file: the messages of the check, the difference, saving, and the way back.
 *
 * When somebody else saved first nothing is lost: theirs is fetched, what is drawn here stays drawn,
 * and the difference is shown anew before it is saved.
 */
import { ask, Refused } from "./ask.ts";
import { fill, h } from "./h.ts";
import { say } from "./language/say.ts";

export interface Message {
  readonly line: number;
  readonly file: string;
  readonly path: string;
  readonly message: string;
}

export interface Kept {
  readonly id: string;
  readonly savedAt: string;
  readonly user: string;
}

interface Proposal {
  readonly isCurrent: boolean;
  readonly errors: readonly Message[];
  readonly warnings: readonly Message[];
  readonly diff: readonly {
    readonly file: string;
    readonly lines: readonly ({ readonly sign: string; readonly text: string } | null)[];
  }[];
}

interface Saved {
  readonly outcome: "saved" | "conflict" | "refused";
  readonly errors?: readonly Message[];
  readonly applied?: { readonly isApplied: boolean; readonly why?: string };
}

export interface SaveParts {
  version(): string;
  changes(): object;
  /** It is in the file, or the file is another's by now: read it again. */
  reread(isSaved: boolean): Promise<void>;
}

export class SavePanel {
  readonly element = h("section", { class: "save" });
  readonly #said = h("div", { role: "status" });
  readonly #parts: SaveParts;

  constructor(parts: SaveParts) {
    this.#parts = parts;
    const check = h(
      "button",
      { type: "button", onclick: () => void this.#propose() },
      say("zones.check"),
    );
    fill(
      this.element,
      h("h2", {}, say("zones.saveTitle")),
      h("div", { class: "row" }, check),
      this.#said,
    );
  }

  async #propose(): Promise<void> {
    fill(this.#said, h("p", {}, say("shell.loading")));
    try {
      const body = { version: this.#parts.version(), cameras: this.#parts.changes() };
      const proposal = await ask<Proposal>("/api/edit/propose", { method: "POST", body });
      if (!proposal.isCurrent) await this.#parts.reread(false);
      this.#show(proposal);
    } catch (error) {
      this.#fail(error);
    }
  }

  #show({ isCurrent, errors, warnings, diff }: Proposal): void {
    const save = h(
      "button",
      { type: "button", class: "main", onclick: () => void this.#save() },
      say("zones.save"),
    );
    fill(
      this.#said,
      isCurrent ? null : h("p", { class: "warn" }, say("zones.conflict")),
      ...messages(errors, "bad"),
      ...messages(warnings, "warn"),
      errors.length > 0
        ? h("p", { class: "bad" }, say("zones.wrong", { count: errors.length }))
        : null,
      diff.length === 0 && errors.length === 0 ? h("p", {}, say("zones.nothing")) : null,
      ...diff.map(({ file, lines }) =>
        h(
          "figure",
          {},
          h("figcaption", {}, say("zones.diffOf", { file })),
          h("pre", { class: "diff" }, lines.map(diffLine)),
        ),
      ),
      errors.length === 0 && diff.length > 0 ? save : null,
    );
  }

  async #save(): Promise<void> {
    try {
      const body = { version: this.#parts.version(), cameras: this.#parts.changes() };
      const saved = await ask<Saved>("/api/edit/save", { method: "POST", body });
      await this.#saved(saved);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #saved({ outcome, errors = [], applied }: Saved): Promise<void> {
    if (outcome === "refused") {
      fill(this.#said, ...messages(errors, "bad"));
      return;
    }
    await this.#parts.reread(outcome === "saved");
    if (outcome === "conflict") {
      await this.#propose();
      this.#said.prepend(h("p", { class: "warn" }, say("zones.conflict")));
      return;
    }
    const isApplied = applied?.isApplied !== false;
    const text = isApplied
      ? say("zones.saved")
      : say("zones.savedNotApplied", { why: applied?.why ?? "" });
    fill(this.#said, h("p", { class: isApplied ? "good" : "warn" }, text));
  }

  /** The last files before a save, each a click away. */
  history(kept: readonly Kept[]): HTMLElement {
    const back = async (id: string): Promise<void> => {
      try {
        const body = { version: this.#parts.version(), id };
        await this.#saved(await ask<Saved>("/api/edit/rollback", { method: "POST", body }));
      } catch (error) {
        this.#fail(error);
      }
    };
    return h(
      "details",
      {},
      h("summary", {}, say("zones.history")),
      kept.length === 0 ? h("p", {}, say("shell.none")) : null,
      h(
        "ul",
        {},
        kept.map(({ id, savedAt, user }) =>
          h(
            "li",
            {},
            `${new Date(savedAt).toLocaleString()} ${user} `,
            h("button", { type: "button", onclick: () => void back(id) }, say("zones.back")),
          ),
        ),
      ),
    );
  }

  #fail(error: unknown): void {
    const why = error instanceof Refused || error instanceof Error ? error.message : String(error);
    fill(this.#said, h("p", { role: "alert", class: "bad" }, say("shell.failed", { why })));
  }
}

function messages(all: readonly Message[], kind: "bad" | "warn"): readonly HTMLElement[] {
  return all.map(({ file, line, path, message }) =>
    h(
      "p",
      { class: kind, role: kind === "bad" ? "alert" : undefined },
      h("code", {}, `${file}:${line} ${path}`),
      ` ${message}`,
    ),
  );
}

function diffLine(line: { readonly sign: string; readonly text: string } | null): HTMLElement {
  if (line === null) return h("span", { class: "gap" }, "⋯\n");
  const kind = line.sign === "+" ? "more" : line.sign === "-" ? "less" : "";
  return h("span", { class: kind }, `${line.sign} ${line.text}\n`);
}
