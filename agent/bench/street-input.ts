/**
 * A street by day as a model's input: what the inference benchmark looks at.
 *
 * The same picture for all that is compared. A detector sees cars, people and a stall in it, so what
 * a look costs after the network (boxes, suppression, colours of a sign) is in the figures; noise
 * would leave that out.
 */
import type { Placement } from "../../models/decode/placement.ts";
import type { Manifest } from "../../models/manifest.ts";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import { junctionDay } from "../../test-fixtures/scenes/library/scenes/junction-day.ts";
import { renderOnce } from "../../test-fixtures/scenes/render.ts";
import { cropInput } from "./pictures/picture-input.ts";

/** The signal has just let cars go, and people walk. */
const atMs = 4_000;

export interface StreetInput {
  /** 3 × height × width bytes. */
  readonly planes: Uint8Array;
  readonly placement: Placement;
}

export async function streetInput(input: Manifest["input"]): Promise<StreetInput> {
  return await cropInput(renderOnce(junctionDay.scene, atMs), wholePicture, input);
}
