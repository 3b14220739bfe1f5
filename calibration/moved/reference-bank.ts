/**
 * What a camera's street looked like: the reference of its first good pictures, and a few that
 * follow the light.
 *
 * The first never changes, so a mount that sinks a cell a week is noticed; the others are learnt
 * from pictures that are known to be in place, and only vouch for the first where it is blind (at
 * night, under snow). Among them the one that matched last is asked first.
 */
import { MatchCounts } from "./edge-match.ts";
import { EdgeMemory } from "./edge-memory.ts";
import type { EdgePicture } from "./edge-picture.ts";
import { cornerCells, type Measured, measureMove } from "./measure-move.ts";

export interface Usual {
  readonly edgeCount: number;
  readonly strength: number;
  readonly fineness: number;
}

interface Reference {
  readonly memory: EdgeMemory;
  usual: Usual;
  usedAtMs: number;
  learntAtMs: number;
}

export interface SavedReference {
  /** Little-endian words. */
  readonly planes: Uint8Array;
  readonly usual: Usual;
  readonly usedAtMs: number;
}

export interface SavedReferences {
  readonly first: SavedReference;
  readonly others: readonly SavedReference[];
  readonly tall: number;
}

const othersMax = 3;
const learnEveryMs = 60_000;
/** Also while another one answers; a mount that sinks shows here. */
const askFirstEveryMs = 60_000;
/** Of the edges: from here on a reference need not be followed by another. */
const gainGood = 0.3;
/** Pictures in place with little of what is known, before they become a reference themselves. */
const poorCountMin = 8;
/** Cells: only from what is exactly in place is anything learnt. */
const learnCells = 1.2;
/** Times that the first one must say "moved" while another says "in place". */
const sagCountMin = 5;

export class ReferenceBank {
  readonly #first: Reference;
  readonly #tall: number;
  #others: Reference[];
  #current: Reference;
  #recent = new EdgeMemory();
  #recentCount = 0;
  #poorCount = 0;
  #sagCount = 0;
  #firstAskedAtMs = Number.NEGATIVE_INFINITY;
  #last: { readonly reference: Reference; readonly measured: Measured } | undefined;

  private constructor(first: Reference, others: Reference[], tall: number) {
    this.#first = first;
    this.#tall = tall;
    this.#others = others;
    this.#current = [first, ...others].reduce((a, b) => (b.usedAtMs > a.usedAtMs ? b : a));
  }

  /** `tall`: of a cell, see `measure-move.ts`. */
  static of(pictures: readonly EdgePicture[], tall: number): ReferenceBank {
    const memory = new EdgeMemory();
    // Until the most frequent ones count: three times of five.
    for (const { planes } of [...pictures, ...pictures]) memory.add(planes);
    const usual = { edgeCount: 0, strength: 0, fineness: 0 };
    for (const { edgeCount, strength, fineness } of pictures) {
      usual.edgeCount += edgeCount / pictures.length;
      usual.strength += strength / pictures.length;
      usual.fineness += fineness / pictures.length;
    }
    return new ReferenceBank({ memory, usual, usedAtMs: 0, learntAtMs: 0 }, [], tall);
  }

  /** All that is known is one picture. */
  static ofOne(picture: EdgePicture, tall: number): ReferenceBank {
    return ReferenceBank.of([picture, picture, picture], tall);
  }

  static restored({ first, others, tall }: SavedReferences): ReferenceBank {
    return new ReferenceBank(restored(first), others.map(restored), tall);
  }

  saved(): SavedReferences {
    return {
      first: savedOf(this.#first),
      others: this.#others.map(savedOf),
      tall: this.#tall,
    };
  }

  compare(
    picture: EdgePicture,
    atMs: number,
  ): { readonly measured: Measured; readonly usual: Usual } {
    const best = this.#best(picture, atMs);
    this.#last = best;
    return { measured: best.measured, usual: best.reference.usual };
  }

  /** The picture that was compared last is in place, and sharp. */
  inPlace(picture: EdgePicture, atMs: number): void {
    const last = this.#last;
    if (last?.measured.move === undefined) return;
    const { reference, measured } = last;
    this.#current = reference;
    reference.usedAtMs = atMs;
    if (cornerCells(last.measured.move, this.#tall) > learnCells * 2) return;
    this.#recent.add(picture.planes);
    this.#recentCount += 1;
    this.#poorCount = measured.gain < gainGood ? this.#poorCount + 1 : 0;
    if (atMs - reference.learntAtMs >= learnEveryMs) {
      reference.learntAtMs = atMs;
      reference.usual = blended(reference.usual, picture);
      if (reference !== this.#first) reference.memory.add(picture.planes);
    }
    if (this.#poorCount >= poorCountMin && this.#recentCount >= poorCountMin)
      this.#begin(picture, atMs);
  }

  /** What was seen of late becomes a reference of its own. */
  #begin(picture: EdgePicture, atMs: number): void {
    const { edgeCount, strength, fineness } = picture;
    const begun: Reference = {
      memory: this.#recent,
      usual: { edgeCount, strength, fineness },
      usedAtMs: atMs,
      learntAtMs: atMs,
    };
    this.#others = [begun, ...this.#others]
      .toSorted((a, b) => b.usedAtMs - a.usedAtMs)
      .slice(0, othersMax);
    this.#current = begun;
    this.#recent = new EdgeMemory();
    this.#recentCount = 0;
    this.#poorCount = 0;
  }

  #best(picture: EdgePicture, atMs: number) {
    const current = this.#ask(this.#current, picture);
    const isGood = isStill(current.measured) && current.measured.gain >= gainGood / 2;
    const isFirstDue =
      this.#current !== this.#first && atMs - this.#firstAskedAtMs >= askFirstEveryMs;
    if (isGood && !isFirstDue) return current;
    const first = this.#current === this.#first ? current : this.#ask(this.#first, picture);
    this.#firstAskedAtMs = atMs;
    if (isGood) return this.#isSagging(first.measured) ? first : current;
    let best = current;
    for (const reference of [this.#first, ...this.#others]) {
      if (reference === this.#current) continue;
      const asked = reference === this.#first ? first : this.#ask(reference, picture);
      if (isBetter(asked.measured, best.measured)) best = asked;
    }
    return best;
  }

  /** The first one finds all of it elsewhere, again and again, while one that adapts does not. */
  #isSagging(measured: Measured): boolean {
    const isElsewhere = measured.move !== undefined && !isStill(measured);
    this.#sagCount = isElsewhere ? this.#sagCount + 1 : 0;
    return this.#sagCount >= sagCountMin;
  }

  #ask(reference: Reference, picture: EdgePicture) {
    const counts = new MatchCounts(reference.memory.planes, picture.planes);
    return { reference, measured: measureMove(counts, counts.referenceEdges(), this.#tall) };
  }
}

/** A reference that finds the picture in place vouches for it; else the more that agree, the better. */
function isBetter(a: Measured, b: Measured): boolean {
  if (isStill(a) !== isStill(b)) return isStill(a);
  if ((a.move === undefined) !== (b.move === undefined)) return a.move !== undefined;
  return a.agreement > b.agreement;
}

const stillCells = 3;

function isStill({ move }: Measured): boolean {
  // A cell may be taller; what is still is still all the same.
  return move !== undefined && cornerCells(move, 1) < stillCells;
}

function blended(usual: Usual, { edgeCount, strength, fineness }: EdgePicture): Usual {
  const share = 0.1;
  return {
    edgeCount: usual.edgeCount + share * (edgeCount - usual.edgeCount),
    strength: usual.strength + share * (strength - usual.strength),
    fineness: usual.fineness + share * (fineness - usual.fineness),
  };
}

function savedOf({ memory, usual, usedAtMs }: Reference): SavedReference {
  const { planes } = memory;
  const bytes = new Uint8Array(planes.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of planes.entries()) view.setUint32(index * 4, word, true);
  return { planes: bytes, usual, usedAtMs };
}

function restored({ planes, usual, usedAtMs }: SavedReference): Reference {
  const view = new DataView(planes.buffer, planes.byteOffset, planes.byteLength);
  const words = Uint32Array.from({ length: planes.byteLength / 4 }, (_, index) =>
    view.getUint32(index * 4, true),
  );
  return { memory: EdgeMemory.of(words), usual, usedAtMs, learntAtMs: usedAtMs };
}
