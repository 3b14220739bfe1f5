/**
 * Cost against cameras as one picture (PNG): what the agent takes, what the floor of its looks
 * takes, and the straight line on which the first point's cost a camera would go on.
 */
import sharp from "sharp";
import { pixelText, pixelTextWidth } from "../pictures/pixel-font.ts";

export interface CostPoint {
  readonly cameras: number;
  readonly cores: number;
  readonly floorCores: number;
}

const [width, height] = [1_120, 760];
const frame = { left: 90, top: 70, width: 760, height: 600 };
const ink = "#1f2933";
const grid = "#d9dee5";
/** Told apart also by those who see no red or green (Okabe and Ito). */
const agentColour = "#0072b2";
const floorColour = "#d55e00";
const lineColour = "#9aa5b1";

export async function drawCost(title: string, points: readonly CostPoint[]): Promise<Uint8Array> {
  return await sharp(Buffer.from(costSvg(title, points)))
    .png()
    .toBuffer();
}

export function costSvg(title: string, points: readonly CostPoint[]): string {
  const sorted = points.toSorted((a, b) => a.cameras - b.cameras);
  const first = sorted[0];
  if (first === undefined) throw new RangeError("nothing to draw");
  const camerasMax = scaleTop(Math.max(...sorted.map(({ cameras }) => cameras)));
  const coresMax = scaleTop(Math.max(...sorted.map(({ cores }) => cores)) * 1.05);
  const x = (cameras: number): number => tenth(frame.left + (cameras / camerasMax) * frame.width);
  const y = (cores: number): number => tenth(frame.top + (1 - cores / coresMax) * frame.height);
  const perCamera = first.cores / first.cameras;
  const lastCameras = Math.min(camerasMax, coresMax / perCamera);
  const straight = [
    { cameras: 0, cores: 0 },
    { cameras: lastCameras, cores: perCamera * lastCameras },
  ];
  const curve = (
    values: readonly { cameras: number; cores: number }[],
    colour: string,
    dash: string,
  ) =>
    `<path stroke="${colour}" stroke-width="2.5" fill="none"${dash} d="M${values
      .map(({ cameras, cores }) => `${x(cameras)} ${y(cores)}`)
      .join("L")}"/>`;
  const dots = (values: readonly { cameras: number; cores: number }[], colour: string): string =>
    values
      .map(
        ({ cameras, cores }) =>
          `<circle cx="${x(cameras)}" cy="${y(cores)}" r="6" fill="${colour}"/>`,
      )
      .join("");
  const floor = sorted.map(({ cameras, floorCores }) => ({ cameras, cores: floorCores }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(title, frame.left, 16, 2.5),
    ...axis(camerasMax).map((value) => {
      const at = x(value);
      const mark = String(value);
      return `<path stroke="${grid}" d="M${at} ${y(0)}V${frame.top}"/>${text(mark, at - pixelTextWidth(mark, 2) / 2, y(0) + 12, 2)}`;
    }),
    ...axis(coresMax).map((value) => {
      const at = y(value);
      const mark = String(value);
      return `<path stroke="${grid}" d="M${x(0)} ${at}H${x(camerasMax)}"/>${text(mark, frame.left - 10 - pixelTextWidth(mark, 2), at - 7, 2)}`;
    }),
    `<path stroke="${ink}" fill="none" d="M${x(0)} ${frame.top}V${y(0)}H${x(camerasMax)}"/>`,
    text("cameras", x(camerasMax) - pixelTextWidth("cameras", 2), y(0) + 38, 2),
    text("cores", 10, frame.top - 34, 2),
    curve(straight, lineColour, ' stroke-dasharray="8 5"'),
    curve(floor, floorColour, ""),
    curve(sorted, agentColour, ""),
    dots(floor, floorColour),
    dots(sorted, agentColour),
    ...[
      ["agent", agentColour],
      ["floor", floorColour],
      ["as at first", lineColour],
    ].map(([name = "", colour = ink], index) => legend(name, colour, index)),
    "</svg>",
  ].join("\n");
}

function legend(name: string, colour: string, index: number): string {
  const left = frame.left + frame.width + 30;
  const top = frame.top + index * 36;
  return `<rect x="${left}" y="${top}" width="18" height="14" fill="${colour}"/>${text(name, left + 28, top, 2)}`;
}

/** The next round number: 1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6.4 or 8 times a power of ten. */
export function scaleTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6.4, 8, 10];
  const step = steps.find((each) => each * power >= value - 1e-9) ?? 10;
  return Number((step * power).toPrecision(6));
}

function axis(top: number): readonly number[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => Number((share * top).toPrecision(6)));
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

function text(content: string, left: number, top: number, size: number): string {
  return pixelText({ text: content, x: left, y: top, size, colour: ink });
}
