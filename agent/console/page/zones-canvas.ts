/**
 * Zones on the camera's picture: corners and edges that a finger, a mouse or the arrow keys move.
 *
 * Draws what it is given and tells what somebody does; it holds no zones of its own.
 */
import { svg } from "./h.ts";
import { say } from "./language/say.ts";
import {
  insertPoint,
  movePoint,
  movePolygon,
  type Point,
  removePoint,
  type Zone,
} from "./zones-draft.ts";

export type Mode = "edit" | "draw" | "split";

export interface CanvasView {
  readonly zones: readonly Zone[];
  readonly selected: string | undefined;
  readonly mode: Mode;
  /** Corners of a zone that is being drawn. */
  readonly drawn: readonly Point[];
  /** First corner of a split. */
  readonly splitFrom: number | undefined;
  /** Data of paths in thousandths of the picture. */
  readonly scale: Readonly<Record<string, string>> | undefined;
  readonly boxes: readonly { readonly sign: "+" | "-" | "~"; readonly box: Box }[];
}

export interface Box {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

export interface CanvasDoes {
  select(id: string): void;
  /** `running` names the drag that it is part of. */
  shape(id: string, polygon: readonly Point[], running?: string): void;
  point(at: Point): void;
  corner(id: string, index: number): void;
  close(): void;
  snap(at: Point, id: string): Point;
}

const size = 1_000;
const keySteps: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class ZonesCanvas {
  readonly element: SVGSVGElement;
  readonly #does: CanvasDoes;
  #view: CanvasView | undefined;
  #drags = 0;

  constructor(does: CanvasDoes) {
    this.#does = does;
    this.element = svg("svg", {
      viewBox: `0 0 ${size} ${size}`,
      preserveAspectRatio: "none",
      class: "zones",
      role: "group",
      "aria-label": say("zones.canvas"),
      onclick: (event) => this.#onClick(event as MouseEvent),
    });
  }

  draw(view: CanvasView): void {
    const focused = document.activeElement?.getAttribute("data-key");
    this.#view = view;
    const { scale, zones, selected, drawn, boxes } = view;
    const chosen = zones.find(({ id }) => id === selected);
    this.element.classList.toggle("drawing", view.mode === "draw");
    this.element.replaceChildren(
      ...(scale === undefined
        ? []
        : Object.entries(scale).map(([every, d]) => svg("path", { d, class: `scale m${every}` }))),
      ...zones.map((zone) => this.#shape(zone, zone.id === selected)),
      ...boxes.map(({ box, sign }) =>
        svg("rect", {
          class: `box ${sign === "+" ? "more" : sign === "-" ? "less" : "other"}`,
          x: box.xMin * size,
          y: box.yMin * size,
          width: (box.xMax - box.xMin) * size,
          height: (box.yMax - box.yMin) * size,
        }),
      ),
      ...(drawn.length === 0 ? [] : [svg("polyline", { points: pointsOf(drawn), class: "drawn" })]),
      ...drawn.map(([x, y]) =>
        svg("ellipse", { cx: x * size, cy: y * size, ...this.#radius(5), class: "dot" }),
      ),
      ...(chosen === undefined || view.mode === "draw" ? [] : this.#handles(chosen)),
    );
    if (focused !== null && focused !== undefined) {
      const again = this.element.querySelector<SVGElement>(`[data-key="${CSS.escape(focused)}"]`);
      again?.focus();
    }
  }

  #shape(zone: Zone, isSelected: boolean): SVGElement {
    const shape = svg("polygon", {
      points: pointsOf(zone.polygon),
      class: isSelected ? "zone chosen" : "zone",
      tabindex: 0,
      role: "button",
      "aria-pressed": String(isSelected),
      "aria-label": zone.id,
      "data-key": `zone-${zone.id}`,
      onkeydown: (event) => {
        const { key, shiftKey } = event as KeyboardEvent;
        if (key === "Enter" || key === " ") this.#does.select(zone.id);
        const step = keySteps[key];
        if (step !== undefined && isSelected) {
          const by = shiftKey ? 0.02 : 0.002;
          this.#does.shape(zone.id, movePolygon(zone.polygon, step[0] * by, step[1] * by));
        } else if (key !== "Enter" && key !== " ") return;
        event.preventDefault();
      },
    });
    shape.addEventListener("pointerdown", (event) => {
      if (this.#view?.mode !== "edit") return;
      this.#does.select(zone.id);
      const start = this.#at(event);
      this.#drag(event, (at, running) =>
        this.#does.shape(
          zone.id,
          movePolygon(zone.polygon, at[0] - start[0], at[1] - start[1]),
          running,
        ),
      );
    });
    return shape;
  }

  #handles({ id, polygon }: Zone): readonly SVGElement[] {
    const isEdit = this.#view?.mode === "edit";
    const edges = polygon.map((point, index) => {
      const next = polygon[(index + 1) % polygon.length] ?? point;
      const middle: Point = [(point[0] + next[0]) / 2, (point[1] + next[1]) / 2];
      const handle = svg("ellipse", {
        cx: middle[0] * size,
        cy: middle[1] * size,
        ...this.#radius(9),
        class: "edge",
      });
      handle.addEventListener("pointerdown", (event) => {
        this.#drag(event, (at, running) =>
          this.#does.shape(id, insertPoint(polygon, index, this.#does.snap(at, id)), running),
        );
      });
      return handle;
    });
    return [
      ...(isEdit ? edges : []),
      ...polygon.map((point, index) => this.#corner(id, polygon, point, index)),
    ];
  }

  #corner(id: string, polygon: readonly Point[], [x, y]: Point, index: number): SVGElement {
    const label = say("zones.corner", {
      number: index + 1,
      zone: id,
      x: x.toFixed(3),
      y: y.toFixed(3),
    });
    const handle = svg("ellipse", {
      cx: x * size,
      cy: y * size,
      ...this.#radius(12),
      class: this.#view?.splitFrom === index ? "corner first" : "corner",
      tabindex: 0,
      role: "button",
      "aria-label": label,
      "data-key": `corner-${index}`,
      onkeydown: (event) => this.#onCornerKey(event as KeyboardEvent, id, polygon, index),
    });
    handle.addEventListener("pointerdown", (event) => {
      if (this.#view?.mode === "split") {
        event.stopPropagation();
        this.#does.corner(id, index);
        return;
      }
      this.#drag(event, (at, running) =>
        this.#does.shape(id, movePoint(polygon, index, this.#does.snap(at, id)), running),
      );
    });
    handle.addEventListener("dblclick", () => this.#does.shape(id, removePoint(polygon, index)));
    return handle;
  }

  #onCornerKey(event: KeyboardEvent, id: string, polygon: readonly Point[], index: number): void {
    const at = polygon[index];
    const step = keySteps[event.key];
    if (at === undefined) return;
    if (step !== undefined) {
      const by = event.shiftKey ? 0.02 : 0.002;
      this.#does.shape(id, movePoint(polygon, index, [at[0] + step[0] * by, at[1] + step[1] * by]));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.#does.shape(id, removePoint(polygon, index));
    } else if (event.key === "Insert" || event.key === "+") {
      const next = polygon[(index + 1) % polygon.length] ?? at;
      this.#does.shape(
        id,
        insertPoint(polygon, index, [(at[0] + next[0]) / 2, (at[1] + next[1]) / 2]),
      );
    } else if ((event.key === "Enter" || event.key === " ") && this.#view?.mode === "split") {
      this.#does.corner(id, index);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #onClick(event: MouseEvent): void {
    if (this.#view?.mode !== "draw") return;
    const at = this.#at(event);
    const first = this.#view.drawn[0];
    const isClosing =
      first !== undefined &&
      this.#view.drawn.length >= 3 &&
      Math.hypot(first[0] - at[0], first[1] - at[1]) < 0.03;
    if (isClosing) this.#does.close();
    else this.#does.point(this.#does.snap(at, ""));
  }

  /** Until the pointer is let go; moves go to the drawing, which is made anew meanwhile. */
  #drag(event: PointerEvent, move: (at: Point, running: string) => void): void {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.#drags += 1;
    const running = `drag-${this.#drags}`;
    const over = new AbortController();
    const { signal } = over;
    const { pointerId } = event;
    const onMove = (moved: PointerEvent): void => {
      if (moved.pointerId === pointerId) move(this.#at(moved), running);
    };
    addEventListener("pointermove", onMove, { signal });
    addEventListener("pointerup", () => over.abort(), { signal });
    addEventListener("pointercancel", () => over.abort(), { signal });
  }

  #at(event: MouseEvent): Point {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  /** Round on the screen, whatever the picture's shape. */
  #radius(pixels: number): { readonly rx: number; readonly ry: number } {
    const { width, height } = this.element.getBoundingClientRect();
    return { rx: (pixels * size) / Math.max(1, width), ry: (pixels * size) / Math.max(1, height) };
  }
}

function pointsOf(points: readonly Point[]): string {
  return points.map(([x, y]) => `${x * size},${y * size}`).join(" ");
}
