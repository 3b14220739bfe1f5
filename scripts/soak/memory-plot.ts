/**
 * Memory against time as one picture (PNG): of all processes together, of it what is their own with
 * the straight line through it, the decoder's apart, and grey where the broker was away.
 */
import sharp from "sharp";
import { scaleTop } from "../../agent/bench/cameras/cost-plot.ts";
import { pixelText, pixelTextWidth } from "../../agent/bench/pictures/pixel-font.ts";
import type { Memory } from "./holdings.ts";

export interface MemoryPoint extends Memory {
  readonly atMs: number;
}

export interface MemoryPlot {
  readonly title: string;
  readonly points: readonly MemoryPoint[];
  /** Of the straight line through what is their own, from here to the last point. */
  readonly settledMs: number;
  readonly megabytesPerHour: number;
  /** Where it is in the middle of its time. */
  readonly megabytesMean: number;
  readonly awaySpans: readonly { readonly fromMs: number; readonly untilMs: number }[];
}

const [width, height] = [1_120, 640];
const frame = { left: 90, top: 70, width: 800, height: 490 };
const ink = "#1f2933";
const grid = "#d9dee5";
/** Told apart also by those who see no red or green (Okabe and Ito). */
const colours = { all: "#0072b2", own: "#009e73", children: "#d55e00", line: "#1f2933" };

export async function drawMemory(plot: MemoryPlot): Promise<Uint8Array> {
  return await sharp(Buffer.from(memorySvg(plot)))
    .png()
    .toBuffer();
}

export function memorySvg(plot: MemoryPlot): string {
  const { points, settledMs, megabytesPerHour, megabytesMean } = plot;
  const last = points.at(-1);
  if (last === undefined) throw new RangeError("nothing to draw");
  const minutesMax = last.atMs / 60_000;
  const megabytesMax = scaleTop((Math.max(...points.map(({ allBytes }) => allBytes)) / 1e6) * 1.05);
  const x = (ms: number): number => tenth(frame.left + (ms / last.atMs) * frame.width);
  const y = (megabytes: number): number =>
    tenth(frame.top + (1 - megabytes / megabytesMax) * frame.height);
  const curve = (bytesOf: (point: MemoryPoint) => number, colour: string): string => {
    const corners = points.map((point) => `${x(point.atMs)} ${y(bytesOf(point) / 1e6)}`);
    return `<path stroke="${colour}" stroke-width="2" fill="none" d="M${corners.join("L")}"/>`;
  };
  const middleMs = (settledMs + last.atMs) / 2;
  const onLine = (ms: number): number =>
    y(megabytesMean + (megabytesPerHour * (ms - middleMs)) / 3_600_000);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(plot.title, frame.left, 16, 2.5),
    ...plot.awaySpans.map(({ fromMs, untilMs }) => {
      const wide = Math.max(1, x(Math.min(untilMs, last.atMs)) - x(fromMs));
      return `<rect x="${x(fromMs)}" y="${frame.top}" width="${tenth(wide)}" height="${frame.height}" fill="#eceff3"/>`;
    }),
    ...shares(minutesMax).map((minutes) => {
      const [at, mark] = [x(minutes * 60_000), String(tenth(minutes))];
      return `<path stroke="${grid}" d="M${at} ${y(0)}V${frame.top}"/>${text(mark, at - pixelTextWidth(mark, 2) / 2, y(0) + 12, 2)}`;
    }),
    ...shares(megabytesMax).map((megabytes) => {
      const [at, mark] = [y(megabytes), String(tenth(megabytes))];
      return `<path stroke="${grid}" d="M${frame.left} ${at}H${frame.left + frame.width}"/>${text(mark, frame.left - 10 - pixelTextWidth(mark, 2), at - 7, 2)}`;
    }),
    text("minutes", frame.left + frame.width - pixelTextWidth("minutes", 2), y(0) + 38, 2),
    text("mb", 10, frame.top - 30, 2),
    curve(({ childrenOwnBytes }) => childrenOwnBytes, colours.children),
    curve(({ ownBytes }) => ownBytes, colours.own),
    curve(({ allBytes }) => allBytes, colours.all),
    `<path stroke="${colours.line}" stroke-width="2.5" stroke-dasharray="9 5" d="M${x(settledMs)} ${onLine(settledMs)}L${x(last.atMs)} ${onLine(last.atMs)}"/>`,
    ...[
      ["together", colours.all],
      ["own", colours.own],
      ["decoder", colours.children],
      ["slope", colours.line],
      ["no broker", "#eceff3"],
    ].map(([name = "", colour = ink], index) => legend(name, colour, index)),
    "</svg>",
  ].join("\n");
}

function legend(name: string, colour: string, index: number): string {
  const left = frame.left + frame.width + 30;
  const top = frame.top + index * 36;
  return `<rect x="${left}" y="${top}" width="18" height="14" fill="${colour}"/>${text(name, left + 28, top, 2)}`;
}

function shares(top: number): readonly number[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => share * top);
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

function text(content: string, left: number, top: number, size: number): string {
  return pixelText({ text: content, x: left, y: top, size, colour: ink });
}
