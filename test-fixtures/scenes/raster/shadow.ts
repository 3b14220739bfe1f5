/**
 * What a thing does to the ground it stands on: a soft dark edge where it touches, the shadow that
 * the sun throws, the light of its lamps.
 *
 * Only samples that the ground owns are changed, so this comes before things are drawn.
 */
import type { Shape } from "../shape.ts";
import { onGround, projected, radians } from "./camera.ts";
import type { Placement, View } from "./draw-shape.ts";
import { sunShare } from "./light.ts";
import { emptyRegion, isEmpty, owners, type Region } from "./sample-buffer.ts";

/** Returns the region that may have changed. */
export function drawShadow(view: View, shape: Shape, placement: Placement): Region {
  const changed = emptyRegion();
  const base = baseOf(shape);
  if (base !== undefined && placement.z < 0.3) drawContact(view, base, placement, changed);
  const { light } = view;
  if (light.sun[1] > 0.03 && sunShare(light, placement.x, placement.y, 0.1) > 0.5) {
    drawCast(view, shape, placement, changed);
  }
  return changed;
}

interface Base {
  readonly xMin: number;
  readonly xMax: number;
  readonly yMin: number;
  readonly yMax: number;
}

const bases = new WeakMap<Shape, Base | "none">();

/** What of the thing is lower than half a metre; undefined when it hangs. */
function baseOf(shape: Shape): Base | undefined {
  const known = bases.get(shape);
  if (known !== undefined) return known === "none" ? undefined : known;
  let [xMin, xMax] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [yMin, yMax] = [xMin, xMax];
  for (const { positions } of shape.parts) {
    for (let i = 0; i < positions.length; i += 3) {
      if ((positions[i + 2] as number) > 0.5) continue;
      xMin = Math.min(xMin, positions[i] as number);
      xMax = Math.max(xMax, positions[i] as number);
      yMin = Math.min(yMin, positions[i + 1] as number);
      yMax = Math.max(yMax, positions[i + 1] as number);
    }
  }
  const base = xMin <= xMax ? { xMin, xMax, yMin, yMax } : "none";
  bases.set(shape, base);
  return base === "none" ? undefined : base;
}

const softM = 0.45;

function drawContact(view: View, base: Base, placement: Placement, changed: Region): void {
  const { camera, target } = view;
  const region = emptyRegion();
  const [sin, cos] = [
    Math.sin(radians(placement.headingDeg)),
    Math.cos(radians(placement.headingDeg)),
  ];
  const scale = placement.scale ?? 1;
  const [x0, x1] = [base.xMin * scale, base.xMax * scale];
  const [y0, y1] = [base.yMin * scale, base.yMax * scale];
  for (const lx of [x0 - softM, x1 + softM]) {
    for (const ly of [y0 - softM, y1 + softM]) {
      const [px, py, depth] = projected(
        camera,
        placement.x + lx * cos + ly * sin,
        placement.y - lx * sin + ly * cos,
        0,
      );
      if (depth < 0.3) return;
      grow(region, px, py);
    }
  }
  cropTo(region, target.width, target.height);
  if (isEmpty(region)) return;
  const { owner, width } = target;
  for (let row = region.yMin; row < region.yMax; row += 1) {
    const start = onGround(camera, region.xMin + 0.5, row + 0.5);
    const next = onGround(camera, region.xMin + 1.5, row + 0.5);
    if (start === undefined || next === undefined) continue;
    const [stepX, stepY] = [next[0] - start[0], next[1] - start[1]];
    const clear = clearAt(view, row);
    let dx = start[0] - placement.x;
    let dy = start[1] - placement.y;
    for (let column = region.xMin; column < region.xMax; column += 1, dx += stepX, dy += stepY) {
      const i = row * width + column;
      if (owner[i] !== owners.ground) continue;
      const lx = dx * cos - dy * sin;
      const ly = dx * sin + dy * cos;
      const offX = lx < x0 ? x0 - lx : lx > x1 ? lx - x1 : 0;
      if (offX >= softM) continue;
      const offY = ly < y0 ? y0 - ly : ly > y1 ? ly - y1 : 0;
      if (offY >= softM) continue;
      const off = Math.sqrt(offX * offX + offY * offY) / softM;
      if (off >= 1) continue;
      const keep = 1 - 0.62 * (1 - off) * (1 - off);
      darken(view, i, clear, keep, keep, keep);
    }
  }
  join(changed, region);
}

/** Where corners of a part fall on the ground: column, row, depth. */
let cast = new Float64Array(3 * 1_024);

/** One byte a pixel of four samples: how dark. */
let mask = new Uint8Array(0);
let softened = new Uint8Array(0);

function drawCast(view: View, shape: Shape, placement: Placement, changed: Region): void {
  const { camera, light, target } = view;
  const [width, height] = [target.width >> 1, target.height >> 1];
  if (mask.length !== width * height) {
    mask = new Uint8Array(width * height);
    softened = new Uint8Array(width * height);
  }
  const region = emptyRegion();
  const [sin, cos] = [
    Math.sin(radians(placement.headingDeg)),
    Math.cos(radians(placement.headingDeg)),
  ];
  const scale = placement.scale ?? 1;
  const [sx, sy, sz] = light.sunDirection;
  for (const { positions, triangles } of shape.parts) {
    if (cast.length < positions.length) cast = new Float64Array(positions.length * 2);
    const at = cast;
    for (let i = 0; i < positions.length; i += 3) {
      const lx = (positions[i] as number) * scale;
      const ly = (positions[i + 1] as number) * scale;
      const z = Math.max(0, placement.z + (positions[i + 2] as number) * scale);
      const x = placement.x + lx * cos + ly * sin - (sx / sz) * z;
      const y = placement.y - lx * sin + ly * cos - (sy / sz) * z;
      const [px, py, depth] = projected(camera, x, y, 0);
      at[i] = px / 2;
      at[i + 1] = py / 2;
      at[i + 2] = depth;
    }
    for (let t = 0; t < triangles.length; t += 3) {
      const a = (triangles[t] as number) * 3;
      const b = (triangles[t + 1] as number) * 3;
      const c = (triangles[t + 2] as number) * 3;
      if ((at[a + 2] as number) < 0.3 || (at[b + 2] as number) < 0.3) continue;
      if ((at[c + 2] as number) < 0.3) continue;
      fillMask(at, a, b, c, width, height, region);
    }
  }
  region.xMin -= 2;
  region.yMin -= 2;
  region.xMax += 2;
  region.yMax += 2;
  cropTo(region, width, height);
  if (isEmpty(region)) return;
  soften(region, width, mask, softened);
  soften(region, width, softened, mask);
  const share: [number, number, number] = [0, 0, 0];
  for (let c = 0 as 0 | 1 | 2; c < 3; c += 1) {
    const direct = light.sun[c] * Math.max(0, sz);
    share[c] = direct / (direct + light.sky[c] + 1e-6);
  }
  for (let row = region.yMin * 2; row < region.yMax * 2; row += 1) {
    const clear = clearAt(view, row);
    for (let column = region.xMin * 2; column < region.xMax * 2; column += 1) {
      const dark = mask[(row >> 1) * width + (column >> 1)] as number;
      const i = row * target.width + column;
      if (dark === 0 || target.owner[i] !== owners.ground) continue;
      const part = dark / 255;
      darken(view, i, clear, 1 - share[0] * part, 1 - share[1] * part, 1 - share[2] * part);
    }
  }
  for (let row = region.yMin; row < region.yMax; row += 1) {
    mask.fill(0, row * width + region.xMin, row * width + region.xMax);
    softened.fill(0, row * width + region.xMin, row * width + region.xMax);
  }
  join(changed, {
    xMin: region.xMin * 2,
    yMin: region.yMin * 2,
    xMax: region.xMax * 2,
    yMax: region.yMax * 2,
  });
}

function fillMask(
  at: Float64Array,
  a: number,
  b: number,
  c: number,
  width: number,
  height: number,
  region: Region,
): void {
  const ys = [at[a + 1] as number, at[b + 1] as number, at[c + 1] as number];
  const xs = [at[a] as number, at[b] as number, at[c] as number];
  const yTop = Math.max(0, Math.ceil(Math.min(...ys) - 0.5));
  const yEnd = Math.min(height, Math.ceil(Math.max(...ys) - 0.5));
  for (let y = yTop; y < yEnd; y += 1) {
    const middle = y + 0.5;
    let left = Number.POSITIVE_INFINITY;
    let right = Number.NEGATIVE_INFINITY;
    for (let edge = 0; edge < 3; edge += 1) {
      const py = ys[edge] as number;
      const qy = ys[(edge + 1) % 3] as number;
      if (py <= middle === qy <= middle) continue;
      const px = xs[edge] as number;
      const x = px + (((xs[(edge + 1) % 3] as number) - px) * (middle - py)) / (qy - py);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    const xStart = Math.max(0, Math.ceil(left - 0.5));
    const xEnd = Math.min(width, Math.ceil(right - 0.5));
    if (xStart >= xEnd) continue;
    mask.fill(255, y * width + xStart, y * width + xEnd);
    grow(region, xStart, y);
    grow(region, xEnd, y + 1);
  }
}

/** Each pixel becomes the mean of nine. */
function soften(region: Region, width: number, from: Uint8Array, into: Uint8Array): void {
  const { xMin, yMin, xMax, yMax } = region;
  for (let y = Math.max(yMin, 1); y < yMax - 1; y += 1) {
    for (let x = Math.max(xMin, 1); x < xMax - 1; x += 1) {
      const i = y * width + x;
      let sum = 0;
      for (let j = i - width; j <= i + width; j += width) {
        sum += (from[j - 1] as number) + (from[j] as number) + (from[j + 1] as number);
      }
      into[i] = sum / 9;
    }
  }
}

/** Haze lies before the shadow: only what shines through it gets darker. */
function darken(
  view: View,
  i: number,
  clear: number,
  red: number,
  green: number,
  blue: number,
): void {
  const { colour } = view.target;
  const { haze } = view.light;
  const dim = 1 - clear;
  const [r, g, b] = [haze[0] * dim, haze[1] * dim, haze[2] * dim];
  colour[i * 3] = r + ((colour[i * 3] as number) - r) * red;
  colour[i * 3 + 1] = g + ((colour[i * 3 + 1] as number) - g) * green;
  colour[i * 3 + 2] = b + ((colour[i * 3 + 2] as number) - b) * blue;
}

/** Share of the light that comes through the haze from the ground at a row. */
function clearAt({ camera, target, light }: View, row: number): number {
  const ground = onGround(camera, target.width / 2, row + 0.5);
  if (ground === undefined) return 0;
  const distance = Math.hypot(ground[0] - camera.x, ground[1] - camera.y, camera.z);
  return Math.exp(-light.hazePerM * distance);
}

function grow(region: Region, x: number, y: number): void {
  region.xMin = Math.min(region.xMin, x);
  region.yMin = Math.min(region.yMin, y);
  region.xMax = Math.max(region.xMax, x);
  region.yMax = Math.max(region.yMax, y);
}

function cropTo(region: Region, width: number, height: number): void {
  region.xMin = Math.max(0, Math.floor(region.xMin));
  region.yMin = Math.max(0, Math.floor(region.yMin));
  region.xMax = Math.min(width, Math.ceil(region.xMax));
  region.yMax = Math.min(height, Math.ceil(region.yMax));
}

function join(into: Region, { xMin, yMin, xMax, yMax }: Region): void {
  grow(into, xMin, yMin);
  grow(into, xMax, yMax);
}
