/**
 * Follows one camera's sight, a small grey picture every ten seconds or so.
 *
 * The first good pictures become the reference, which never changes; beside it a few adaptive ones
 * follow the light (dusk, lamps, infrared) and the seasons, each begun only while the camera is
 * known to be in place. A change is believed when some pictures in a row agree. About two
 * milliseconds a picture. Pure: time comes in.
 */
import { MatchCounts } from "./edge-match.ts";
import { type EdgePicture, edgePicture, pictureHeight, pictureWidth } from "./edge-picture.ts";
import { cornerCells, type Measured, type Move, measureMove } from "./measure-move.ts";
import { ReferenceBank, type SavedReferences } from "./reference-bank.ts";
import type { Sight, SightState } from "./sight.ts";

/** Levels of 255, cells and shares; times are of capture. */
const sightLimits = {
  /** Cells: 1.35 % of the picture's width for the middle, 1.7 % for a corner. */
  movedMiddle: 2.6,
  movedCorner: 3.3,
  /** In place by so few and so far off: lanes that look alike say so of a camera that has moved. */
  doubtfulMiddle: 1.8,
  doubtfulAgreement: 0.4,
  /** Of the reference's tiles: fewer where they were, and it is not the light alone. */
  lightAgreement: 0.08,
  /** Two measurements of one move differ by less. */
  sameMove: 2,
  darkBright: 26,
  darkMean: 18,
  /** Of the usual number of edges. */
  blockedEdges: 0.3,
  /** Of the usual strength and fineness. */
  softStrength: 0.7,
  softFineness: 0.35,
  lightStep: 30,
  frozenMs: 600_000,
  frozenCount: 20,
  learnCount: 5,
  learnMs: 35_000,
  strangersMax: 2,
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

type Verdict = Exclude<SightState, "learning" | "frozen">;

/** What one picture says by itself. */
interface Observation {
  readonly verdict: Verdict;
  readonly move: Move | undefined;
  /** In place, but by few tiles, and hardly. */
  readonly isDoubtful?: boolean;
  /** Share of the tiles that agree with any one place. */
  readonly agreement?: number;
}

export interface SavedSight {
  readonly sight: Sight;
  readonly references: SavedReferences | undefined;
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
  #last: Uint8Array | undefined;
  #sameCount = 0;
  #sameFromMs = 0;
  /** Of the last picture in place, or of the reference that was given. */
  #meanInPlace: number | undefined;
  /** No picture has been in place yet: the reference that was given may be of another light. */
  #isUnproven = false;

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
    if (saved?.references !== undefined) this.#bank = ReferenceBank.restored(saved.references);
    else if (this.#sight.state !== "learning") {
      this.#sight = { state: "learning", sinceMs: this.#sight.sinceMs, move: undefined };
    }
    if (this.#bank === undefined && reference !== undefined) this.#begin(edgePicture(reference));
  }

  #begin(picture: EdgePicture): void {
    if (isDark(picture)) return;
    this.#bank = ReferenceBank.ofOne(picture, this.#tall);
    this.#meanInPlace = picture.mean;
    this.#isUnproven = true;
  }

  get sight(): Sight {
    return this.#sight;
  }

  saved(): SavedSight {
    return { sight: this.#sight, references: this.#bank?.saved() };
  }

  /** True when the state has changed. */
  add(grey: Uint8Array, atMs: number): boolean {
    const isGap = atMs - this.#lastAtMs > sightLimits.gapMs || atMs < this.#lastAtMs;
    this.#lastAtMs = atMs;
    if (isGap) this.#row = [];
    if (isGap) this.#elsewhereCount = 0;
    if (this.#isFrozen(grey, atMs, isGap))
      return this.#become("frozen", this.#sameFromMs, undefined);
    const picture = edgePicture(grey);
    if (this.#bank === undefined) return this.#learn(picture, atMs);
    const observation = this.#observe(this.#bank, picture, atMs);
    return this.#judge(observation, picture, atMs);
  }

  #isFrozen(grey: Uint8Array, atMs: number, isGap: boolean): boolean {
    const isSame = !isGap && this.#last !== undefined && areSame(this.#last, grey);
    if (!isSame) {
      this.#last = Uint8Array.from(grey);
      this.#sameCount = 0;
      this.#sameFromMs = atMs;
      return false;
    }
    this.#sameCount += 1;
    const { frozenCount, frozenMs } = sightLimits;
    return this.#sameCount >= frozenCount && atMs - this.#sameFromMs >= frozenMs;
  }

  /** The first good pictures that show the same street. */
  #learn(picture: EdgePicture, atMs: number): boolean {
    if (isDark(picture)) return this.#judgeDark(atMs);
    const first = this.#learnt[0];
    const isSame = first !== undefined && this.#isInPlace(compared(first, picture, this.#tall));
    const isOld = atMs - this.#learntFromMs > sightLimits.gapMs * 10;
    if (!isSame && !isOld && this.#strangerCount < sightLimits.strangersMax) {
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
    const isEnough = this.#learnt.length >= sightLimits.learnCount;
    if (!isEnough || atMs - this.#learntFromMs < sightLimits.learnMs) return false;
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

  #observe(bank: ReferenceBank, picture: EdgePicture, atMs: number): Observation {
    const { measured, usual } = bank.compare(picture, atMs);
    const { softStrength, softFineness, blockedEdges } = sightLimits;
    const isSoft =
      picture.strength < softStrength * usual.strength &&
      picture.fineness < softFineness * usual.fineness;
    const nowhere = (verdict: Verdict): Observation => ({ verdict, move: undefined });
    if (this.#isInPlace(measured)) {
      if (isSoft) return nowhere("defocused");
      return { ...nowhere("in-place"), isDoubtful: isDoubtful(measured) };
    }
    if (isDark(picture)) return nowhere("dark");
    if (measured.move !== undefined) return { verdict: "moved", move: measured.move };
    if (picture.edgeCount < blockedEdges * usual.edgeCount) return nowhere("blocked");
    if (isSoft) return nowhere("defocused");
    return { ...nowhere("scene-replaced"), agreement: measured.agreement };
  }

  #judge(observation: Observation, picture: EdgePicture, atMs: number): boolean {
    const { verdict, move } = observation;
    if (observation.isDoubtful === true) return this.#doubt(atMs);
    if (this.#isOfOtherLight(observation, picture)) return false;
    const since = this.#pushed(observation, atMs);
    if (verdict === "in-place") {
      this.#bank?.inPlace(picture, atMs);
      this.#isUnproven = false;
      this.#meanInPlace = picture.mean;
    }
    const isElsewhere = this.#isElsewhere(verdict, atMs);
    if (!isElsewhere && !this.#isConfirmed(verdict, atMs)) return false;
    if (
      verdict === "scene-replaced" &&
      (observation.agreement ?? 0) >= sightLimits.lightAgreement &&
      this.#hasLightChanged(picture) &&
      !this.#isLongEnough(atMs)
    ) {
      return false;
    }
    return this.#become(verdict, since, move);
  }

  /** What a reference of the day does not find on the first night says nothing of the camera. */
  #isOfOtherLight({ verdict }: Observation, picture: EdgePicture): boolean {
    const isFound = verdict === "in-place" || verdict === "moved" || verdict === "dark";
    return this.#isUnproven && !isFound && this.#hasLightChanged(picture);
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

  #hasLightChanged({ mean }: EdgePicture): boolean {
    const before = this.#meanInPlace;
    return before !== undefined && Math.abs(mean - before) > sightLimits.lightStep;
  }

  #isInPlace({ move }: Measured): boolean {
    return (
      move !== undefined &&
      Math.hypot(move.dx, move.dy) < sightLimits.movedMiddle &&
      cornerCells(move, this.#tall) < sightLimits.movedCorner
    );
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

function compared(first: EdgePicture, picture: EdgePicture, tall: number): Measured {
  const counts = new MatchCounts(first.planes, picture.planes);
  return measureMove(counts, counts.referenceEdges(), tall);
}

function agree(before: Observation, now: Observation): boolean {
  if (before.verdict !== now.verdict) return false;
  return before.move === undefined || now.move === undefined || isSameMove(before.move, now.move);
}

function isSameMove(a: Move, b: Move): boolean {
  const difference = {
    dx: a.dx - b.dx,
    dy: a.dy - b.dy,
    turn: a.turn - b.turn,
    growth: a.growth - b.growth,
  };
  return (
    cornerCells(difference, 1) < sightLimits.sameMove * 2 &&
    Math.hypot(difference.dx, difference.dy) < sightLimits.sameMove
  );
}

function isDoubtful({ move, agreement }: Measured): boolean {
  const { doubtfulMiddle, doubtfulAgreement } = sightLimits;
  return (
    move !== undefined &&
    Math.hypot(move.dx, move.dy) > doubtfulMiddle &&
    agreement < doubtfulAgreement
  );
}

function isDark({ bright, mean }: EdgePicture): boolean {
  return bright < sightLimits.darkBright && mean < sightLimits.darkMean;
}

function areSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((value, index) => value === b[index]);
}
