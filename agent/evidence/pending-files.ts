/**
 * Masked pictures and clips of violations that are still open, until a revision takes them along.
 *
 * A folder a violation, two files a piece: the description is written last and holds the hash of
 * the other, so what a crash left half is not used. Bounded by number and bytes, the oldest
 * violation first out; dropped with the clue that came to nothing. Losing one makes evidence
 * incomplete, never an event late.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { readBounded, readBoundedText } from "../runtime/bounded-file.ts";
import type { ViewFacts } from "./completeness.ts";
import { type EvidenceFile, evidenceRoles } from "./evidence-file.ts";

/** What is known of a piece without its bytes. */
export interface PendingPiece {
  readonly file: Omit<EvidenceFile, "bytes">;
  readonly sha256: string;
  readonly byteCount: number;
  /** Of a whole view. */
  readonly view?: ViewFacts;
  readonly box?: NormBox;
}

export interface PendingLimits {
  readonly violationsMax: number;
  readonly bytesMax: number;
}

const descriptionBytesMax = 65_536;
const pieceBytesMax = 64 * 1024 * 1024;
const piecesMax = 16;
const safeId = /^[A-Za-z0-9_-]{1,120}$/;
const safeName = /^[a-z0-9-]{1,40}\.(jpg|mp4)$/;

export class PendingFiles {
  readonly #folder: string;
  readonly #limits: PendingLimits;
  /** In the order in which their first piece came. */
  readonly #violations = new Map<string, readonly PendingPiece[]>();

  constructor({ folder, limits }: { readonly folder: string; readonly limits: PendingLimits }) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Takes up what the last run left, of violations that are still open. */
  async start(isOpen: (violation: string) => boolean): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const violation of (await readdir(this.#folder)).toSorted()) {
      const pieces = safeId.test(violation) && isOpen(violation) ? await this.#read(violation) : [];
      if (pieces.length > 0) this.#violations.set(violation, pieces);
      else await rm(join(this.#folder, violation), { recursive: true, force: true });
    }
  }

  pieces(violation: string): readonly PendingPiece[] {
    return this.#violations.get(violation) ?? [];
  }

  find(violation: string, name: string): PendingPiece | undefined {
    return this.pieces(violation).find(({ file }) => file.name === name);
  }

  get violations(): readonly string[] {
    return [...this.#violations.keys()];
  }

  /** Replaces one of the same name. */
  async put(
    violation: string,
    { bytes, ...file }: EvidenceFile,
    facts: Pick<PendingPiece, "view" | "box"> = {},
  ): Promise<PendingPiece> {
    if (!safeId.test(violation) || !safeName.test(file.name)) {
      throw new RangeError(`"${violation}/${file.name}" is no name of a pending file`);
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const piece: PendingPiece = { file, sha256, byteCount: bytes.byteLength, ...facts };
    const folder = join(this.#folder, violation);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rm(join(folder, `${file.name}.json`), { force: true });
    await writeFile(join(folder, file.name), bytes, { mode: 0o600 });
    await writeFile(join(folder, `${file.name}.json`), JSON.stringify(piece), { mode: 0o600 });
    const others = this.pieces(violation).filter((one) => one.file.name !== file.name);
    this.#violations.set(violation, [...others, piece].slice(-piecesMax));
    await this.#tidy(violation);
    return piece;
  }

  /** Undefined: it is not there, or not what was written. */
  async bytesOf(violation: string, { file, sha256 }: PendingPiece): Promise<Buffer | undefined> {
    const path = join(this.#folder, violation, file.name);
    const bytes = await readBounded(path, pieceBytesMax).catch(() => undefined);
    if (bytes === undefined) return undefined;
    return createHash("sha256").update(bytes).digest("hex") === sha256 ? bytes : undefined;
  }

  async drop(violation: string): Promise<void> {
    if (!this.#violations.delete(violation)) return;
    await rm(join(this.#folder, violation), { recursive: true, force: true });
  }

  async #tidy(newest: string): Promise<void> {
    const { violationsMax, bytesMax } = this.#limits;
    const bytesOf = (pieces: readonly PendingPiece[]) =>
      pieces.reduce((sum, { byteCount }) => sum + byteCount, 0);
    let bytes = [...this.#violations.values()].reduce((sum, pieces) => sum + bytesOf(pieces), 0);
    for (const [violation, pieces] of this.#violations) {
      if (this.#violations.size <= violationsMax && bytes <= bytesMax) return;
      if (violation === newest) continue;
      bytes -= bytesOf(pieces);
      await this.drop(violation);
    }
  }

  async #read(violation: string): Promise<readonly PendingPiece[]> {
    const folder = join(this.#folder, violation);
    const names = await readdir(folder).catch(() => []);
    const pieces: PendingPiece[] = [];
    for (const name of names.filter((one) => one.endsWith(".json")).slice(0, piecesMax)) {
      const text = await readBoundedText(join(folder, name), descriptionBytesMax).catch(() => "");
      const piece = pieceOf(text);
      if (piece !== undefined && `${piece.file.name}.json` === name) pieces.push(piece);
    }
    return pieces.toSorted((a, b) => a.file.capturedAtMs - b.file.capturedAtMs);
  }
}

const number = z.number();
const count = z.int().nonnegative();
const share = z.number().min(-2).max(3);

const pieceSchema = z.strictObject({
  file: z.strictObject({
    name: z.string().regex(safeName),
    role: z.enum(evidenceRoles),
    mediaType: z.enum(["image/jpeg", "video/mp4"]),
    capturedAtMs: number,
    capturedToMs: number.optional(),
    width: count.optional(),
    height: count.optional(),
    frame: z.enum(["exact", "keyframe"]).optional(),
    distanceMs: number.optional(),
    protection: z.strictObject({
      masked: z.strictObject({
        heads: count,
        plates: count,
        polygons: count,
        plateEstimate: z.boolean(),
      }),
    }),
  }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  byteCount: count,
  view: z
    .strictObject({
      role: z.enum(["first-seen", "warned", "reported", "cleared"]),
      capturedAtMs: number,
      uncertaintyMs: number,
      isClockSynced: z.boolean(),
      width: count,
      height: count,
      isSameThing: z.boolean(),
      zoneShare: number,
      sharpness: number,
      luma: number,
      thingPx: number,
      coveredShare: number,
      isMasked: z.boolean(),
    })
    .optional(),
  box: z.strictObject({ xMin: share, yMin: share, xMax: share, yMax: share }).optional(),
});

function pieceOf(text: string): PendingPiece | undefined {
  try {
    const parsed = pieceSchema.safeParse(JSON.parse(text));
    // Absent and undefined are alike in JSON.
    return parsed.success ? (parsed.data as PendingPiece) : undefined;
  } catch {
    return undefined;
  }
}
