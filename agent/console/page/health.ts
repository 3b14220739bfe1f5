/** Health: what is wrong, cameras, queue, disk, clock, cost; the last day in small plots. */
import type { DayPoint } from "../day-history.ts";
import { ask } from "./ask.ts";
import { fill, h } from "./h.ts";
import { say, sayTerm, type WordKey } from "./language/say.ts";
import type { Page } from "./page.ts";
import { plot } from "./plot.ts";
import { bytesText, spanText } from "./times.ts";

/** What this page reads of the health message; the box sends all of it. */
interface Health {
  readonly status: "ok" | "degraded" | "failing";
  readonly problems: readonly { readonly severity: string; readonly detail: string }[];
  readonly uptimeMs: number;
  readonly memoryBytes: number;
  readonly versions: { readonly agent: string };
  readonly cameras: readonly {
    readonly camera: string;
    readonly stream: string;
    readonly state: string;
    readonly detail: string;
    readonly since: string;
    readonly lastPictureAgeMs: number | null;
    readonly looksMet: number;
    readonly looksMissed: number;
  }[];
  readonly inference: {
    readonly looksPerSecond: number;
    readonly latencyMsP95: number | null;
  };
  readonly outbox: { readonly waitingCount: number; readonly oldestAgeMs: number | null };
  readonly uplink: { readonly state: string; readonly detail: string };
  readonly clock: { readonly isSynced: boolean | null };
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | null;
}

interface Answer {
  readonly health: Health | null;
  readonly device: { readonly id: string; readonly place: string };
  readonly refused: string | null;
  readonly day: readonly DayPoint[];
  readonly eventsByHour: readonly number[];
  readonly nowMs: number;
}

const againMs = 10_000;

export const page: Page = {
  title: "health.title",
  role: "viewer",
  async show(host, { signal }) {
    const draw = async (): Promise<void> => {
      const answer = await ask<Answer>("/api/health", { signal });
      if (!signal.aborted) drawAll(host, answer);
    };
    await draw();
    const timer = setInterval(() => void draw().catch(() => undefined), againMs);
    signal.addEventListener("abort", () => clearInterval(timer));
  },
};

function drawAll(host: HTMLElement, answer: Answer): void {
  const { health, device, refused } = answer;
  if (health === null) {
    fill(host, h("p", {}, say("health.starting")));
    return;
  }
  const tone = { ok: "good", degraded: "warn", failing: "bad" }[health.status];
  fill(
    host,
    h("p", { class: tone, role: "status" }, h("strong", {}, say(`health.${health.status}`))),
    h("p", { class: "quiet" }, `${device.id} ${device.place}`.trim()),
    health.problems.length === 0 ? null : problemList(health),
    refused === null ? null : h("p", { class: "bad" }, refused),
    h("h2", {}, say("health.cameras")),
    cameraTable(health),
    h("h2", {}, say("health.box")),
    boxFacts(health, answer.day.at(-1)),
    h("h2", {}, say("health.day")),
    plots(answer),
  );
}

function problemList({ problems }: Health): HTMLElement {
  return h(
    "ul",
    { "aria-label": say("health.problems") },
    problems.map(({ severity, detail }) =>
      h("li", { class: severity === "failing" ? "bad" : "warn" }, detail),
    ),
  );
}

function cameraTable({ cameras }: Health): HTMLElement {
  const heads: readonly WordKey[] = [
    "events.camera",
    "health.stream",
    "live.state",
    "health.picture",
    "health.looks",
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
      h(
        "tbody",
        {},
        cameras.map((camera) =>
          h(
            "tr",
            {},
            h("td", {}, camera.camera),
            h("td", {}, sayTerm(camera.stream)),
            h(
              "td",
              { class: camera.state === "live" ? "good" : "bad" },
              `${sayTerm(camera.state)} ${camera.state === "live" ? "" : camera.detail}`.trim(),
            ),
            h("td", {}, camera.lastPictureAgeMs === null ? "–" : spanText(camera.lastPictureAgeMs)),
            h("td", { class: "number" }, `${camera.looksMet} / ${camera.looksMissed}`),
          ),
        ),
      ),
    ),
  );
}

function boxFacts(health: Health, last: DayPoint | undefined): HTMLElement {
  const { inference, outbox, uplink, clock, disk } = health;
  const oldest =
    outbox.oldestAgeMs === null ? "" : ` (${say("health.oldest")} ${spanText(outbox.oldestAgeMs)})`;
  const synced = clock.isSynced === null ? "unknown" : clock.isSynced ? "synced" : "unsynced";
  const facts: readonly (readonly [WordKey, string])[] = [
    ["health.hub", `${sayTerm(uplink.state)} ${uplink.detail}`.trim()],
    ["health.queue", `${outbox.waitingCount}${oldest}`],
    ["health.rate", inference.looksPerSecond.toFixed(1)],
    [
      "health.latency",
      inference.latencyMsP95 === null ? "–" : `${Math.round(inference.latencyMsP95)} ms`,
    ],
    ["health.cost", say("health.cores", { cores: last?.cores.toFixed(2) ?? "–" })],
    ["health.memory", bytesText(health.memoryBytes)],
    [
      "health.disk",
      disk === null ? "–" : `${bytesText(disk.freeBytes)} / ${bytesText(disk.totalBytes)}`,
    ],
    ["health.clock", say(`health.${synced}`)],
    ["health.uptime", spanText(health.uptimeMs)],
    ["health.version", health.versions.agent],
  ];
  return h(
    "dl",
    {},
    facts.flatMap(([key, text]) => [h("dt", {}, say(key)), h("dd", {}, text)]),
  );
}

const dayMs = 86_400_000;

function plots({ day, eventsByHour, nowMs }: Answer): HTMLElement {
  const line = (key: WordKey, value: (point: DayPoint) => number) =>
    plot({
      title: say(key),
      fromMs: nowMs - dayMs,
      toMs: nowMs,
      points: day.map((point) => ({ atMs: point.atMs, value: value(point) })),
    });
  const hourly = eventsByHour.map((value, hour) => ({
    atMs: nowMs - dayMs + (hour + 1) * 3_600_000,
    value,
  }));
  return h(
    "div",
    { class: "cards" },
    plot({
      title: say("health.eventsHourly"),
      fromMs: nowMs - dayMs,
      toMs: nowMs,
      points: hourly,
      isBars: true,
    }),
    line("health.looksPlot", ({ looksPerSecond }) => looksPerSecond),
    line("health.coresPlot", ({ cores }) => cores),
    line("health.queuePlot", ({ waitingCount }) => waitingCount),
  );
}
