/**
 * The files of one revision: its own view, what was kept before it, close-up, composite, clip.
 *
 * `make` adds one after the other, so that at a time limit what is finished counts. What fails is
 * left out and fails its check.
 */
import type { Look } from "../../pipelines/domain/look.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { CollectedChange, EvidenceLimits, EvidenceSite } from "./collected-change.ts";
import type { ViewFacts } from "./completeness.ts";
import { type CompositePicture, makeComposite } from "./composite.ts";
import type { EvidenceFile, EvidenceOfRevision } from "./evidence-file.ts";
import { coveredShare, hasParts, ownDetection } from "./own-detection.ts";
import type { PendingFiles, PendingPiece } from "./pending-files.ts";
import type { StillTaker, TakenStill } from "./taken-still.ts";
import { verificationCode } from "./verification-code.ts";

export interface Shot {
  readonly look: Look;
  readonly picture: EncodedPicture;
}

export interface RevisionParts {
  readonly site: EvidenceSite;
  readonly takeStill: StillTaker;
  readonly pending: PendingFiles;
  readonly clock: Clock;
  readonly log: Log;
}

const qualityMin = 40;
const qualityStep = 15;
const closeUpName = "close-up.jpg";
type ViewRole = ViewFacts["role"];

export class RevisionFiles {
  readonly #change: CollectedChange;
  readonly #parts: RevisionParts;
  readonly #limits: EvidenceLimits;
  readonly #files: EvidenceFile[] = [];

  constructor(change: CollectedChange, parts: RevisionParts, limits: EvidenceLimits) {
    this.#change = change;
    this.#parts = parts;
    this.#limits = limits;
  }

  /** Something was kept before that this revision takes along. */
  get hasPending(): boolean {
    return this.#taken().some((name) => this.#piece(name) !== undefined);
  }

  /** `shot`: absent where this revision has no picture of its own. */
  async make(shot: Shot | undefined): Promise<void> {
    const { stage } = this.#change;
    for (const name of this.#taken()) await this.#takeAlong(name);
    if (stage === "withdrawn") return;
    const known = stage === "reported" ? this.#prepared() : undefined;
    if (known === undefined && shot !== undefined) await this.keepView(stage, shot);
    await this.#takeAlong(`${stage}.jpg`);
    if (stage !== "cleared") await this.#takeAlong(closeUpName);
    if (stage === "reported") await this.#addComposite();
  }

  /** Takes a still and keeps it until a revision takes it along. */
  async keepView(role: ViewRole, { look, picture }: Shot): Promise<void> {
    const { pending, takeStill } = this.#parts;
    const { violationId, box } = this.#change;
    const isThere = role !== "cleared";
    const still = await this.#within(this.#limits.stillBytesMax, (quality) =>
      takeStill({
        look,
        picture,
        box: isThere ? box : null,
        withCloseUp: role === "warned" || role === "reported",
        quality,
      }),
    );
    const file = fileOf(still, { name: `${role}.jpg`, role, bytes: still.jpeg });
    const view = this.#viewFacts(role, still, look);
    const puts = [
      pending.put(violationId, file, isThere ? { view, box: plainBox(box) } : { view }),
    ];
    const { closeUp } = still;
    if (closeUp !== undefined) {
      const { jpeg: bytes, width, height } = closeUp;
      const part = fileOf(still, { name: closeUpName, role: "close-up", bytes });
      puts.push(pending.put(violationId, { ...part, width, height }));
    }
    await Promise.all(puts);
  }

  evidence(): EvidenceOfRevision {
    const { site, pending } = this.#parts;
    const { eventId, violationId, revision, stage, kind, cameraId } = this.#change;
    const pieces = pending.pieces(violationId);
    const { complete, failed, enforceable } = site.check(this.#change, {
      views: pieces.flatMap(({ view }) => view ?? []).toSorted(byTime),
      hasCloseUp: pieces.some(({ file }) => file.role === "close-up"),
      hasClip: pieces.some(({ file }) => file.role === "clip"),
      isEveryFileMasked: this.#files.length > 0,
      isChained: this.#files.length > 0,
    });
    const files = [...this.#files];
    return {
      eventId,
      violationId,
      revision,
      stage,
      kind,
      cameraId,
      files,
      complete,
      failed,
      enforceable,
    };
  }

  /** What this stage takes from before. */
  #taken(): readonly string[] {
    switch (this.#change.stage) {
      case "warned":
        return ["first-seen.jpg"];
      case "reported":
        return ["clip-warned.mp4"];
      case "cleared":
      case "withdrawn":
        return ["clip-reported.mp4"];
    }
  }

  /** The view that a set was complete with: no other one is taken then. */
  #prepared(): PendingPiece | undefined {
    return this.#piece("reported.jpg");
  }

  #piece(name: string): PendingPiece | undefined {
    return this.#parts.pending.find(this.#change.violationId, name);
  }

  async #takeAlong(name: string): Promise<void> {
    const piece = this.#piece(name);
    if (piece === undefined) return;
    const bytes = await this.#parts.pending.bytesOf(this.#change.violationId, piece);
    if (bytes !== undefined) this.#files.push({ ...piece.file, bytes });
  }

  async #addComposite(): Promise<void> {
    const { site, pending, clock } = this.#parts;
    const { violationId, eventId, atMs } = this.#change;
    const zone = site.zoneOf(this.#change);
    const pictures: (CompositePicture & { readonly sha256: string })[] = [];
    for (const name of ["first-seen.jpg", "warned.jpg", "reported.jpg", closeUpName]) {
      const piece = this.#piece(name);
      const jpeg = piece && (await pending.bytesOf(violationId, piece));
      if (piece === undefined || jpeg === undefined) continue;
      const { role, capturedAtMs } = piece.file;
      const isUnsure = (piece.view?.isClockSynced ?? clock.trust?.().isSynced) !== true;
      pictures.push({
        role,
        jpeg,
        capturedAtMs,
        sha256: piece.sha256,
        ...(piece.box === undefined ? {} : { box: piece.box }),
        ...(piece.box === undefined || zone === undefined ? {} : { zone }),
        ...(isUnsure ? { isClockUnsure: true } : {}),
      });
    }
    if (pictures.length === 0) return;
    const code = verificationCode(
      eventId,
      pictures.map(({ sha256 }) => sha256),
    );
    const caption = site.caption(this.#change, code);
    const widthPx = this.#limits.compositeWidthPx;
    const made = await this.#within(this.#limits.compositeBytesMax, (quality) =>
      makeComposite({ pictures, caption, widthPx, quality }),
    );
    this.#files.push({
      name: "composite.jpg",
      role: "composite",
      mediaType: "image/jpeg",
      bytes: made.jpeg,
      capturedAtMs: atMs,
      width: made.width,
      height: made.height,
      protection: { masked: this.#maskedTogether(pictures.map(({ role }) => role)) },
    });
  }

  /** What is masked on its pictures, close-up aside: it is a part of one of them. */
  #maskedTogether(roles: readonly string[]) {
    const sum = { heads: 0, plates: 0, polygons: 0, plateEstimate: false };
    for (const { file } of this.#parts.pending.pieces(this.#change.violationId)) {
      if (file.role === "close-up" || !roles.includes(file.role)) continue;
      if (!("masked" in file.protection)) continue;
      const { heads, plates, polygons, plateEstimate } = file.protection.masked;
      sum.heads += heads;
      sum.plates += plates;
      sum.polygons += polygons;
      sum.plateEstimate ||= plateEstimate;
    }
    return sum;
  }

  /** The best quality with which it stays within its share of the budget. */
  async #within<Made extends { readonly jpeg: Uint8Array }>(
    bytesMax: number,
    make: (quality: number) => Promise<Made>,
  ): Promise<Made> {
    for (let { quality } = this.#limits; ; quality -= qualityStep) {
      const made = await make(Math.max(qualityMin, quality));
      if (made.jpeg.byteLength <= bytesMax) return made;
      if (quality <= qualityMin) {
        throw new RangeError(`a picture of ${made.jpeg.byteLength} bytes is over ${bytesMax}`);
      }
    }
  }

  #viewFacts(role: ViewRole, still: TakenStill, look: Look): ViewFacts {
    const { site, clock } = this.#parts;
    const { box, subKind } = this.#change;
    const own = ownDetection(look, box);
    const isPile = subKind === "shared-bike-pile-up" || subKind === "rubbish-heap";
    return {
      role,
      capturedAtMs: still.capturedAtMs,
      uncertaintyMs: still.uncertaintyMs,
      isClockSynced: clock.trust?.().isSynced === true,
      width: still.width,
      height: still.height,
      isSameThing: own !== undefined || (isPile && hasParts(look, box)),
      zoneShare: site.zoneShare(this.#change, box),
      sharpness: still.measured?.sharpness ?? 0,
      luma: still.measured?.luma ?? 0,
      thingPx: still.measured?.thingPx ?? 0,
      coveredShare: own === undefined ? 0 : coveredShare(look.detections, own),
      isMasked: true,
    };
  }
}

function fileOf(
  still: TakenStill,
  { name, role, bytes }: Pick<EvidenceFile, "name" | "role" | "bytes">,
): EvidenceFile {
  const { width, height, capturedAtMs, frame, distanceMs, protection } = still;
  return {
    name,
    role,
    mediaType: "image/jpeg",
    bytes,
    capturedAtMs,
    width,
    height,
    frame,
    distanceMs,
    protection,
  };
}

function plainBox({ xMin, yMin, xMax, yMax }: CollectedChange["box"]) {
  return { xMin, yMin, xMax, yMax };
}

function byTime(a: ViewFacts, b: ViewFacts): number {
  return a.capturedAtMs - b.capturedAtMs;
}
