/**
 * The composite: the whole views and the close-up of one violation on one page, with a caption.
 *
 * The caption and each picture's heading lie beside the pictures, never on them. On the views of
 * this copy the zone and the thing are outlined; the stills themselves stay as they were taken. It
 * is made from pictures that are masked already.
 */
import type { NormBox, NormPolygon } from "../../pipelines/domain/geometry.ts";
import {
  type CaptionFacts,
  captionFields,
  captionTime,
  captionTitle,
  outlineOf,
  roleTitle,
} from "./caption.ts";
import { type DrawnText, drawText, missingFrom, type TextRun } from "./caption-text.ts";
import type { EvidenceRole } from "./evidence-file.ts";

export interface CompositePicture {
  readonly role: EvidenceRole;
  /** Masked JPEG. */
  readonly jpeg: Uint8Array;
  readonly capturedAtMs: number;
  /** Where the thing is, 0..1 of the picture; absent: nothing is outlined. */
  readonly box?: NormBox;
  /** Of the camera's picture; absent: none is drawn. */
  readonly zone?: NormPolygon;
  /** The clock was not known to be right. */
  readonly isClockUnsure?: boolean;
}

export interface CompositeOptions {
  readonly pictures: readonly CompositePicture[];
  readonly caption: CaptionFacts;
  readonly widthPx: number;
  readonly quality: number;
}

export interface Composite {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const ink = "#16202b";
const faint = "#5b6875";
const alarm = "#b3261e";
const lineGrey = 0xc8;
const mat = "#20262c";

interface Overlay {
  readonly input: Uint8Array;
  readonly raw?: { readonly width: number; readonly height: number; readonly channels: 3 | 4 };
  readonly left: number;
  readonly top: number;
}

export async function makeComposite(options: CompositeOptions): Promise<Composite> {
  const { pictures, caption, widthPx, quality } = options;
  const { default: sharp } = await import("sharp");
  const unit = widthPx / 1_600;
  const margin = Math.round(16 * unit);
  const columns = pictures.length === 1 ? 1 : 2;
  const tileWidth = Math.floor((widthPx - (columns + 1) * margin) / columns);
  const tileHeight = Math.round((tileWidth * 9) / 16);
  const headHeight = Math.round(32 * unit);
  const rows = Math.ceil(pictures.length / columns);
  const size = { width: tileWidth, height: tileHeight };
  // libvips draws each on a thread of its own: an event waits for the page.
  const [title, fields, notes, tiles, headings] = await Promise.all([
    titleBlock(caption, widthPx - 2 * margin, unit),
    fieldBlocks(caption, widthPx - 2 * margin, unit),
    noteBlock(caption, widthPx - 2 * margin, unit),
    Promise.all(pictures.map((picture) => tile(picture, size, unit))),
    Promise.all(
      pictures.map((picture, index) =>
        headingBlock(picture, index, pictures.length, caption, tileWidth, unit),
      ),
    ),
  ]);
  const top = margin + title.height + margin;
  const pitch = headHeight + tileHeight + margin;
  const fieldsTop = top + rows * pitch + Math.round(margin / 2);
  const fieldsHeight = Math.max(...fields.map(({ height }) => height));
  const notesTop = fieldsTop + fieldsHeight + margin;
  const height = notesTop + notes.height + margin;
  const overlays: Overlay[] = [at(title, margin, margin), at(notes, margin, notesTop)];
  for (const [column, block] of fields.entries()) {
    overlays.push(at(block, margin + column * Math.floor((widthPx - margin) / 2), fieldsTop));
  }
  for (const [index, input] of tiles.entries()) {
    const left = margin + (index % columns) * (tileWidth + margin);
    const tileTop = top + Math.floor(index / columns) * pitch;
    overlays.push({
      input,
      raw: { ...size, channels: 3 },
      left,
      top: tileTop + headHeight,
    });
  }
  for (const [index, heading] of headings.entries()) {
    const left = margin + (index % columns) * (tileWidth + margin);
    const tileTop = top + Math.floor(index / columns) * pitch;
    overlays.push(at(heading, left, tileTop + Math.round(4 * unit)));
  }
  overlays.push(rule(widthPx - 2 * margin, margin, fieldsTop - Math.round(margin / 2)));
  const jpeg = await sharp({
    create: { width: widthPx, height, channels: 3, background: "#ffffff" },
  })
    // The list is ours and fresh: sharp only reads it.
    .composite(overlays.map((overlay) => ({ ...overlay, input: Buffer.from(overlay.input) })))
    // Thin coloured lines stay what they are.
    .jpeg({ quality, chromaSubsampling: "4:4:4" })
    .toBuffer();
  return { jpeg, width: widthPx, height };
}

/** The whole picture on a mat, with outlines of the zone and the thing. */
async function tile(
  { jpeg, box, zone }: CompositePicture,
  { width, height }: { readonly width: number; readonly height: number },
  unit: number,
): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const fitted = await sharp(jpeg)
    .resize({ width, height, fit: "contain", background: mat })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (box === undefined && zone === undefined) return fitted.data;
  const source = await sharp(jpeg).metadata();
  const scale = Math.min(width / source.width, height / source.height);
  const shown = { width: source.width * scale, height: source.height * scale };
  const marks = [
    zone === undefined ? "" : zoneMark(zone, shown, unit),
    box === undefined ? "" : boxMark(box, shown, unit),
  ].join("");
  const shift = `translate(${(width - shown.width) / 2} ${(height - shown.height) / 2})`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g transform="${shift}" fill="none">${marks}</g></svg>`;
  const raw = { width, height, channels: 3 } as const;
  return await sharp(fitted.data, { raw })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .raw()
    .toBuffer();
}

function zoneMark(
  zone: NormPolygon,
  shown: { readonly width: number; readonly height: number },
  unit: number,
): string {
  const points = outlineOf(zone, shown);
  const dash = `${9 * unit} ${6 * unit}`;
  return (
    `<polygon points="${points}" stroke="#000" stroke-opacity="0.5" stroke-width="${4 * unit}"/>` +
    `<polygon points="${points}" stroke="#ffd54a" stroke-width="${2 * unit}" stroke-dasharray="${dash}"/>`
  );
}

/** Corners alone: what is in the box stays free. */
function boxMark(
  box: NormBox,
  shown: { readonly width: number; readonly height: number },
  unit: number,
): string {
  const padding = 4 * unit;
  const left = box.xMin * shown.width - padding;
  const right = box.xMax * shown.width + padding;
  const upper = box.yMin * shown.height - padding;
  const lower = box.yMax * shown.height + padding;
  const arm = Math.min(18 * unit, (right - left) / 3, (lower - upper) / 3);
  const corner = (x: number, y: number, toX: number, toY: number) =>
    `M${x + toX * arm} ${y}L${x} ${y}L${x} ${y + toY * arm}`;
  const path = [
    corner(left, upper, 1, 1),
    corner(right, upper, -1, 1),
    corner(left, lower, 1, -1),
    corner(right, lower, -1, -1),
  ].join("");
  return (
    `<path d="${path}" stroke="#000" stroke-opacity="0.5" stroke-width="${5 * unit}"/>` +
    `<path d="${path}" stroke="#ff3b30" stroke-width="${3 * unit}"/>`
  );
}

async function titleBlock(caption: CaptionFacts, widthPx: number, unit: number) {
  const { main, side } = captionTitle(caption);
  return await drawText([[run(main, 26 * unit, ink), run(`\u2003${side}`, 26 * unit, alarm)]], {
    widthPx,
  });
}

async function headingBlock(
  { role, capturedAtMs, isClockUnsure = false }: CompositePicture,
  index: number,
  count: number,
  { timeZone }: CaptionFacts,
  widthPx: number,
  unit: number,
): Promise<DrawnText> {
  const size = 18 * unit;
  return await drawText(
    [
      [
        run(`${index + 1}/${count}\u2002`, size, faint),
        run(`${roleTitle(role)}\u2003`, size, ink),
        run(captionTime(capturedAtMs, timeZone), size, ink),
        ...(isClockUnsure ? [run("\u2003时钟未核对 clock unsure", size, alarm)] : []),
      ],
    ],
    { widthPx },
  );
}

/** Two columns: place and time on the left, rule and proof on the right. */
async function fieldBlocks(caption: CaptionFacts, widthPx: number, unit: number) {
  const size = 18 * unit;
  const fields = captionFields(caption);
  const half = Math.ceil(fields.length / 2);
  const draw = (part: typeof fields) =>
    drawText(
      part.map(({ zh, en, value }) => [
        run(`${zh} ${en}\u2002`, size, faint),
        run(value, size, ink),
      ]),
      { widthPx: Math.floor(widthPx / 2) - Math.round(8 * unit), spacingPx: Math.round(7 * unit) },
    );
  return await Promise.all([draw(fields.slice(0, half)), draw(fields.slice(half))]);
}

async function noteBlock(caption: CaptionFacts, widthPx: number, unit: number) {
  const size = 15 * unit;
  const text = [caption.place ?? "", caption.deviceId, caption.matter.name].join("");
  const missing = await missingFrom(text);
  const codes = missing.map((one) => `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase()}`);
  return await drawText(
    [
      [
        run(
          "疑似线索，由人工核定；人脸与车牌已遮挡；黄色虚线为区域，红角为目标。 Suspected: a person decides. Heads and plates are masked; dashed: the zone, corners: the thing.",
          size,
          faint,
        ),
      ],
      ...(codes.length === 0
        ? []
        : [
            [
              run(
                `字体中没有的字 characters that no font here has: ${codes.join(" ")}`,
                size,
                alarm,
              ),
            ],
          ]),
    ],
    { widthPx, spacingPx: Math.round(4 * unit) },
  );
}

function run(text: string, sizePx: number, colour: string): TextRun {
  return { text, sizePx: Math.round(sizePx * 10) / 10, colour };
}

function at({ rgba, width, height }: DrawnText, left: number, top: number): Overlay {
  return { input: rgba, raw: { width, height, channels: 4 }, left, top };
}

function rule(width: number, left: number, top: number): Overlay {
  const pixels = new Uint8Array(3 * width).fill(lineGrey);
  return { input: pixels, raw: { width, height: 1, channels: 3 }, left, top };
}
