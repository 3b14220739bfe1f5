/** Events: a list with filters and exports; one event with its explanation and its evidence. */

import type { EventRow } from "../event-row.ts";
import { ask } from "./ask.ts";
import { fill, h } from "./h.ts";
import { language, say, sayTerm, type WordKey } from "./language/say.ts";
import type { Page } from "./page.ts";
import { dayClockText } from "./times.ts";

interface Listed {
  readonly events: readonly EventRow[];
  readonly cameras: readonly string[];
  readonly kinds: readonly string[];
  readonly stages: readonly string[];
}

interface Told {
  readonly violation: string;
  readonly explanation: readonly string[];
  readonly revisions: readonly {
    readonly at: string;
    readonly outbox: "waiting" | "parked" | "sent";
    readonly revision: number;
    readonly stage: string;
    readonly reason: { readonly zh: string; readonly en: string };
    readonly files: readonly {
      readonly name: string;
      readonly mediaType: string;
      readonly capturedAt: string;
    }[];
  }[];
}

export const page: Page = {
  title: "events.title",
  role: "viewer",
  async show(host, { rest, signal }) {
    const [violation] = rest;
    if (violation === undefined) await showList(host, signal);
    else await showOne(host, violation, signal);
  },
};

async function showList(host: HTMLElement, signal: AbortSignal): Promise<void> {
  const first = await ask<Listed>("/api/events?days=7", { signal });
  const kind = choice("kind", "events.kind", first.kinds);
  const stage = choice("stage", "events.stage", first.stages);
  const camera = choice("camera", "events.camera", first.cameras);
  const days = h(
    "select",
    { id: "days" },
    h("option", { value: "1" }, say("events.lastDay")),
    h("option", { value: "7", selected: true }, say("events.lastWeek")),
    h("option", { value: "30" }, say("events.lastMonth")),
    h("option", { value: "" }, say("events.all")),
  );
  const list = h("div", {});
  const exports = h("p", { class: "row" });
  const queryText = (): string =>
    new URLSearchParams({
      kind: kind.value,
      stage: stage.value,
      camera: camera.value,
      days: days.value,
    }).toString();
  const draw = ({ events }: Listed): void => {
    fill(list, h("p", { role: "status" }, say("events.count", { count: events.length })));
    if (events.length === 0) list.append(h("p", {}, say("events.empty")));
    else list.append(eventTable(events));
    fill(
      exports,
      h("span", { class: "quiet" }, say("events.export")),
      ...["csv", "geojson", "jsonl"].map((form) =>
        h("a", { href: `/api/export/${form}?${queryText()}`, download: "" }, form),
      ),
    );
  };
  const again = async (): Promise<void> => {
    draw(await ask<Listed>(`/api/events?${queryText()}`, { signal }));
  };
  const field = (key: WordKey, select: HTMLSelectElement) =>
    h("div", {}, h("label", { for: select.id }, say(key)), select);
  const form = h(
    "form",
    { class: "row", "aria-label": say("events.filter"), onchange: () => void again() },
    field("events.days", days),
    field("events.kind", kind),
    field("events.stage", stage),
    field("events.camera", camera),
  );
  draw(first);
  fill(host, form, list, exports);
}

function choice(id: string, label: WordKey, values: readonly string[]): HTMLSelectElement {
  return h(
    "select",
    { id, "aria-label": say(label) },
    h("option", { value: "" }, say("events.all")),
    values.map((value) => h("option", { value }, sayTerm(value))),
  );
}

function eventTable(events: readonly EventRow[]): HTMLElement {
  const heads: readonly WordKey[] = [
    "events.time",
    "events.kind",
    "events.stage",
    "events.severity",
    "events.place",
  ];
  return h(
    "div",
    { class: "scroll", tabindex: 0 },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", { scope: "col" }, say(head))),
        ),
      ),
      h("tbody", {}, events.map(eventLine)),
    ),
  );
}

function eventLine(event: EventRow): HTMLElement {
  return h(
    "tr",
    {},
    h("td", {}, h("a", { href: `#events/${event.violation}` }, dayClockText(event.at))),
    h("td", {}, `${say("events.suspected")} ${sayTerm(event.kind)}`),
    h("td", {}, sayTerm(event.stage)),
    h("td", {}, sayTerm(event.severity)),
    h("td", {}, `${event.camera} / ${event.zone} ${event.place}`.trim()),
  );
}

async function showOne(host: HTMLElement, violation: string, signal: AbortSignal): Promise<void> {
  const path = `/api/events/${encodeURIComponent(violation)}`;
  const told = await ask<Told>(`${path}?language=${language()}`, { signal });
  const files = told.revisions.flatMap(({ revision, stage, files: own }) =>
    own.map((file) => ({ ...file, stage, address: `${path}/${revision}/${file.name}` })),
  );
  const verdict = h("p", { role: "status" });
  const verify = h("button", { type: "button" }, say("events.verify"));
  verify.addEventListener("click", () => {
    verify.disabled = true;
    ask<Verified>(`${path}/verify`, { method: "POST" })
      .then((found) => showVerified(verdict, found))
      .catch((error: unknown) => fill(verdict, say("shell.failed", { why: String(error) })))
      .finally(() => {
        verify.disabled = false;
      });
  });
  fill(
    host,
    h("p", {}, h("a", { href: "#events" }, say("events.back"))),
    h("h2", {}, say("events.explanation")),
    h("pre", { lang: language() === "zh" ? "zh-CN" : "en" }, told.explanation.join("\n")),
    h("h2", {}, say("events.evidence")),
    files.length === 0 ? h("p", {}, say("events.noEvidence")) : null,
    h("div", { class: "cards" }, files.map(evidenceCard)),
    files.length === 0 ? null : h("p", {}, verify),
    verdict,
    h("h2", {}, say("events.hub")),
    h(
      "ul",
      {},
      told.revisions.map(({ at, stage, outbox, reason }) =>
        h(
          "li",
          {},
          `${dayClockText(at)} ${sayTerm(stage)}: ${reason[language()]} (${say(`events.${outbox}`)})`,
        ),
      ),
    ),
  );
}

interface Verified {
  readonly ok: boolean;
  readonly first: string | null;
  readonly manifests: number;
  readonly files: number;
}

function showVerified(host: HTMLElement, { ok, first, manifests, files }: Verified): void {
  host.className = ok ? "good" : "bad";
  fill(
    host,
    ok ? say("events.sound", { manifests, files }) : say("events.unsound", { first: first ?? "" }),
  );
}

function evidenceCard({
  name,
  mediaType,
  capturedAt,
  stage,
  address,
}: Told["revisions"][number]["files"][number] & {
  readonly stage: string;
  readonly address: string;
}): HTMLElement {
  const caption = `${sayTerm(stage)}, ${dayClockText(capturedAt)}, ${name}`;
  return h(
    "figure",
    { class: "card" },
    mediaType === "video/mp4"
      ? h("video", { src: address, controls: true, preload: "none", "aria-label": caption })
      : h("a", { href: address }, h("img", { src: address, alt: caption, loading: "lazy" })),
    h("figcaption", { class: "quiet" }, caption),
  );
}
