/**
 * The live page: a camera's picture as it comes, what stays in it with its clock, zones with their
 * windows. The picture is opened by a button, because each opening is logged.
 */

import type { Scene } from "../live/scene.ts";
import { ask } from "./ask.ts";
import { fill, h, svg } from "./h.ts";
import { language, say, sayTerm, type WordKey } from "./language/say.ts";
import type { Page } from "./page.ts";
import { type Film, Player } from "./player.ts";
import { clockText, spanText } from "./times.ts";

interface Cameras {
  readonly cameras: readonly { readonly id: string; readonly name: string }[];
}

export const page: Page = {
  title: "live.title",
  role: "live",
  async show(host, { signal, rest }) {
    const { cameras } = await ask<Cameras>("/api/live", { signal });
    const choice = h(
      "select",
      { id: "camera" },
      cameras.map(({ id, name }) => h("option", { value: id, selected: id === rest[0] }, name)),
    );
    const button = h("button", { type: "button", class: "main" }, say("live.start"));
    const told = h("p", { role: "status", class: "quiet", id: "live-state" }, say("live.unmasked"));
    const video = h("video", { muted: true, playsinline: true, "aria-label": say("live.title") });
    video.muted = true;
    const drawing = svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none" });
    const picture = h("div", { class: "picture", hidden: true }, video);
    picture.append(drawing);
    const facts = h("div", {});
    let watching: Watching | undefined;
    const stop = (): void => {
      watching?.stop();
      watching = undefined;
      picture.hidden = true;
      button.textContent = say("live.start");
    };
    const start = (): void => {
      stop();
      picture.hidden = false;
      button.textContent = say("live.stop");
      watching = new Watching(choice.value, video, {
        onScene: (scene) => {
          drawScene(drawing, scene);
          fill(facts, zoneTable(scene), thingTable(scene));
        },
        onDelay: (ms) => fill(told, say("live.delay", { ms: Math.round(ms) })),
        onEnd: (why) => {
          stop();
          fill(told, say("live.ended", { why }));
        },
      });
    };
    button.addEventListener("click", () => (watching === undefined ? start() : stop()));
    choice.addEventListener("change", () => watching !== undefined && start());
    signal.addEventListener("abort", stop);
    fill(
      host,
      h(
        "div",
        { class: "row" },
        h("div", {}, h("label", { for: "camera" }, say("live.camera")), choice),
        button,
      ),
      told,
      picture,
      facts,
    );
  },
};

/** One connection: what comes over it, to whom it goes. */
class Watching {
  readonly #socket: WebSocket;
  readonly #player: Player;
  #isOver = false;

  constructor(
    camera: string,
    video: HTMLVideoElement,
    sink: {
      onScene(scene: Scene): void;
      onDelay(ms: number): void;
      onEnd(why: string): void;
    },
  ) {
    const end = (why: string): void => {
      if (this.#isOver) return;
      this.stop();
      sink.onEnd(why);
    };
    this.#player = new Player(video, end);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.#socket = new WebSocket(`${scheme}://${location.host}/live/${camera}`);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data !== "string") return this.#player.add(data);
      const message = JSON.parse(data) as Film | ({ kind: "scene" } & Scene); // The box's own words.
      if (message.kind === "film") return this.#player.begin(message);
      sink.onScene(message);
      const delay = this.#player.delayMs(message.nowMs);
      if (delay !== undefined) sink.onDelay(delay);
    });
    this.#socket.addEventListener("close", ({ code, reason }) => end(closeText(code, reason)));
  }

  stop(): void {
    this.#isOver = true;
    this.#socket.close();
    this.#player.stop();
  }
}

function closeText(code: number, reason: string): string {
  if (code === 4401) return say("live.no-session");
  if (code === 4404) return say("live.noPicture");
  return reason === "" ? String(code) : reason;
}

const stageColours: Readonly<Record<string, string>> = {
  clue: "#ffd400",
  warned: "#ff9d00",
  reported: "#ff5a4d",
};

function drawScene(drawing: SVGSVGElement, { zones, things }: Scene): void {
  const line = { fill: "none", "stroke-width": 2, "vector-effect": "non-scaling-stroke" };
  fill(
    drawing,
    ...zones.map(({ polygon, rules }) =>
      svg("polygon", {
        ...line,
        points: polygon.map((point) => point.join(",")).join(" "),
        stroke: rules.every(({ isAllowed }) => isAllowed) ? "#7fe08f" : "#8fc7ff",
        "stroke-dasharray": "6 4",
      }),
    ),
    ...things.map(({ box, cases, isStill }) =>
      svg("rect", {
        ...line,
        x: box.xMin,
        y: box.yMin,
        width: box.xMax - box.xMin,
        height: box.yMax - box.yMin,
        stroke: stageColours[cases[0]?.stage ?? ""] ?? (isStill ? "#ffffff" : "#b9c4cf"),
      }),
    ),
  );
}

function zoneTable({ zones }: Scene): HTMLElement {
  const rows = zones.flatMap(({ id, rules }) =>
    rules.map(({ kind, isAllowed, until }) =>
      h(
        "tr",
        {},
        h("td", {}, id),
        h("td", {}, sayTerm(kind)),
        h("td", { class: isAllowed ? "good" : "" }, stateText(isAllowed, until)),
      ),
    ),
  );
  return h(
    "section",
    {},
    h("h2", {}, say("live.zones")),
    table(["live.zone", "events.kind", "live.state"], rows),
  );
}

function stateText(isAllowed: boolean, until: string | null): string {
  if (until === null) return say(isAllowed ? "live.allowed" : "live.forbidden");
  return say(isAllowed ? "live.allowedUntil" : "live.forbiddenUntil", { until: clockText(until) });
}

function thingTable({ things }: Scene): HTMLElement {
  const staying = things
    .filter(({ isStill, cases }) => isStill || cases.some(({ forbiddenMs }) => forbiddenMs > 0))
    .toSorted((a, b) => b.dwellMs - a.dwellMs);
  const rows = staying.map((thing) =>
    h(
      "tr",
      {},
      h("td", {}, sayTerm(thing.what)),
      h("td", { class: "number" }, spanText(thing.dwellMs)),
      h("td", {}, thing.cases.map(caseText).join("; ")),
    ),
  );
  return h(
    "section",
    {},
    h("h2", {}, say("live.things")),
    table(["live.thing", "live.dwell", "live.why"], rows),
  );
}

function caseText(one: Scene["things"][number]["cases"][number]): string {
  const next = one.stage === "clue" ? one.warnAfterMs : one.reportAfterMs;
  const time = `${spanText(one.forbiddenMs)}${next === null ? "" : ` / ${spanText(next)}`}`;
  const why = one.why === null ? "" : ` (${one.why[language()]})`;
  return `${one.zone}: ${sayTerm(one.kind)}, ${sayTerm(one.stage)}, ${time}${why}`;
}

function table(heads: readonly WordKey[], rows: readonly HTMLElement[]): HTMLElement {
  if (rows.length === 0) return h("p", { class: "quiet" }, say("shell.none"));
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
      h("tbody", {}, rows),
    ),
  );
}
