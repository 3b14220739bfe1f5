/**
 * Which detector looks for people in pictures that are kept or sent: the one that looked, or another
 * that runs and knows people. Without one nothing can be masked, so nothing is kept or sent.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import type { NormBox } from "../pipelines/domain/geometry.ts";
import type { Look } from "../pipelines/domain/look.ts";
import type { EncodedPicture } from "./capture/encoded-picture.ts";
import { type MaskedRegions, MaskPass } from "./evidence/mask-pass.ts";
import type { PlanarPicture } from "./evidence/pixel-mask.ts";
import type { InferenceLoop } from "./inference/loop.ts";
import type { LoopModel } from "./inference/ports.ts";
import type { SessionBatch, SessionResult } from "./inference/sessions.ts";
import { lookAtTile } from "./look-at-tile.ts";
import { AgentError } from "./runtime/agent-error.ts";
import type { Clock } from "./runtime/clock.ts";

export interface MaskingParts {
  readonly config: () => AgentConfig;
  /** Those that views look with; their sessions run in the loop. */
  readonly models: ReadonlyMap<string, LoopModel>;
  /** Undefined until the agent looks. */
  readonly loop: () => Pick<InferenceLoop<EncodedPicture>, "analyse"> | undefined;
  readonly clock: Clock;
}

export type RegionsOfPicture = (
  picture: PlanarPicture,
  look: Pick<Look, "model">,
  own: NormBox | null,
) => Promise<MaskedRegions>;

export function makeMasking({ config, models, loop, clock }: MaskingParts): RegionsOfPicture {
  const passes = new Map<string, MaskPass>();
  const analyse = async (batch: SessionBatch, signal?: AbortSignal): Promise<SessionResult> => {
    const running = loop();
    if (running === undefined) throw new RangeError("no detector runs");
    return await running.analyse(batch, signal);
  };
  return async (picture, look, own) => {
    const able = [...models.values()].filter(knowsPeople);
    const model = able.find(({ modelTag }) => modelTag === look.model) ?? able[0];
    if (model === undefined) throw nobodyKnowsPeople();
    const { isOwnPlateMasked, maskScore: threshold } = config().evidence;
    const key = `${model.modelTag} ${threshold} ${isOwnPlateMasked}`;
    const pass =
      passes.get(key) ??
      new MaskPass({ lookAt: lookAtTile(model, analyse), clock, threshold, isOwnPlateMasked });
    passes.set(key, pass);
    return await pass.regions(picture, own);
  };
}

function knowsPeople({ manifest }: LoopModel): boolean {
  return Object.values(manifest.classes).includes("person");
}

function nobodyKnowsPeople(): AgentError {
  return new AgentError(
    "MASKING_FAILED",
    "no detector of the configuration knows people, so nobody in a picture can be masked",
    "Let one view look with a model that has the label person, such as street-nano.",
  );
}
