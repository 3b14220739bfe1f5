/** A small plot of one value over a day: a line or bars, with its words beside it for who cannot see it. */
import { h, svg } from "./h.ts";
import { say } from "./language/say.ts";

const width = 320;
const height = 80;
/** Points further apart are two lines: nobody knows what was between them. */
const gapMsMax = 900_000;

interface PlotPoint {
  readonly atMs: number;
  readonly value: number;
}

export function plot({
  title,
  fromMs,
  toMs,
  points,
  isBars = false,
}: {
  readonly title: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: readonly PlotPoint[];
  readonly isBars?: boolean;
}): HTMLElement {
  const max = Math.max(0, ...points.map(({ value }) => value));
  const last = points.at(-1)?.value ?? 0;
  const x = (atMs: number) => (width * (atMs - fromMs)) / (toMs - fromMs);
  const y = (value: number) => height - 2 - (max === 0 ? 0 : ((height - 8) * value) / max);
  const text = say("health.plotText", { title, last: short(last), max: short(max) });
  const drawn = isBars
    ? points.map((point) => bar(x(point.atMs), y(point.value), width / 24))
    : [
        svg("path", {
          d: pathOf(points, x, y),
          fill: "none",
          stroke: "#0b5394",
          "stroke-width": 2,
          "stroke-linecap": "round",
        }),
      ];
  return h(
    "figure",
    { class: "card" },
    h("figcaption", {}, text),
    svg(
      "svg",
      { class: "plot", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": text },
      svg("line", { x1: 0, x2: width, y1: height - 1, y2: height - 1, stroke: "#6b7885" }),
      drawn,
    ),
  );
}

function bar(right: number, top: number, barWidth: number): SVGRectElement {
  return svg("rect", {
    x: right - barWidth + 1,
    y: top,
    width: barWidth - 2,
    height: Math.max(0, height - 2 - top),
    fill: "#0b5394",
  });
}

function pathOf(
  points: readonly PlotPoint[],
  x: (atMs: number) => number,
  y: (value: number) => number,
): string {
  return points
    .map(({ atMs, value }, index) => {
      const before = points[index - 1];
      const isNew = before === undefined || atMs - before.atMs > gapMsMax;
      // A point alone is a dot.
      return `${isNew ? "M" : "L"}${x(atMs).toFixed(1)} ${y(value).toFixed(1)}h0`;
    })
    .join("");
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
