/**
 * What the last days would have been under what is drawn: asked anew while somebody drags, the
 * question before is taken back.
 */
import { ask } from "./ask.ts";
import { fill, h } from "./h.ts";
import { say, sayTerm } from "./language/say.ts";
import type { Box } from "./zones-canvas.ts";

interface Told {
  readonly violation: string;
  readonly zone: string;
  readonly kind: string;
  readonly stage: string;
  readonly box: Box;
  readonly firstSeenAt: string;
  readonly warnedAt: string | null;
  readonly reportedAt: string | null;
}

interface Changed extends Told {
  readonly was: Told;
  readonly changes: readonly {
    readonly what: string;
    readonly before: string | number | null;
    readonly after: string | number | null;
  }[];
}

type Answer =
  | {
      readonly outcome: "wrong";
      readonly errors: readonly { readonly message: string; readonly path: string }[];
    }
  | { readonly outcome: "replaced" }
  | { readonly outcome: "too-long"; readonly afterMs: number }
  | {
      readonly outcome: "known";
      readonly looks: number;
      readonly tookMs: number;
      readonly sinceMs: number;
      readonly untilMs: number;
      readonly comparison: {
        readonly same: number;
        readonly counts: readonly [less: number, more: number, other: number];
        readonly disappeared: readonly Told[];
        readonly appeared: readonly Told[];
        readonly changed: readonly Changed[];
      };
    };

export interface Shown {
  readonly sign: "+" | "-" | "~";
  readonly box: Box;
}

const waitMs = 250;
const dayChoices = [1, 3, 7] as const;

export class WhatIfPanel {
  readonly element = h("section", { class: "what-if" });
  readonly #said = h("div", { "aria-live": "polite" });
  readonly #days: HTMLSelectElement;
  readonly #question: () => { readonly camera: string; readonly cameras: object };
  readonly #show: (boxes: readonly Shown[]) => void;
  readonly #signal: AbortSignal;
  #asked = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: {
    readonly question: () => { readonly camera: string; readonly cameras: object };
    readonly show: (boxes: readonly Shown[]) => void;
    readonly signal: AbortSignal;
  }) {
    this.#question = parts.question;
    this.#show = parts.show;
    this.#signal = parts.signal;
    this.#days = h(
      "select",
      { id: "what-if-days", onchange: () => this.ask() },
      dayChoices.map((days) => h("option", { value: days }, say("whatIf.days", { days }))),
    );
    fill(
      this.element,
      h("h2", {}, say("whatIf.title")),
      h("label", { for: "what-if-days" }, say("whatIf.span")),
      this.#days,
      this.#said,
    );
    parts.signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      this.#asked.abort();
    });
  }

  /** Soon: while somebody drags, the newest shape alone is asked about. */
  ask(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), waitMs);
  }

  async #ask(): Promise<void> {
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    const { camera, cameras } = this.#question();
    if (Object.keys(cameras).length === 0) {
      this.#show([]);
      fill(this.#said, h("p", { class: "quiet" }, say("whatIf.unchanged")));
      return;
    }
    try {
      const body = { camera, cameras, days: Number(this.#days.value) };
      const answer = await ask<Answer>("/api/what-if", { method: "POST", body, signal });
      if (!signal.aborted && answer.outcome !== "replaced") this.#tell(answer);
    } catch (error) {
      if (signal.aborted || this.#signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      fill(this.#said, h("p", { class: "bad" }, say("shell.failed", { why })));
    }
  }

  #tell(answer: Exclude<Answer, { readonly outcome: "replaced" }>): void {
    if (answer.outcome === "wrong") {
      const lines = answer.errors.map(({ path, message }) =>
        h("p", { class: "bad" }, `${path} ${message}`),
      );
      fill(this.#said, ...lines);
      return;
    }
    if (answer.outcome === "too-long") {
      fill(
        this.#said,
        h("p", { class: "warn" }, say("whatIf.tooLong", { seconds: answer.afterMs / 1_000 })),
      );
      return;
    }
    const { comparison, looks, tookMs } = answer;
    const [less, more, other] = comparison.counts;
    const rows = [
      ...comparison.appeared.map((one) => ({ sign: "+", one, detail: "" }) as const),
      ...comparison.disappeared.map((one) => ({ sign: "-", one, detail: "" }) as const),
      ...comparison.changed.map((one) => ({ sign: "~", one, detail: detailOf(one) }) as const),
    ];
    this.#show(rows.map(({ sign, one }) => ({ sign, box: one.box })));
    fill(
      this.#said,
      h(
        "p",
        { class: "counts" },
        say("whatIf.counts", { more, less, other, same: comparison.same }),
      ),
      h(
        "ul",
        { class: "told" },
        rows.map(({ sign, one, detail }) => this.#row(sign, one, detail)),
      ),
      h("p", { class: "quiet" }, say("whatIf.cost", { looks, ms: tookMs })),
    );
  }

  #row(sign: "+" | "-" | "~", one: Told, detail: string): HTMLElement {
    const at = one.reportedAt ?? one.warnedAt ?? one.firstSeenAt;
    const host = h("span", {});
    // What an edit makes appear has no evidence: the box on the picture is all there is.
    const look = h(
      "button",
      { type: "button", class: "small", onclick: () => void showStill(host, one.violation) },
      say("whatIf.picture"),
    );
    const mark = { "+": "whatIf.more", "-": "whatIf.less", "~": "whatIf.other" } as const;
    const kind = { "+": "more", "-": "less", "~": "other" } as const;
    return h(
      "li",
      { class: kind[sign] },
      `${say(mark[sign])} ${new Date(at).toLocaleString()} ${sayTerm(one.kind)} ${one.zone} ${sayTerm(one.stage)} ${detail} `,
      sign === "+" ? null : look,
      host,
    );
  }
}

function detailOf({ changes }: Changed): string {
  const text = (value: string | number | null): string =>
    value === null
      ? "–"
      : typeof value === "number"
        ? `+${Math.round(value / 1_000)} s`
        : sayTerm(value);
  return changes
    .map(({ what, before, after }) => `${sayTerm(what)} ${text(before)} → ${text(after)}`)
    .join(", ");
}

interface EventDetail {
  readonly revisions: readonly {
    readonly revision: number;
    readonly files: readonly { readonly name: string; readonly mediaType: string }[];
  }[];
}

/** The newest still of its evidence. */
async function showStill(host: HTMLElement, violation: string): Promise<void> {
  try {
    const { revisions } = await ask<EventDetail>(`/api/events/${encodeURIComponent(violation)}`);
    const stills = revisions.flatMap(({ revision, files }) =>
      files
        .filter(({ mediaType }) => mediaType === "image/jpeg")
        .map(({ name }) => ({ revision, name })),
    );
    const still = stills.at(-1);
    if (still === undefined) throw new Error(say("events.noEvidence"));
    const src = `/api/events/${encodeURIComponent(violation)}/${still.revision}/${encodeURIComponent(still.name)}`;
    fill(host, h("img", { src, alt: say("whatIf.still"), class: "still" }));
  } catch (error) {
    fill(
      host,
      h("small", { class: "quiet" }, error instanceof Error ? error.message : String(error)),
    );
  }
}
