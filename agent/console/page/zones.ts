/**
 * Zones: drawn on the camera's picture, rules as a form, what the last days would have been beside
 * it, the difference before it is saved.
 */
import { ask } from "./ask.ts";
import { CalmRedraw } from "./calm-redraw.ts";
import { fill, h } from "./h.ts";
import { say } from "./language/say.ts";
import type { Page, PageContext } from "./page.ts";
import { StreetPicture } from "./street-picture.ts";
import { type CanvasView, type Mode, ZonesCanvas } from "./zones-canvas.ts";
import {
  Draft,
  freeId,
  type Point,
  snapped,
  splitPolygon,
  type Zone,
  type Zones,
} from "./zones-draft.ts";
import { zoneFields } from "./zones-fields.ts";
import type { Schema } from "./zones-form.ts";
import { type Kept, SavePanel } from "./zones-save.ts";
import { type Shown, WhatIfPanel } from "./zones-what-if.ts";

interface Edit {
  readonly version: string;
  readonly cameras: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly zones: readonly Zone[];
    readonly isCalibrated: boolean;
  }[];
  readonly history: readonly Kept[];
}

export const page: Page = {
  title: "zones.title",
  role: "editor",
  show: async (host, context) => {
    const [edit, schema] = await Promise.all([
      ask<Edit>("/api/edit"),
      ask<Schema>("/api/edit/form"),
    ]);
    if (!context.signal.aborted) new ZonesPage(host, context, edit, schema).draw();
  },
};

class ZonesPage {
  readonly #host: HTMLElement;
  readonly #context: PageContext;
  readonly #schema: Schema;
  readonly #draft: Draft;
  readonly #canvas: ZonesCanvas;
  readonly #whatIf: WhatIfPanel;
  readonly #save: SavePanel;
  readonly #tools = h("div", { class: "row tools" });
  readonly #rules = h("section", { class: "rules" });
  readonly #past = h("div");
  readonly #picture: StreetPicture;
  readonly #calm: CalmRedraw;
  #edit: Edit;
  #camera: string;
  #selected: string | undefined;
  #mode: Mode = "edit";
  #drawn: readonly Point[] = [];
  #splitFrom: number | undefined;
  #isSnapping = true;
  #scale: CanvasView["scale"];
  #boxes: readonly Shown[] = [];

  constructor(host: HTMLElement, context: PageContext, edit: Edit, schema: Schema) {
    this.#host = host;
    this.#context = context;
    this.#schema = schema;
    this.#edit = edit;
    this.#draft = new Draft(zonesOf(edit));
    const [first] = edit.cameras;
    this.#camera = edit.cameras.find(({ id }) => id === context.rest[0])?.id ?? first?.id ?? "";
    this.#selected = this.#zones[0]?.id;
    this.#canvas = new ZonesCanvas({
      select: (id) => {
        if (id === this.#selected) return;
        this.#selected = id;
        this.#redraw();
      },
      shape: (id, polygon, running) => this.#change(id, (zone) => ({ ...zone, polygon }), running),
      point: (at) => {
        this.#drawn = [...this.#drawn, at];
        this.#redraw();
      },
      corner: (id, index) => this.#split(id, index),
      close: () => this.#finish(),
      snap: (at, id) => this.#snap(at, id),
    });
    this.#calm = new CalmRedraw(this.#rules, () => this.#drawRules(), context.signal);
    this.#picture = new StreetPicture(() => this.#drawCanvas(), context.signal);
    this.#whatIf = new WhatIfPanel({
      question: () => ({ camera: this.#camera, cameras: this.#draft.changes() }),
      show: (boxes) => {
        this.#boxes = boxes;
        this.#drawCanvas();
      },
      signal: context.signal,
    });
    this.#save = new SavePanel({
      version: () => this.#edit.version,
      changes: () => this.#draft.changes(),
      reread: async (isSaved) => {
        if (isSaved) this.#draft.keep();
        this.#edit = await ask<Edit>("/api/edit");
        this.#draft.rebase(zonesOf(this.#edit));
        this.#redraw();
      },
    });
  }

  get #zones(): readonly Zone[] {
    return this.#draft.zones(this.#camera);
  }

  draw(): void {
    const { signal } = this.#context;
    const cameras = h(
      "select",
      {
        id: "zones-camera",
        onchange: (event) => this.#show((event.target as HTMLSelectElement).value),
      },
      this.#edit.cameras.map(({ id, name }) =>
        h("option", { value: id, selected: id === this.#camera }, name ?? id),
      ),
    );
    fill(
      this.#host,
      h(
        "div",
        { class: "row" },
        h("div", {}, h("label", { for: "zones-camera" }, say("live.camera")), cameras),
      ),
      this.#tools,
      h(
        "div",
        { class: "split" },
        h(
          "div",
          {},
          h("div", { class: "picture" }, this.#picture.element, this.#canvas.element),
          h("p", { class: "quiet" }, say("zones.help")),
          this.#whatIf.element,
        ),
        h("div", {}, this.#rules, this.#save.element, this.#past),
      ),
    );
    addEventListener("resize", () => this.#drawCanvas(), { signal });
    addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.#show(this.#camera);
  }

  #show(camera: string): void {
    this.#camera = camera;
    this.#selected = this.#zones[0]?.id;
    this.#mode = "edit";
    this.#drawn = [];
    this.#boxes = [];
    this.#scale = undefined;
    this.#picture.show(camera);
    void this.#loadScale(camera);
    this.#redraw();
  }

  async #loadScale(camera: string): Promise<void> {
    const { scale } = await ask<{ scale: { paths: Record<string, string> } | null }>(
      `/api/edit/scale/${encodeURIComponent(camera)}`,
    );
    if (camera !== this.#camera || scale === null) return;
    this.#scale = scale.paths;
    this.#redraw();
  }

  #change(id: string, edit: (zone: Zone) => Zone, running?: string): void {
    this.#draft.change(this.#camera, id, edit, running);
    this.#redraw();
  }

  #rename(from: string, id: string): void {
    if (id === from || this.#zones.some((one) => one.id === id)) return;
    this.#draft.change(this.#camera, from, (one) => ({ ...one, id }));
    this.#selected = id;
    this.#redraw();
  }

  #set(zones: readonly Zone[], selected: string | undefined): void {
    this.#draft.set(this.#camera, zones);
    this.#selected = selected;
    this.#mode = "edit";
    this.#drawn = [];
    this.#splitFrom = undefined;
    this.#redraw();
  }

  #finish(): void {
    if (this.#drawn.length < 3) return;
    const id = freeId(this.#zones, "zone");
    const rules = [{ kind: "illegal-parking" }];
    this.#set([...this.#zones, { id, polygon: this.#drawn, rules }], id);
  }

  #split(id: string, index: number): void {
    const zone = this.#zones.find((one) => one.id === id);
    if (zone === undefined) return;
    const from = this.#splitFrom;
    const parts = from === undefined ? undefined : splitPolygon(zone.polygon, from, index);
    if (parts === undefined) {
      this.#splitFrom = index;
      this.#redraw();
      return;
    }
    const second: Zone = { ...zone, id: freeId(this.#zones, id), polygon: parts[1] };
    const zones = this.#zones.flatMap((one) =>
      one.id === id ? [{ ...one, polygon: parts[0] }, second] : [one],
    );
    this.#set(zones, id);
  }

  #snap(at: Point, id: string): Point {
    if (!this.#isSnapping) return at;
    return snapped(
      at,
      this.#zones.flatMap((zone) => (zone.id === id ? [] : zone.polygon)),
    );
  }

  #copyTo(camera: string): void {
    const zone = this.#zones.find(({ id }) => id === this.#selected);
    if (zone === undefined || camera === "") return;
    const there = this.#draft.zones(camera);
    const id = freeId(there, zone.id);
    this.#draft.set(camera, [...there, { ...zone, id }]);
    this.#show(camera);
    this.#selected = id;
    this.#redraw();
  }

  #onKey(event: KeyboardEvent): void {
    const isField = event.target instanceof HTMLInputElement;
    if (event.key === "Escape" && this.#mode !== "edit") {
      this.#mode = "edit";
      this.#drawn = [];
      this.#splitFrom = undefined;
      this.#redraw();
    } else if (event.key === "Enter" && this.#mode === "draw" && !isField) this.#finish();
    else if ((event.ctrlKey || event.metaKey) && event.key === "z" && !isField) {
      if (event.shiftKey) this.#draft.redo();
      else this.#draft.undo();
      this.#redraw();
    } else return;
    event.preventDefault();
  }

  #redraw(): void {
    this.#drawCanvas();
    this.#drawTools();
    this.#calm.soon();
    fill(this.#past, this.#save.history(this.#edit.history));
    this.#whatIf.ask();
  }

  #drawCanvas(): void {
    this.#canvas.draw({
      zones: this.#zones,
      selected: this.#selected,
      mode: this.#mode,
      drawn: this.#drawn,
      splitFrom: this.#splitFrom,
      scale: this.#scale,
      boxes: this.#boxes,
    });
  }

  #drawTools(): void {
    const tool = (
      text: string,
      onclick: () => void,
      { isOn = true, pressed = false } = {},
    ): HTMLElement =>
      h(
        "button",
        { type: "button", disabled: !isOn, "aria-pressed": pressed ? "true" : undefined, onclick },
        text,
      );
    const toMode = (mode: Mode) => () => {
      this.#mode = this.#mode === mode ? "edit" : mode;
      this.#drawn = [];
      this.#splitFrom = undefined;
      this.#redraw();
    };
    const others = this.#edit.cameras.filter(({ id }) => id !== this.#camera);
    const isChosen = this.#selected !== undefined;
    fill(
      this.#tools,
      tool(say("zones.draw"), toMode("draw"), { pressed: this.#mode === "draw" }),
      this.#mode === "draw"
        ? tool(say("zones.finish"), () => this.#finish(), { isOn: this.#drawn.length >= 3 })
        : null,
      tool(say("zones.split"), toMode("split"), {
        isOn: isChosen,
        pressed: this.#mode === "split",
      }),
      tool(
        say("zones.undo"),
        () => {
          this.#draft.undo();
          this.#redraw();
        },
        { isOn: this.#draft.canUndo },
      ),
      tool(
        say("zones.redo"),
        () => {
          this.#draft.redo();
          this.#redraw();
        },
        { isOn: this.#draft.canRedo },
      ),
      tool(
        say("zones.remove"),
        () =>
          this.#set(
            this.#zones.filter(({ id }) => id !== this.#selected),
            undefined,
          ),
        { isOn: isChosen },
      ),
      h(
        "label",
        { class: "tick" },
        h("input", {
          type: "checkbox",
          checked: this.#isSnapping,
          onchange: (event) => {
            this.#isSnapping = (event.target as HTMLInputElement).checked;
          },
        }),
        say("zones.snap"),
      ),
      others.length > 0 &&
        h(
          "select",
          {
            "aria-label": say("zones.copy"),
            disabled: !isChosen,
            onchange: (event) => this.#copyTo((event.target as HTMLSelectElement).value),
          },
          h("option", { value: "" }, say("zones.copy")),
          others.map(({ id, name }) => h("option", { value: id }, name ?? id)),
        ),
    );
  }

  #drawRules(): void {
    const zone = this.#zones.find(({ id }) => id === this.#selected);
    const list = h(
      "select",
      {
        id: "zones-zone",
        onchange: (event) => {
          this.#selected = (event.target as HTMLSelectElement).value;
          this.#redraw();
        },
      },
      this.#zones.map(({ id }) => h("option", { value: id, selected: id === this.#selected }, id)),
    );
    fill(
      this.#rules,
      h("label", { for: "zones-zone" }, say("zones.zone")),
      list,
      ...(zone === undefined
        ? [h("p", {}, say("zones.choose"))]
        : zoneFields(this.#schema, zone, {
            rename: (id) => this.#rename(zone.id, id),
            change: (edit) => this.#change(zone.id, edit),
          })),
    );
  }
}

function zonesOf({ cameras }: Edit): Zones {
  return Object.fromEntries(cameras.map(({ id, zones }) => [id, zones]));
}
