/**
 * A small move found between a reference and a new picture, and polygons drawn anew by as much.
 * Polygons are shares of the picture, 0 to 1; what leaves it is cut off at its edge.
 */
import { edgePicture, pictureHeight, pictureWidth } from "./edge-picture.ts";
import { cornerCells, type Move } from "./measure-move.ts";
import { ReferenceBank, type SavedReferences } from "./reference-bank.ts";
import { shiftAt } from "./shift-at.ts";

/** Up to here zones can be moved by what was measured; beyond, what they should show is cut off. */
const reregisterShareMax = 0.1;

export function isSmallMove(move: Move): boolean {
  return cornerCells(move, 1) <= reregisterShareMax * pictureWidth;
}

/** No more than how well a move is measured. */
export function isNoMove(move: Move): boolean {
  return cornerCells(move, 1) < 1;
}

/** Of a picture of this aspect; undefined: nothing of the reference is found in it. */
export function measuredBetween(
  reference: Uint8Array | SavedReferences,
  grey: Uint8Array,
  aspect: number,
): Move | undefined {
  const bank =
    reference instanceof Uint8Array
      ? ReferenceBank.ofOne(edgePicture(reference), pictureWidth / pictureHeight / aspect)
      : ReferenceBank.restored(reference);
  return bank.compare(edgePicture(grey), Number.MAX_SAFE_INTEGER).measured.move;
}

type Polygon = readonly (readonly [number, number])[];

export function movedPolygon(polygon: Polygon, move: Move, aspect: number): [number, number][] {
  return polygon.map(([x, y]) => {
    const [dx, dy] = shiftAt(move, [aspect, 1], [x * aspect, y]);
    return [share(x + dx / aspect), share(y + dy)];
  });
}

function share(value: number): number {
  return Math.max(0, Math.min(1, value));
}
