/**
 * Finds everything in a whole picture that nobody may recognise: heads of people, plates of vehicles.
 *
 * It looks at tiles of the full picture with a running detector, from low scores on: a mask too many
 * costs a few blocks, one too few a person. It fails closed: when a tile was not looked at, in time,
 * it rejects, and whoever asked keeps and sends nothing of the picture. One picture at a time; its
 * analyses take the time that looks leave over.
 */

import { type Detections, detectionBox } from "../../pipelines/domain/detections.ts";
import { boxOverlap, type NormBox, wholePicture } from "../../pipelines/domain/geometry.ts";
import {
  type Label,
  type LabelThresholds,
  labelIndex,
  labels,
} from "../../pipelines/domain/label.ts";
import { AgentError } from "../runtime/agent-error.ts";
import type { Clock } from "../runtime/clock.ts";
import { maskTiles } from "./mask-tiles.ts";
import type { PlanarPicture } from "./pixel-mask.ts";
import { type PrivacyRegion, privacyRegions } from "./privacy-regions.ts";

/**
 * What a detector that knows people and vehicles sees in a part of a picture: boxes are 0..1 of the
 * whole picture, scores from `thresholds` on. Behind everything that views ask for.
 */
export type LookAtTile = (
  picture: PlanarPicture,
  tile: NormBox,
  asked: { readonly thresholds: LabelThresholds; readonly signal: AbortSignal },
) => Promise<Detections>;

export interface MaskPassOptions {
  readonly lookAt: LookAtTile;
  readonly clock: Clock;
  /** From which score on something is a person. */
  readonly threshold: number;
  /** False: the plate of the vehicle that a violation is about is shown. */
  readonly isOwnPlateMasked: boolean;
}

export interface MaskedRegions {
  readonly regions: readonly PrivacyRegion[];
  /** Where a plate is was estimated from its vehicle. */
  readonly plateEstimate: boolean;
}

/** An event waits for its evidence no longer than three seconds. */
const passMsMax = 2_500;
/** Pictures that wait; one more is refused. */
const waitingMax = 32;
/** A plate is read on a vehicle that is seen well; a mask too many hides what happened. */
const vehicleScoreMin = 0.5;
const vehicles: readonly Label[] = ["car", "bus", "truck", "two-wheeler"];
/**
 * What fills more of the picture than this is seen well where it is a person, and would hide most of
 * the picture where it is none.
 */
const largeShare = 0.15;
const largeScoreMin = 0.5;
/** The vehicle itself, and not one that stands before it. */
const ownOverlapMin = 0.5;
/** A region that lies in another by so much is one with it. */
const sameShare = 0.7;

export class MaskPass {
  readonly #options: MaskPassOptions;
  readonly #thresholds: LabelThresholds;
  #work: Promise<unknown> = Promise.resolve();
  #waitingCount = 0;

  constructor(options: MaskPassOptions) {
    this.#options = options;
    this.#thresholds = thresholdsOf(options.threshold);
  }

  /** `own`: the vehicle that the picture documents, 0..1 of it. Rejects with MASKING_FAILED. */
  async regions(picture: PlanarPicture, own: NormBox | null = null): Promise<MaskedRegions> {
    const { planes, width, height } = picture;
    if (planes.byteLength !== 3 * width * height) {
      throw failed(`${planes.byteLength} bytes are no picture of ${width} × ${height}`);
    }
    if (this.#waitingCount >= waitingMax) throw failed(`${waitingMax} pictures wait for it`);
    this.#waitingCount += 1;
    const pass = this.#work.then(() => this.#pass(picture, own));
    this.#work = pass.catch(() => undefined);
    try {
      return await pass;
    } catch (error) {
      throw failed(error instanceof Error ? error.message : String(error), error);
    } finally {
      this.#waitingCount -= 1;
    }
  }

  async #pass(picture: PlanarPicture, own: NormBox | null): Promise<MaskedRegions> {
    const found = await this.#detections(picture);
    const shown = this.#options.isOwnPlateMasked ? null : own;
    const { width, height } = picture;
    const cut = { crop: wholePicture, width, height };
    const regions = oneEach(
      found
        .map((detections) => masked(detections, shown))
        .flatMap((detections) => privacyRegions(detections, cut)),
    ).map((region) => inWholeBlocks(region, picture));
    return { regions, plateEstimate: regions.some(({ what }) => what === "plate") };
  }

  /** Of every tile, or nothing. */
  async #detections(picture: PlanarPicture): Promise<readonly Detections[]> {
    const { clock, lookAt } = this.#options;
    const end = new AbortController();
    const cancel = clock.after(passMsMax, () => end.abort());
    const late = new Promise<never>((_, reject) => {
      end.signal.addEventListener("abort", () =>
        reject(new Error(`it was not looked at within ${passMsMax} ms`)),
      );
    });
    late.catch(() => undefined);
    try {
      const asked = { thresholds: this.#thresholds, signal: end.signal };
      const tiles = maskTiles(picture).map((tile) => lookAt(picture, tile, asked));
      return await Promise.race([Promise.all(tiles), late]);
    } finally {
      cancel();
      end.abort();
    }
  }
}

/** Everything else is as if it were not there. */
function thresholdsOf(threshold: number): LabelThresholds {
  const scores = labels.map((label): readonly [Label, number] => {
    if (label === "person") return [label, threshold];
    return [label, vehicles.includes(label) ? Math.max(vehicleScoreMin, threshold) : 1];
  });
  return Object.fromEntries(scores);
}

/** Without large things that are hardly persons, and the vehicle whose plate is to be read. */
function masked(detections: Detections, own: NormBox | null): Detections {
  const person = labelIndex("person");
  const kept = Array.from({ length: detections.count }, (_, index) => index).filter((index) => {
    const box = detectionBox(detections, index);
    return detections.labelIndices[index] === person
      ? (detections.scores[index] ?? 0) >= largeScoreMin || areaOf(box) <= largeShare
      : own === null || boxOverlap(box, own) < ownOverlapMin;
  });
  return {
    count: kept.length,
    boxes: Float32Array.from(
      kept.flatMap((at) => [...detections.boxes.subarray(at * 4, at * 4 + 4)]),
    ),
    scores: Float32Array.from(kept, (at) => detections.scores[at] ?? 0),
    labelIndices: Uint8Array.from(kept, (at) => detections.labelIndices[at] ?? 0),
  };
}

function areaOf({ xMin, yMin, xMax, yMax }: NormBox): number {
  return (xMax - xMin) * (yMax - yMin);
}

/** Several tiles see the same head: where one region lies in another, the two are one. */
function oneEach(regions: readonly PrivacyRegion[]): readonly PrivacyRegion[] {
  const kept: PrivacyRegion[] = [];
  for (const region of regions.toSorted((a, b) => areaOf(b) - areaOf(a))) {
    const at = kept.findIndex(
      (other) =>
        other.what === region.what && sharedArea(other, region) >= sameShare * areaOf(region),
    );
    const other = kept[at];
    if (other === undefined) kept.push(region);
    else kept[at] = joined(other, region);
  }
  return kept;
}

function sharedArea(a: PrivacyRegion, b: PrivacyRegion): number {
  const width = Math.min(a.xMax, b.xMax) - Math.max(a.xMin, b.xMin);
  const height = Math.min(a.yMax, b.yMax) - Math.max(a.yMin, b.yMin);
  return Math.max(0, width) * Math.max(0, height);
}

function joined(a: PrivacyRegion, b: PrivacyRegion): PrivacyRegion {
  return {
    what: a.what,
    xMin: Math.min(a.xMin, b.xMin),
    yMin: Math.min(a.yMin, b.yMin),
    xMax: Math.max(a.xMax, b.xMax),
    yMax: Math.max(a.yMax, b.yMax),
    blockPx: Math.max(a.blockPx, b.blockPx),
  };
}

/** A block that is cut off would show a strip of a few pixels: regions grow to whole blocks. */
function inWholeBlocks(region: PrivacyRegion, { width, height }: PlanarPicture): PrivacyRegion {
  const { blockPx } = region;
  const [xMin, xMax] = grown(region.xMin, region.xMax, blockPx, width);
  const [yMin, yMax] = grown(region.yMin, region.yMax, blockPx, height);
  return { ...region, xMin, xMax, yMin, yMax };
}

function grown(min: number, max: number, step: number, end: number): readonly [number, number] {
  const length = Math.ceil((max - min) / step) * step;
  if (length >= end) return [0, end];
  const from = Math.max(0, Math.min(min, end - length));
  return [from, from + length];
}

function failed(detail: string, cause?: unknown): AgentError {
  return new AgentError(
    "MASKING_FAILED",
    `people in a picture cannot be masked: ${detail}`,
    "The picture is neither kept nor sent. If it goes on, the box is overloaded or the model is wrong.",
    { cause },
  );
}
