/**
 * What was decided and why, drawn over the picture: zones by what stands in them, the detector's
 * boxes, each thing with how long it was observed, and the sentence of the event; labelled boxes,
 * where a picture has some.
 *
 * SVG over the decoded picture, made into a JPEG. For engineers at a desk: nothing is masked, and
 * the files stay where they were asked for.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { LabelledBox } from "../../models/evaluation/evaluate.ts";
import { presencesOf } from "../../pipelines/camera.ts";
import type { CameraState } from "../../pipelines/camera-state.ts";
import { detectionBox, detectionLabel } from "../../pipelines/domain/detections.ts";
import type { NormBox, NormPolygon } from "../../pipelines/domain/geometry.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { CameraRules } from "../../pipelines/domain/rule.ts";
import type { Presence } from "../../pipelines/presence/presence.ts";
import type { WholePicture } from "./replay-detector.ts";
import { offsetText } from "./replay-text.ts";
import type { Decision } from "./virtual-box.ts";

export interface PictureFacts {
  readonly whole: WholePicture;
  readonly look: Look;
  readonly rules: CameraRules;
  /** After the look. */
  readonly state: CameraState;
  readonly decisions: readonly Decision[];
  readonly startMs: number;
  /** In place of the time and what was decided. */
  readonly name?: string;
  /** What people labelled, where somebody did. */
  readonly truths?: readonly LabelledBox[];
}

const colours = {
  quiet: "#9aa7b4",
  clue: "#4fc3f7",
  warned: "#ffb300",
  reported: "#ff5252",
  box: "#ffffff",
  truth: "#69f0ae",
} as const;
type CaseStage = "clue" | "warned" | "reported";

/** Writes one JPEG; its name sorts by time and says what was decided. */
export async function writePicture(folder: string, facts: PictureFacts): Promise<string> {
  const { whole, look, decisions, startMs } = facts;
  const { rgb, width, height } = whole;
  const seconds = ((look.capturedAtMs - startMs) / 1_000).toFixed(1).padStart(9, "0");
  const what = [...new Set(decisions.map(({ change }) => change.stage))].join("-") || "look";
  const name = `${facts.name ?? `${seconds}-${look.cameraId}-${look.viewId}-${what}`}.jpg`;
  await mkdir(folder, { recursive: true });
  const { svg, bandHeight } = overlay(facts);
  const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .extend({ bottom: bandHeight, background: "#101418" })
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 85 })
    .toBuffer();
  await writeFile(join(folder, name), jpeg);
  return name;
}

/** `bandHeight`: of the sentences below the picture. */
function overlay(facts: PictureFacts): { readonly svg: string; readonly bandHeight: number } {
  const { whole, look, rules, state, decisions, startMs } = facts;
  const { width, height } = whole;
  const font = Math.max(10, Math.round(height / 36));
  const pen = new Pen(width, height, font);
  for (const { id, polygon } of rules.zones) {
    const stage = stageOf(state, (open) => open.zoneId === id);
    pen.polygon(polygon, colours[stage ?? "quiet"], id);
  }
  for (const { box, label } of facts.truths ?? []) {
    pen.box(box, colours.truth, 3);
    pen.label(box, label, colours.truth);
  }
  const { detections } = look;
  for (let index = 0; index < detections.count; index++) {
    const score = (detections.scores[index] ?? 0).toFixed(2);
    pen.box(detectionBox(detections, index), colours.box, 1);
    pen.note(detectionBox(detections, index), `${detectionLabel(detections, index)} ${score}`);
  }
  for (const presence of presencesOf(state)) {
    const stage = stageOf(state, (open) => open.presenceId === presence.id);
    if (presence.observedMs === 0) continue;
    pen.box(presence.place, colours[stage ?? "quiet"], 2);
    pen.label(presence.place, presenceText(presence, stage), colours[stage ?? "quiet"]);
  }
  const at = `${offsetText(look.capturedAtMs - startMs)}  ${look.cameraId}/${look.viewId}`;
  const told = decisions.map(({ change }) => `${change.stage}: ${change.reason.en}`);
  const bandHeight = pen.caption([at, ...told]);
  return { svg: pen.svg(height + bandHeight), bandHeight };
}

/** The furthest that any of these cases is. */
function stageOf(
  { cases }: CameraState,
  isOf: (open: CameraState["cases"][number]) => boolean,
): CaseStage | undefined {
  const order: readonly CaseStage[] = ["reported", "warned", "clue"];
  return order.find((stage) => cases.some((open) => open.stage === stage && isOf(open)));
}

function presenceText({ observedMs, unobservedMs, gap }: Presence, stage?: CaseStage): string {
  const seen = offsetText(observedMs).slice(1);
  const unseen = unobservedMs >= 1_000 ? `, unseen ${offsetText(unobservedMs).slice(1)}` : "";
  const missing = gap.missCount + gap.coveredCount;
  const now = missing > 0 ? `, not in ${missing} looks` : "";
  return `${stage ?? "stands"} ${seen}${unseen}${now}`;
}

/** Shapes in shares of the picture, as SVG. */
class Pen {
  readonly #width: number;
  readonly #height: number;
  readonly #font: number;
  readonly #parts: string[] = [];

  constructor(width: number, height: number, font: number) {
    this.#width = width;
    this.#height = height;
    this.#font = font;
  }

  polygon(points: NormPolygon, colour: string, name: string): void {
    const list = points.map(({ x, y }) => `${this.#x(x)},${this.#y(y)}`).join(" ");
    this.#parts.push(
      `<polygon points="${list}" fill="${colour}" fill-opacity="0.15" stroke="${colour}" stroke-width="2"/>`,
    );
    const [first] = points;
    if (first !== undefined) {
      this.#text(this.#x(first.x) + 4, this.#y(first.y) + this.#font, name, colour);
    }
  }

  box({ xMin, yMin, xMax, yMax }: NormBox, colour: string, stroke: number): void {
    const size = `width="${this.#x(xMax - xMin)}" height="${this.#y(yMax - yMin)}"`;
    this.#parts.push(
      `<rect x="${this.#x(xMin)}" y="${this.#y(yMin)}" ${size} fill="none" stroke="${colour}" stroke-width="${stroke}"/>`,
    );
  }

  /** Above the box. */
  label(box: NormBox, text: string, colour: string): void {
    this.#text(this.#x(box.xMin), Math.max(this.#font, this.#y(box.yMin) - 4), text, colour);
  }

  /** Small, inside the box. */
  note(box: NormBox, text: string): void {
    const size = Math.round(this.#font * 0.7);
    this.#text(this.#x(box.xMin) + 2, this.#y(box.yMax) - 3, text, colours.box, size);
  }

  /** Below the picture; the height that it takes. */
  caption(lines: readonly string[]): number {
    const perLine = Math.floor(this.#width / (this.#font * 0.55));
    const wrapped = lines.flatMap((line) => wrap(line, perLine));
    const lineHeight = this.#font * 1.3;
    for (const [index, line] of wrapped.entries()) {
      this.#text(6, Math.round(this.#height + (index + 1) * lineHeight), line, "#ffffff");
    }
    return Math.ceil((wrapped.length + 0.5) * lineHeight);
  }

  svg(height: number): string {
    const size = `width="${this.#width}" height="${height}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${this.#parts.join("")}</svg>`;
  }

  #x(share: number): number {
    return Math.round(share * this.#width);
  }

  #y(share: number): number {
    return Math.round(share * this.#height);
  }

  #text(x: number, y: number, text: string, colour: string, size = this.#font): void {
    this.#parts.push(
      `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${size}" fill="${colour}" stroke="#000" stroke-width="3" paint-order="stroke">${escaped(text)}</text>`,
    );
  }
}

function wrap(line: string, charactersMax: number): readonly string[] {
  const rows: string[] = [];
  let row = "";
  for (const word of line.split(" ")) {
    if (row !== "" && row.length + 1 + word.length > charactersMax) {
      rows.push(row);
      row = word;
    } else row = row === "" ? word : `${row} ${word}`;
  }
  return [...rows, row];
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
