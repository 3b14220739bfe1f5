/**
 * Calibration: points clicked on the picture, their places typed or pasted, residuals and the ground
 * grid at once. No map is fetched from anywhere; a GeoJSON that somebody opens is drawn and stays in
 * the browser.
 */
import { ask } from "./ask.ts";
import { drawPlan, type PlanShape, readShapes } from "./calibrate-plan.ts";
import { type Pair, type PairFit, pairTable } from "./calibrate-table.ts";
import { CalmRedraw } from "./calm-redraw.ts";
import { fill, h, svg } from "./h.ts";
import { say } from "./language/say.ts";
import type { Page, PageContext } from "./page.ts";
import { StreetPicture } from "./street-picture.ts";

interface CameraName {
  readonly id: string;
  readonly name: string | null;
}

interface Result {
  readonly hash: string;
  readonly warnings: readonly string[];
  readonly scale: { readonly paths: Readonly<Record<string, string>> };
  readonly points: readonly PairFit[];
}

type Answer =
  | ({ readonly ok: true } & Result)
  | { readonly ok: false; readonly reason: string; readonly advice: string };
interface Known {
  readonly version: string;
  readonly current: Result | null;
}

const pointsMin = 4;
const waitMs = 200;

export const page: Page = {
  title: "calibrate.title",
  role: "editor",
  show: async (host, context) => {
    const { cameras } = await ask<{ cameras: readonly { id: string; name: string | null }[] }>(
      "/api/edit",
    );
    if (!context.signal.aborted) new CalibratePage(host, context, cameras).draw();
  },
};

class CalibratePage {
  readonly #host: HTMLElement;
  readonly #context: PageContext;
  readonly #cameras: readonly CameraName[];
  readonly #picture: StreetPicture;
  readonly #drawing = svg("svg", {
    viewBox: "0 0 1000 1000",
    preserveAspectRatio: "none",
    class: "zones drawing",
  });
  readonly #table = h("div", { class: "scroll" });
  readonly #said = h("div", { "aria-live": "polite" });
  readonly #plan = h("div");
  readonly #datum = choice("calibrate-datum", [
    ["wgs84", "WGS 84"],
    ["cgcs2000", "CGCS2000"],
    ["gcj02", "GCJ-02"],
  ]);
  readonly #lens = choice("calibrate-lens", [
    ["none", say("calibrate.lens-none")],
    ["estimate", say("calibrate.lens-estimate")],
    ["estimate-two", say("calibrate.lens-estimate-two")],
  ]);
  readonly #groundError = h("input", { id: "calibrate-error", value: "0.3", inputmode: "decimal" });
  readonly #robust = h("input", { type: "checkbox" });
  readonly #calm: CalmRedraw;
  #camera = "";
  #version = "";
  #pairs: readonly Pair[] = [];
  #result: Result | undefined;
  #shapes: readonly PlanShape[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = new AbortController();

  constructor(host: HTMLElement, context: PageContext, cameras: readonly CameraName[]) {
    this.#host = host;
    this.#context = context;
    this.#cameras = cameras;
    this.#picture = new StreetPicture(() => this.#redraw(), context.signal);
    this.#calm = new CalmRedraw(this.#table, () => this.#drawTable(), context.signal);
    context.signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      this.#asked.abort();
    });
  }

  draw(): void {
    const wanted = this.#context.rest[0];
    const first = this.#cameras.find(({ id }) => id === wanted) ?? this.#cameras[0];
    const cameras = h(
      "select",
      {
        id: "calibrate-camera",
        onchange: (event) => void this.#show((event.target as HTMLSelectElement).value),
      },
      this.#cameras.map(({ id, name }) =>
        h("option", { value: id, selected: id === first?.id }, name ?? id),
      ),
    );
    const pasted = h("textarea", { id: "calibrate-paste", rows: 4 });
    const city = h("input", {
      id: "calibrate-city",
      type: "file",
      accept: ".geojson,.json,application/geo+json",
      onchange: (event) => void this.#open(event.target as HTMLInputElement),
    });
    for (const field of [this.#datum, this.#lens, this.#groundError, this.#robust]) {
      field.addEventListener("change", () => this.#ask());
    }
    this.#drawing.addEventListener("click", (event) => this.#add(event));
    fill(
      this.#host,
      h(
        "div",
        { class: "row" },
        labelled(say("live.camera"), cameras),
        labelled(say("calibrate.datum"), this.#datum),
        labelled(say("calibrate.lens"), this.#lens),
        labelled(say("calibrate.groundError"), this.#groundError),
        h("label", { class: "tick" }, this.#robust, say("calibrate.robust")),
      ),
      h(
        "div",
        { class: "split" },
        h(
          "div",
          {},
          h("div", { class: "picture" }, this.#picture.element, this.#drawing),
          h("p", { class: "quiet" }, say("calibrate.help")),
          h("p", { class: "quiet" }, say("calibrate.grid")),
          this.#plan,
        ),
        h(
          "div",
          {},
          this.#table,
          this.#said,
          labelled(say("calibrate.paste"), pasted),
          h(
            "button",
            { type: "button", onclick: () => this.#paste(pasted.value) },
            say("calibrate.takePasted"),
          ),
          labelled(say("calibrate.city"), city),
        ),
      ),
    );
    if (first !== undefined) void this.#show(first.id);
  }

  async #show(camera: string): Promise<void> {
    this.#camera = camera;
    this.#pairs = [];
    this.#result = undefined;
    this.#picture.show(camera);
    const { version, current } = await ask<Known>(`/api/calibrate/${encodeURIComponent(camera)}`);
    if (camera !== this.#camera) return;
    this.#version = version;
    const text =
      current === null
        ? say("calibrate.none")
        : say("calibrate.current", { hash: current.hash.slice(0, 12) });
    fill(this.#said, h("p", { class: "quiet" }, text));
    this.#redraw();
  }

  #add(event: MouseEvent): void {
    const { left, top, width, height } = this.#drawing.getBoundingClientRect();
    const { width: naturalWidth, height: naturalHeight } = this.#picture;
    if (naturalWidth === 0) return;
    const at = [
      Math.round(((event.clientX - left) / width) * naturalWidth * 10) / 10,
      Math.round(((event.clientY - top) / height) * naturalHeight * 10) / 10,
    ] as const;
    // A place that was pasted before its point was clicked waits for it.
    const waiting = this.#pairs.findIndex(({ at: [x] }) => x < 0);
    this.#set(
      waiting < 0
        ? [...this.#pairs, { at, written: "" }]
        : this.#pairs.map((pair, index) => (index === waiting ? { ...pair, at } : pair)),
    );
  }

  #paste(text: string): void {
    const places = text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => placeOf(line) !== undefined);
    const free = this.#pairs.filter(({ written }) => placeOf(written) === undefined).length;
    const rest = [...places];
    const filled = this.#pairs.map((pair) =>
      placeOf(pair.written) === undefined ? { ...pair, written: rest.shift() ?? "" } : pair,
    );
    const more = places.slice(free).map((written): Pair => ({ at: [-1, -1], written }));
    this.#set([...filled, ...more]);
  }

  async #open({ files }: HTMLInputElement): Promise<void> {
    const text = (await files?.[0]?.text()) ?? "";
    this.#shapes = readShapes(text);
    this.#redraw();
  }

  #set(pairs: readonly Pair[]): void {
    this.#pairs = pairs;
    this.#redraw();
    this.#ask();
  }

  #whole(): readonly {
    readonly at: readonly [number, number];
    readonly location: readonly [number, number];
  }[] {
    return this.#pairs.flatMap(({ at, written }) => {
      const location = placeOf(written);
      return location === undefined || at[0] < 0 ? [] : [{ at, location }];
    });
  }

  #body() {
    const { width: naturalWidth, height: naturalHeight } = this.#picture;
    return {
      camera: this.#camera,
      picture: [naturalWidth, naturalHeight],
      datum: this.#datum.value,
      lens: this.#lens.value,
      isRobust: this.#robust.checked,
      groundErrorMetres: Number(this.#groundError.value),
      points: this.#whole(),
    };
  }

  #ask(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#answer(), waitMs);
  }

  async #answer(): Promise<void> {
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    const missing = pointsMin - this.#whole().length;
    if (missing > 0) {
      this.#result = undefined;
      fill(this.#said, h("p", {}, say("calibrate.few", { count: missing })));
      this.#redraw();
      return;
    }
    try {
      const answer = await ask<Answer>("/api/calibrate", {
        method: "POST",
        body: this.#body(),
        signal,
      });
      if (signal.aborted) return;
      this.#result = answer.ok ? answer : undefined;
      this.#redraw();
      if (answer.ok) this.#tell(answer);
      else
        fill(
          this.#said,
          h("p", { role: "alert", class: "bad" }, answer.reason),
          h("p", {}, answer.advice),
        );
    } catch (error) {
      if (!signal.aborted) fill(this.#said, failed(error));
    }
  }

  #tell({ warnings }: Result): void {
    const save = h(
      "button",
      { type: "button", class: "main", onclick: () => void this.#save() },
      say("calibrate.save"),
    );
    fill(this.#said, ...warnings.map((text) => h("p", { class: "warn" }, text)), save);
  }

  async #save(): Promise<void> {
    try {
      const body = { ...this.#body(), version: this.#version };
      const saved = await ask<{ outcome: string; errors?: readonly { message: string }[] }>(
        "/api/calibrate/save",
        { method: "POST", body },
      );
      const { version } = await ask<Known>(`/api/calibrate/${encodeURIComponent(this.#camera)}`);
      this.#version = version;
      const text =
        saved.outcome === "saved"
          ? say("zones.saved")
          : saved.outcome === "conflict"
            ? say("zones.conflict")
            : (saved.errors?.[0]?.message ?? "");
      fill(
        this.#said,
        h("p", { role: "status", class: saved.outcome === "saved" ? "good" : "warn" }, text),
      );
    } catch (error) {
      fill(this.#said, failed(error));
    }
  }

  #redraw(): void {
    const { width: wide, height: high } = this.#picture;
    const paths = Object.entries(this.#result?.scale.paths ?? {});
    const { width, height } = this.#drawing.getBoundingClientRect();
    const marks = this.#pairs.flatMap(({ at: [x, y] }, index) => {
      if (x < 0 || wide === 0) return [];
      const [cx, cy] = [(x / wide) * 1_000, (y / high) * 1_000];
      const radius = { rx: 8_000 / Math.max(1, width), ry: 8_000 / Math.max(1, height) };
      return [
        svg("ellipse", { cx, cy, ...radius, class: "pair" }),
        svg("title", {}, String(index + 1)),
      ];
    });
    this.#drawing.replaceChildren(
      ...paths.map(([every, d]) => svg("path", { d, class: `scale m${every}` })),
      ...marks,
    );
    this.#calm.soon();
    const places = this.#whole().map(({ location }) => location);
    fill(this.#plan, drawPlan(places, this.#shapes));
  }

  #drawTable(): void {
    const whole = this.#whole();
    const rows = this.#pairs.map((pair) => ({
      pair,
      known: this.#result?.points[whole.findIndex(({ at }) => at === pair.at)],
    }));
    const table = pairTable(rows, {
      write: (index, written) =>
        this.#set(this.#pairs.map((one, at) => (at === index ? { ...one, written } : one))),
      remove: (index) => this.#set(this.#pairs.filter((_, at) => at !== index)),
    });
    fill(this.#table, table);
  }
}

function placeOf(written: string): readonly [number, number] | undefined {
  const [longitude, latitude, ...more] = written
    .trim()
    .split(/[\s,;，]+/)
    .map(Number);
  if (longitude === undefined || latitude === undefined || more.length > 0) return undefined;
  return Number.isFinite(longitude) && Number.isFinite(latitude)
    ? [longitude, latitude]
    : undefined;
}

function choice(id: string, options: readonly (readonly [string, string])[]): HTMLSelectElement {
  return h(
    "select",
    { id },
    options.map(([value, text]) => h("option", { value }, text)),
  );
}

function labelled(text: string, field: HTMLElement): HTMLElement {
  return h("div", {}, h("label", { for: field.id }, text), field);
}

function failed(error: unknown): HTMLElement {
  const why = error instanceof Error ? error.message : String(error);
  return h("p", { role: "alert", class: "bad" }, say("shell.failed", { why }));
}
