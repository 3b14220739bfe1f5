/**
 * Follows one camera's sight, a small grey picture every ten seconds or so.
 *
 * The first good pictures become the reference, or one that is given; it never changes. Beside it a few adaptive ones
 * follow the light (dusk, lamps, infrared) and the seasons, each begun only while the camera is
 * known to be in place. A change is believed when some pictures in a row agree. About two
 * milliseconds a picture. Pure: time comes in.
 */
import { type EdgePicture, edgePicture, pictureHeight, pictureWidth } from "./edge-picture.ts";
import { FrozenWatch } from "./frozen-watch.ts";
import type { Move } from "./measure-move.ts";
import {
  agree,
  isDark,
  isSameMove,
  type Observation,
  observe,
  showSame,
  type Verdict,
} from "./observation.ts";
import { ReferenceBank, type SavedReferences } from "./reference-bank.ts";
import type { Sight, SightState } from "./sight.ts";

/** Times are of capture. */
const limits = {
  /** Of the reference's tiles: fewer where they were, and it is not the light alone. */
  lightAgreement: 0.08,
  /** Of the mean grey. */
  lightStep: 30,
  learnCount: 5,
  learnMs: 35_000,
  /** What was learnt so long ago may be of another light. */
  learnMsMax: 1_200_000,
  strangersMax: 2,
  /** Longer than a night: by then there was light like the reference's. */
  unprovenMsMax: 16 * 3_600_000,
  /** Further apart, two pictures are no row. */
  gapMs: 120_000,
} as const;

/** Pictures in a row, and the time between the first and the last of them. */
const confirm: Readonly<Record<Verdict, { readonly count: number; readonly ms: number }>> = {
  "in-place": { count: 2, ms: 5_000 },
  moved: { count: 2, ms: 5_000 },
  "scene-replaced": { count: 3, ms: 14_000 },
  blocked: { count: 3, ms: 14_000 },
  defocused: { count: 6, ms: 50_000 },
  dark: { count: 6, ms: 50_000 },
};
/** Where the light changed in the same moment, nothing is where it was for a while. */
const lightChangeConfirm = { count: 60, ms: 900_000 };

interface Unproven {
  readonly mean: number;
  readonly fromMs: number | undefined;
}

export interface SavedSight {
  readonly sight: Sight;
  readonly references: SavedReferences | undefined;
  /** Of a reference that was given: its mean grey and since when it is looked for, until it is found. */
  readonly unproven?: Unproven | undefined;
}

export class SightWatch {
  #bank: ReferenceBank | undefined;
  #sight: Sight;
  /** While learning: what was seen so far agrees with this one. */
  #learnt: EdgePicture[] = [];
  #learntFromMs = 0;
  /** Pictures in a row that do not agree with it: dense traffic hides more than half of a street. */
  #strangerCount = 0;
  #row: Observation[] = [];
  #rowFromMs = 0;
  /** Pictures in a row that were not in place, whatever the measured move. */
  #elsewhereCount = 0;
  #elsewhereFromMs = 0;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  readonly #frozen = new FrozenWatch();
  /** Of the last picture in place. */
  #meanInPlace: number | undefined;
  /** No picture has been in place yet: the reference that was given may be of another light. */
  #unproven: Unproven | undefined;

  readonly #tall: number;

  /**
   * `aspect`: width over height of the camera's whole picture. `reference`: a small grey picture from
   * where the camera shall hang; without one, and nothing saved, the first good pictures are it.
   */
  constructor({
    aspect,
    saved,
    reference,
  }: {
    readonly aspect: number;
    readonly saved?: SavedSight | undefined;
    readonly reference?: Uint8Array | undefined;
  }) {
    this.#tall = pictureWidth / pictureHeight / aspect;
    this.#sight = saved?.sight ?? { state: "learning", sinceMs: 0, move: undefined };
    if (saved?.references !== undefined) {
      this.#bank = ReferenceBank.restored(saved.references);
      this.#unproven = saved.unproven;
    } else if (this.#sight.state !== "learning") {
      this.#sight = { state: "learning", sinceMs: this.#sight.sinceMs, move: undefined };
    }
    if (this.#bank === undefined && reference !== undefined) this.#begin(edgePicture(reference));
  }

  #begin(picture: EdgePicture): void {
    if (isDark(picture)) return;
    this.#bank = ReferenceBank.ofOne(picture, this.#tall);
    this.#unproven = { mean: picture.mean, fromMs: undefined };
  }

  get sight(): Sight {
    return this.#sight;
  }

  saved(): SavedSight {
    const references = this.#bank?.saved();
    return { sight: this.#sight, references, unproven: this.#unproven };
  }

  /** True when the state has changed. */
  add(grey: Uint8Array, atMs: number): boolean {
    const isGap = atMs - this.#lastAtMs > limits.gapMs || atMs < this.#lastAtMs;
    this.#lastAtMs = atMs;
    if (isGap) this.#row = [];
    if (isGap) this.#elsewhereCount = 0;
    const frozenSinceMs = this.#frozen.since(grey, atMs, isGap);
    if (frozenSinceMs !== undefined) return this.#become("frozen", frozenSinceMs, undefined);
    const picture = edgePicture(grey);
    if (this.#bank === undefined) return this.#learn(picture, atMs);
    const observation = observe(this.#bank, picture, { atMs, tall: this.#tall });
    return this.#judge(observation, picture, atMs);
  }

  /** The first good pictures that show the same street. */
  #learn(picture: EdgePicture, atMs: number): boolean {
    if (isDark(picture)) return this.#judgeDark(atMs);
    const first = this.#learnt[0];
    const isSame = first !== undefined && showSame(first, picture, this.#tall);
    const isOld = first === undefined || atMs - this.#learntFromMs > limits.learnMsMax;
    if (!isSame && !isOld && this.#strangerCount < limits.strangersMax) {
      this.#strangerCount += 1;
      return false;
    }
    this.#strangerCount = 0;
    if (!isSame || isOld) {
      this.#learnt = [picture];
      this.#learntFromMs = atMs;
      return this.#become("learning", atMs, undefined);
    }
    this.#learnt.push(picture);
    const isEnough = this.#learnt.length >= limits.learnCount;
    if (!isEnough || atMs - this.#learntFromMs < limits.learnMs) return false;
    this.#bank = ReferenceBank.of(this.#learnt, this.#tall);
    this.#learnt = [];
    this.#meanInPlace = picture.mean;
    return this.#become("in-place", atMs, undefined);
  }

  #judgeDark(atMs: number): boolean {
    this.#learnt = [];
    const since = this.#pushed({ verdict: "dark", move: undefined }, atMs);
    return this.#isConfirmed("dark", atMs) && this.#become("dark", since, undefined);
  }

  #judge(observation: Observation, picture: EdgePicture, atMs: number): boolean {
    const { verdict, move } = observation;
    if (observation.isDoubtful === true) return this.#doubt(atMs);
    if (this.#isOfOtherLight(observation, picture, atMs)) return false;
    const since = this.#pushed(observation, atMs);
    if (verdict === "in-place") {
      this.#bank?.inPlace(picture, atMs);
      this.#unproven = undefined;
      this.#meanInPlace = picture.mean;
    }
    const isElsewhere = this.#isElsewhere(verdict, atMs);
    if (!isElsewhere && !this.#isConfirmed(verdict, atMs)) return false;
    if (
      verdict === "scene-replaced" &&
      (observation.agreement ?? 0) >= limits.lightAgreement &&
      this.#hasLightChanged(picture, this.#meanInPlace) &&
      !this.#isLongEnough(atMs)
    ) {
      return false;
    }
    return this.#become(verdict, since, move);
  }

  /** What a reference of the day does not find on the first night says nothing of the camera. */
  #isOfOtherLight({ verdict }: Observation, picture: EdgePicture, atMs: number): boolean {
    if (this.#unproven === undefined) return false;
    const { mean, fromMs = atMs } = this.#unproven;
    this.#unproven = { mean, fromMs };
    const isFound = verdict === "in-place" || verdict === "moved" || verdict === "dark";
    return !isFound && atMs - fromMs < limits.unprovenMsMax && this.#hasLightChanged(picture, mean);
  }

  /** Neither a proof of the old place nor of another: at most the first of three that are elsewhere. */
  #doubt(atMs: number): false {
    if (this.#elsewhereCount > 0) return false;
    this.#elsewhereCount = 1;
    this.#elsewhereFromMs = atMs;
    return false;
  }

  /** When the row of agreeing pictures began. */
  #pushed(observation: Observation, atMs: number): number {
    const before = this.#row.at(-1);
    if (before === undefined || !agree(before, observation)) {
      this.#row = [];
      this.#rowFromMs = atMs;
    }
    this.#row.push(observation);
    if (this.#row.length > lightChangeConfirm.count) this.#row.shift();
    return this.#rowFromMs;
  }

  #isConfirmed(verdict: Verdict, atMs: number): boolean {
    const { count, ms } = confirm[verdict];
    return this.#row.length >= count && atMs - this.#rowFromMs >= ms;
  }

  /** Where single pictures say different things, enough of them are a move all the same. */
  #isElsewhere(verdict: Verdict, atMs: number): boolean {
    if (verdict === "in-place" || verdict === "dark") {
      this.#elsewhereCount = 0;
      return false;
    }
    if (this.#elsewhereCount === 0) this.#elsewhereFromMs = atMs;
    this.#elsewhereCount += 1;
    const { count, ms } = confirm["scene-replaced"];
    const isMisplaced = verdict === "moved" || verdict === "scene-replaced";
    return isMisplaced && this.#elsewhereCount >= count && atMs - this.#elsewhereFromMs >= ms;
  }

  #isLongEnough(atMs: number): boolean {
    const { count, ms } = lightChangeConfirm;
    return this.#row.length >= count && atMs - this.#rowFromMs >= ms;
  }

  #hasLightChanged({ mean }: EdgePicture, before: number | undefined): boolean {
    return before !== undefined && Math.abs(mean - before) > limits.lightStep;
  }

  #become(state: SightState, sinceMs: number, move: Move | undefined): boolean {
    const { state: before, move: moveBefore } = this.#sight;
    const isSame = state === before && (move === undefined) === (moveBefore === undefined);
    const hasMovedOn =
      move !== undefined && moveBefore !== undefined && !isSameMove(move, moveBefore);
    if (isSame && !hasMovedOn) return false;
    this.#sight = { state, sinceMs, move };
    return true;
  }
}
