/** A part of a picture through a detector of the inference loop, in the time that looks leave over. */
import { writeInput } from "./detector-input.ts";
import type { LookAtTile } from "./evidence/mask-pass.ts";
import type { LoopModel } from "./inference/ports.ts";
import type { SessionBatch, SessionResult } from "./inference/sessions.ts";

/** `model` must be loaded in the sessions that `analyse` asks. */
export function lookAtTile(
  model: LoopModel,
  analyse: (batch: SessionBatch, signal?: AbortSignal) => Promise<SessionResult>,
): LookAtTile {
  return async (picture, tile, { thresholds, signal }) => {
    // Shared with the session's thread, and run again where that is lost.
    const bytes = 3 * model.inputWidth * model.inputHeight;
    const input = new Uint8Array(new SharedArrayBuffer(bytes));
    const placed = await writeInput(picture, tile, model, input);
    const placements = [{ ...placed, thresholds }];
    const result = await analyse({ modelTag: model.modelTag, inputs: [input], placements }, signal);
    const [detections] = result.detections;
    if (detections === undefined) throw new RangeError("a tile was looked at without an answer");
    return detections;
  };
}
