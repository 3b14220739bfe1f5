/**
 * A kerb that a camera looks at every two seconds for days, for benchmarks of what looks cost.
 *
 * By day two to four vehicles stand there, come and go; one in twenty looks misses one, boxes
 * jitter as a detector's do, every third look sees one more drive past and every second a person.
 * By night there is one vehicle and hardly anybody. A function of its number and the time alone.
 */
import { packDetections } from "../agent/store/packed-detections.ts";
import type { LookLogRow } from "../agent/store/store.ts";
import { detectionsOf } from "../pipelines/domain/detections.ts";
import type { NormBox } from "../pipelines/domain/geometry.ts";
import { cameraId } from "../pipelines/domain/ids.ts";
import type { Label } from "../pipelines/domain/label.ts";
import { seededRandom } from "./camera-server/seeded-random.ts";

export const everyMs = 2_000;

interface Vehicle {
  readonly box: NormBox;
  readonly label: Label;
  leavesAtMs: number;
}

const placesX = [0.04, 0.22, 0.4, 0.58, 0.76];

export class SimulatedKerb {
  readonly #id;
  readonly #random: () => number;
  readonly #places: (Vehicle | undefined)[] = placesX.map(() => undefined);

  constructor(index: number) {
    this.#id = cameraId(`c${index}`);
    const seeded = seededRandom(`kerb ${index}`);
    this.#random = () => seeded.fraction();
  }

  look(atMs: number): LookLogRow {
    const hour = ((atMs + 8 * 3_600_000) / 3_600_000) % 24;
    const isDay = hour >= 7 && hour < 22;
    this.#comeAndGo(atMs, isDay);
    const seen: { label: Label; score: number; box: NormBox }[] = [];
    for (const vehicle of this.#places) {
      if (vehicle === undefined || this.#random() < 0.05) continue;
      seen.push({ label: vehicle.label, score: this.#score(), box: this.#jittered(vehicle.box) });
    }
    if (this.#random() < (isDay ? 0.33 : 0.02)) {
      seen.push({ label: "car", score: this.#score(), box: boxAt(this.#random() * 0.85, 0.8) });
    }
    if (this.#random() < (isDay ? 0.5 : 0.02)) {
      const x = this.#random() * 0.9;
      const box = { xMin: x, yMin: 0.25, xMax: x + 0.03, yMax: 0.37 };
      seen.push({ label: "person", score: this.#score(), box });
    }
    return {
      cameraId: this.#id,
      viewId: "kerb",
      capturedAtMs: atMs,
      capturedUncertaintyMs: 40,
      model: "yolox-nano@695e750a5d57",
      pictureWidth: 1_920,
      pictureHeight: 1_080,
      crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
      detections: packDetections(detectionsOf(seen)),
    };
  }

  /** By day a place is taken for ten minutes at the mean and free for as long. */
  #comeAndGo(atMs: number, isDay: boolean): void {
    const comes = (isDay ? everyMs / 600_000 : everyMs / 7_200_000) * 1.0;
    for (const [place, x] of placesX.entries()) {
      const vehicle = this.#places[place];
      if (vehicle !== undefined && atMs >= vehicle.leavesAtMs) this.#places[place] = undefined;
      if (vehicle !== undefined || this.#random() >= comes) continue;
      const stayMs = -Math.log(1 - this.#random()) * (isDay ? 900_000 : 3_600_000);
      const label = this.#random() < 0.85 ? "car" : "truck";
      this.#places[place] = { box: boxAt(x, 0.6), label, leavesAtMs: atMs + stayMs };
    }
  }

  #score(): number {
    return 0.5 + this.#random() * 0.4;
  }

  #jittered({ xMin, yMin, xMax, yMax }: NormBox): NormBox {
    const by = () => (this.#random() - 0.5) * 0.008;
    return { xMin: xMin + by(), yMin: yMin + by(), xMax: xMax + by(), yMax: yMax + by() };
  }
}

function boxAt(x: number, y: number): NormBox {
  return { xMin: x, yMin: y - 0.12, xMax: x + 0.14, yMax: y };
}
