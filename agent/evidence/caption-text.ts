/**
 * Draws text for captions, Chinese and English, on a box that has no fonts.
 *
 * A font travels with the product (`fonts/`); what it lacks is taken from the system's fonts where
 * one has it. A character that nobody has is drawn as a box with its code, and `missingFrom` names
 * it, so that a caption can say so. Lengths are pixels.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "fonts");
const fontfile = join(folder, "kerbside-caption.otf");
const family = "Kerbside Caption";

export interface TextRun {
  readonly text: string;
  readonly sizePx: number;
  /** `#rrggbb`. */
  readonly colour: string;
}

/** A drawn block: what `sharp` lays over a picture. */
export interface DrawnText {
  readonly rgba: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Lines of runs, one below the other, wrapped at `widthPx`. */
export async function drawText(
  lines: readonly (readonly TextRun[])[],
  { widthPx, spacingPx = 0 }: { readonly widthPx: number; readonly spacingPx?: number },
): Promise<DrawnText> {
  return await drawMarkup(lines.map((line) => line.map(markupOf).join("")).join("\n"), {
    widthPx,
    spacingPx,
  });
}

/** What no font of this box can draw, each once. */
export async function missingFrom(text: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const character of new Set(printable(text))) {
    if (isInOwnFont(character)) continue;
    let isMissing = missingKnown.get(character);
    if (isMissing === undefined) {
      isMissing = await isDrawnAsCode(character);
      // Bounded: names of places come from a configuration, but who knows how many.
      if (missingKnown.size > 1_000) missingKnown.clear();
      missingKnown.set(character, isMissing);
    }
    if (isMissing) missing.push(character);
  }
  return missing;
}

/** Without what does not print: a line stays one. */
function printable(text: string): string {
  return text.normalize("NFC").replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ");
}

const missingKnown = new Map<string, boolean>();
let ownCharacters: ReadonlySet<string> | undefined;

function isInOwnFont(character: string): boolean {
  ownCharacters ??= new Set(readFileSync(join(folder, "characters.txt"), "utf8"));
  return /\s/.test(character) || ownCharacters.has(character);
}

/** With other fonts it looks as it does without: nobody has it. */
async function isDrawnAsCode(character: string): Promise<boolean> {
  const draw = (fallback: boolean) =>
    drawMarkup(`<span size="32pt" fallback="${fallback}">${escaped(character)}</span>`, {
      widthPx: 200,
      spacingPx: 0,
    });
  const [withOthers, alone] = [await draw(true), await draw(false)];
  return (
    withOthers.width === alone.width &&
    withOthers.height === alone.height &&
    Buffer.from(withOthers.rgba).equals(alone.rgba)
  );
}

async function drawMarkup(
  text: string,
  { widthPx, spacingPx }: { readonly widthPx: number; readonly spacingPx: number },
): Promise<DrawnText> {
  // Loaded with the first picture: an agent that makes none does without it.
  const { default: sharp } = await import("sharp");
  const { data, info } = await sharp({
    text: {
      text,
      font: family,
      fontfile,
      rgba: true,
      // A point is a pixel then.
      dpi: 72,
      width: Math.max(1, Math.floor(widthPx)),
      wrap: "word-char",
      ...(spacingPx === 0 ? {} : { spacing: spacingPx }),
    },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { rgba: data, width: info.width, height: info.height };
}

function markupOf({ text, sizePx, colour }: TextRun): string {
  return `<span size="${sizePx}pt" foreground="${colour}">${escaped(printable(text))}</span>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
