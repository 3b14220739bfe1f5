/**
 * The precision and recall of each label as one picture (PNG): recall to the right, precision up.
 *
 * A dot is the point that the figures name: the most that is found at a precision of 0.9.
 */
import sharp from "sharp";
import type { LabelEvaluation } from "../../../models/evaluation/evaluate.ts";
import { pixelText, pixelTextWidth } from "./pixel-font.ts";

const [width, height] = [1120, 760];
const frame = { left: 80, top: 70, width: 620, height: 620 };
const ink = "#1f2933";
const grid = "#d9dee5";
/** Told apart also by those who see no red or green (Okabe and Ito). */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5c00", ink];

export async function drawPrecisionRecall(
  title: string,
  evaluations: readonly LabelEvaluation[],
): Promise<Uint8Array> {
  return await sharp(Buffer.from(precisionRecallSvg(title, evaluations)))
    .png()
    .toBuffer();
}

function precisionRecallSvg(title: string, evaluations: readonly LabelEvaluation[]): string {
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(title, frame.left, 12, 3),
    ...axes(),
    ...evaluations.flatMap((evaluation, index) => {
      const colour = colours[index % colours.length] ?? ink;
      // More labels than colours: the second time round the lines are dashed.
      return [line(evaluation, colour, index >= colours.length), legend(evaluation, colour, index)];
    }),
    "</svg>",
  ];
  return parts.join("\n");
}

function axes(): string[] {
  const marks = [0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((value) => {
    const number = value.toFixed(1);
    return [
      `<path stroke="${grid}" d="M${x(value)} ${y(0)}V${y(1)}M${x(0)} ${y(value)}H${x(1)}"/>`,
      text(number, x(value) - pixelTextWidth(number, 2) / 2, y(0) + 10, 2),
      text(number, frame.left - 8 - pixelTextWidth(number, 2), y(value) - 7, 2),
    ];
  });
  return [
    ...marks,
    `<path stroke="#9aa5b1" stroke-dasharray="6 4" d="M${x(0)} ${y(0.9)}H${x(1)}"/>`,
    `<path stroke="${ink}" fill="none" d="M${x(0)} ${y(1)}V${y(0)}H${x(1)}"/>`,
    text("recall", x(1) - pixelTextWidth("recall", 2), y(0) + 34, 2),
    text("precision", 8, frame.top - 24, 2),
  ];
}

function line({ curve, figures }: LabelEvaluation, colour: string, isDashed: boolean): string {
  const points = curve.map(({ recall, precision }) => `${x(recall)} ${y(precision)}`);
  const dash = isDashed ? ' stroke-dasharray="8 5"' : "";
  const style = `stroke="${colour}" stroke-width="2.5" fill="none" stroke-linejoin="round"${dash}`;
  const chosen = curve.find(({ score }) => score === figures.threshold);
  const dot =
    chosen === undefined
      ? ""
      : `<circle cx="${x(chosen.recall)}" cy="${y(chosen.precision)}" r="6" fill="${colour}"/>`;
  return points.length === 0 ? "" : `<path ${style} d="M${points.join("L")}"/>${dot}`;
}

function legend({ name, figures }: LabelEvaluation, colour: string, index: number): string {
  const left = frame.left + frame.width + 40;
  const top = frame.top + index * 62;
  const { ap50, ap50Low, ap50High, truths } = figures;
  const interval = `${ap50Low.toFixed(3)}-${ap50High.toFixed(3)}`;
  return [
    `<rect x="${left}" y="${top}" width="18" height="14" fill="${colour}"/>`,
    text(name, left + 28, top, 2),
    text(`ap50 ${ap50.toFixed(3)} (${interval}), ${truths}`, left + 28, top + 24, 1.5),
  ].join("\n");
}

const x = (recall: number): number => round(frame.left + recall * frame.width);
const y = (precision: number): number => round(frame.top + (1 - precision) * frame.height);
const round = (value: number): number => Math.round(value * 10) / 10;

function text(content: string, left: number, top: number, size: number): string {
  return pixelText({ text: content, x: left, y: top, size, colour: ink });
}
