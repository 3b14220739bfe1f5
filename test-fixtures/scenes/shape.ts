/**
 * What a thing in a scene looks like: triangles with materials, in metres.
 *
 * The origin is where the thing stands on the ground; x right, y ahead of it, z up. Plain data, so
 * that a thing is made once and drawn in many places.
 */

/** sRGB, 0..1 each. */
export type Colour = readonly [number, number, number];

/** Bytes R, G, B row by row; repeats beyond 0..1. */
export interface Texture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export interface Material {
  /** Multiplied with the texture, where there is one. */
  readonly colour: Colour;
  readonly texture?: Texture;
  /** How much it mirrors light and sky: 0 cloth, 0.3 paint, 0.9 glass. */
  readonly gloss: number;
  /** Light of its own, 0..1 of white: lamps, lit signs, windows at night. */
  readonly glow?: number;
  /** Left out by the shadow, seen from both sides: cloth, leaves. */
  readonly isThin?: boolean;
}

export interface Part {
  readonly material: Material;
  /** x, y, z of each corner. */
  readonly positions: Float32Array;
  /** Unit vectors, one a corner. */
  readonly normals: Float32Array;
  /** u, v of each corner, when the material has a texture. */
  readonly uvs?: Float32Array;
  /** Three corners a triangle, counter-clockwise seen from outside. */
  readonly triangles: Uint32Array;
}

export interface Shape {
  readonly parts: readonly Part[];
}
