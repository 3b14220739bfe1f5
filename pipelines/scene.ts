/**
 * What a kind may look at besides the thing it judges: the other things of the camera, this look's
 * boxes, the flow of a lane. Worked out when asked for, once a look.
 */
import { detectionBox, detectionLabel } from "./domain/detections.ts";
import type { NormBox } from "./domain/geometry.ts";
import type { PresenceId } from "./domain/ids.ts";
import type { Label } from "./domain/label.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules } from "./domain/rule.ts";
import type { LaneFlow } from "./presence/lane-flow.ts";
import { noFlow } from "./presence/lane-flow.ts";
import type { Presence } from "./presence/presence.ts";
import type { Sighting } from "./presence/sighting.ts";
import type { Thing } from "./presence/thing.ts";

export interface SeenBox {
  readonly box: NormBox;
  readonly score: number;
}

export interface SceneFacts {
  readonly rules: CameraRules;
  readonly look: Look;
  /** All that are left after this look. */
  readonly presences: readonly Presence[];
  readonly seen: ReadonlyMap<PresenceId, Sighting>;
  readonly laneFlows: () => Readonly<Record<string, LaneFlow>>;
}

export class Scene {
  readonly rules: CameraRules;
  readonly look: Look;
  readonly presences: readonly Presence[];
  readonly #seen: SceneFacts["seen"];
  readonly #laneFlows: SceneFacts["laneFlows"];
  #byLabel: Map<Label, SeenBox[]> | undefined;
  #byThing: Map<Thing, Presence[]> | undefined;

  constructor({ rules, look, presences, seen, laneFlows }: SceneFacts) {
    this.rules = rules;
    this.look = look;
    this.presences = presences;
    this.#seen = seen;
    this.#laneFlows = laneFlows;
  }

  get atMs(): number {
    return this.look.capturedAtMs;
  }

  /** This look saw it. */
  isSeen({ id }: Presence): boolean {
    return this.#seen.has(id);
  }

  flowOf(zoneId: string): LaneFlow {
    return this.#laneFlows()[zoneId] ?? noFlow;
  }

  presencesOf(thing: Thing): readonly Presence[] {
    this.#byThing ??= Map.groupBy(this.presences, (presence) => presence.thing);
    return this.#byThing.get(thing) ?? [];
  }

  /** What this look saw, whether anything remembers it or not; by falling score. */
  boxesOf(label: Label): readonly SeenBox[] {
    this.#byLabel ??= boxesByLabel(this.look);
    return this.#byLabel.get(label) ?? [];
  }
}

function boxesByLabel({ detections }: Look): Map<Label, SeenBox[]> {
  const byLabel = new Map<Label, SeenBox[]>();
  for (let index = 0; index < detections.count; index += 1) {
    const label = detectionLabel(detections, index);
    const boxes = byLabel.get(label) ?? [];
    byLabel.set(label, boxes);
    boxes.push({ box: detectionBox(detections, index), score: detections.scores[index] ?? 0 });
  }
  return byLabel;
}
