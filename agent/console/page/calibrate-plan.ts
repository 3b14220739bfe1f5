/** The points from above, with the lines of a city's GeoJSON where somebody opened one. */
import { h, svg } from "./h.ts";
import { say } from "./language/say.ts";

type Place = readonly [longitude: number, latitude: number];
export interface PlanShape {
  readonly line: readonly Place[];
}

const shapesMax = 20_000;

/** Every line and ring of a GeoJSON; of anything else none. */
export function readShapes(text: string): readonly PlanShape[] {
  const shapes: PlanShape[] = [];
  const walk = (value: unknown): void => {
    if (!Array.isArray(value) || shapes.length >= shapesMax) return;
    const line = value.filter(isPlace);
    if (line.length > 1 && line.length === value.length) shapes.push({ line });
    else for (const part of value) walk(part);
  };
  const enter = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { features, geometry, geometries, coordinates } = value as Record<string, unknown>;
    if (Array.isArray(features)) features.forEach(enter);
    if (Array.isArray(geometries)) geometries.forEach(enter);
    enter(geometry);
    walk(coordinates);
  };
  try {
    enter(JSON.parse(text));
  } catch {
    return [];
  }
  return shapes;
}

function isPlace(value: unknown): value is Place {
  return Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number";
}

const size = 400;
const aroundMetres = 15;

export function drawPlan(
  places: readonly Place[],
  shapes: readonly PlanShape[],
): HTMLElement | null {
  const [first] = places;
  if (first === undefined) return null;
  const east = 111_320 * Math.cos((first[1] * Math.PI) / 180);
  const metres = (place: Place): Place => [
    (place[0] - first[0]) * east,
    (first[1] - place[1]) * 110_570,
  ];
  const points = places.map(metres);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const left = Math.min(...xs) - aroundMetres;
  const top = Math.min(...ys) - aroundMetres;
  const span = Math.max(Math.max(...xs) - left, Math.max(...ys) - top) + aroundMetres;
  const at = ([x, y]: Place): string =>
    `${(((x - left) / span) * size).toFixed(1)} ${(((y - top) / span) * size).toFixed(1)}`;
  const lines = shapes
    .map(({ line }) => `M${line.map((place) => at(metres(place))).join("L")}`)
    .join("");
  const step = size * (10 / span);
  return h(
    "figure",
    {},
    svg(
      "svg",
      {
        viewBox: `0 0 ${size} ${size}`,
        class: "plan",
        role: "img",
        "aria-label": say("calibrate.plan"),
      },
      svg("path", { d: lines, class: "city" }),
      points.map((point, index) => {
        const [cx, cy] = at(point).split(" ");
        return svg(
          "g",
          {},
          svg("circle", { cx, cy, r: 5, class: "pair" }),
          svg("text", { x: Number(cx) + 8, y: Number(cy) + 4 }, String(index + 1)),
        );
      }),
      svg("path", { d: `M10 ${size - 12}h${step}`, class: "bar" }),
      svg("text", { x: 14 + step, y: size - 8 }, "10 m"),
    ),
    h("figcaption", { class: "quiet" }, say("calibrate.plan")),
  );
}
