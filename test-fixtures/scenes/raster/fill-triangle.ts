/**
 * Draws one triangle: which samples it owns, how near they are, what colour they get.
 *
 * A sample belongs to a triangle when its middle lies inside; edges are computed from the upper to
 * the lower corner whoever draws them, so that neighbours neither overlap nor leave a gap. Texture
 * is perspective-correct; light changes slowly and is interpolated in the picture.
 */
import type { MipLevel, MipTexture } from "./mip-texture.ts";
import type { Region, SampleBuffer } from "./sample-buffer.ts";

/**
 * A corner's numbers: column, row, 1/depth, u/depth, v/depth, light that the texture is multiplied
 * with (red, green, blue), light that is added (red, green, blue).
 */
export const cornerSize = 11;

/** What a thing reaches for, seen or not. */
export interface Reach extends Region {
  readonly owner: number;
  /** Samples it would own if it stood alone. */
  sampleCount: number;
}

/** Corner, change along a row, change down a column, for each number behind column and row. */
const plane = new Float64Array(3 * 9);

export function fillTriangle(
  target: SampleBuffer,
  corners: Float64Array,
  first: number,
  second: number,
  third: number,
  owner: number,
  texture: MipTexture | undefined,
  reach: Reach | undefined,
): void {
  const ax = corners[first] ?? 0;
  const ay = corners[first + 1] ?? 0;
  const bx = corners[second] ?? 0;
  const by = corners[second + 1] ?? 0;
  const cx = corners[third] ?? 0;
  const cy = corners[third + 1] ?? 0;
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (!(Math.abs(area) > 1e-9)) return;
  const yTop = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
  const yEnd = Math.min(target.height, Math.ceil(Math.max(ay, by, cy) - 0.5));
  if (yTop >= yEnd || Math.max(ax, bx, cx) < 0 || Math.min(ax, bx, cx) > target.width) return;
  for (let k = 0; k < 9; k += 1) {
    const a = corners[first + 2 + k] ?? 0;
    const ab = (corners[second + 2 + k] ?? 0) - a;
    const ac = (corners[third + 2 + k] ?? 0) - a;
    const alongX = (ab * (cy - ay) - ac * (by - ay)) / area;
    const alongY = (ac * (bx - ax) - ab * (cx - ax)) / area;
    plane[k * 3] = a - alongX * (ax - 0.5) - alongY * (ay - 0.5);
    plane[k * 3 + 1] = alongX;
    plane[k * 3 + 2] = alongY;
  }
  const level =
    texture === undefined ? undefined : levelFor(texture, corners, first, second, third, area);
  for (let y = yTop; y < yEnd; y += 1) {
    const middle = y + 0.5;
    let left = Number.POSITIVE_INFINITY;
    let right = Number.NEGATIVE_INFINITY;
    for (let edge = 0; edge < 3; edge += 1) {
      const px = edge === 0 ? ax : edge === 1 ? bx : cx;
      const py = edge === 0 ? ay : edge === 1 ? by : cy;
      const qx = edge === 0 ? bx : edge === 1 ? cx : ax;
      const qy = edge === 0 ? by : edge === 1 ? cy : ay;
      if (py <= middle === qy <= middle) continue;
      const x =
        py < qy
          ? px + ((qx - px) * (middle - py)) / (qy - py)
          : qx + ((px - qx) * (middle - qy)) / (py - qy);
      if (x < left) left = x;
      if (x > right) right = x;
    }
    const xStart = Math.max(0, Math.ceil(left - 0.5));
    const xEnd = Math.min(target.width, Math.ceil(right - 0.5));
    if (xStart >= xEnd) continue;
    if (reach !== undefined) touch(target, reach, y, xStart, xEnd);
    if (level === undefined) fillPlain(target, y, xStart, xEnd, owner);
    else fillTextured(target, y, xStart, xEnd, owner, level);
  }
}

/** The finest level whose texels are not much smaller than samples. */
function levelFor(
  texture: MipTexture,
  corners: Float64Array,
  first: number,
  second: number,
  third: number,
  area: number,
): MipLevel {
  const finest = texture.levels[0] as MipLevel; // A texture has at least one level.
  const u = (at: number): number =>
    ((corners[at + 3] ?? 0) / (corners[at + 2] ?? 1)) * finest.width;
  const v = (at: number): number =>
    ((corners[at + 4] ?? 0) / (corners[at + 2] ?? 1)) * finest.height;
  const [u0, v0] = [u(first), v(first)];
  const texels = (u(second) - u0) * (v(third) - v0) - (u(third) - u0) * (v(second) - v0);
  const halvings = Math.round(0.5 * Math.log2(Math.abs(texels / area) + 1e-12) - 0.2);
  const index = Math.max(0, Math.min(texture.levels.length - 1, halvings));
  return texture.levels[index] ?? finest;
}

function touch(target: SampleBuffer, reach: Reach, y: number, xStart: number, xEnd: number): void {
  const { touched } = target;
  const row = y * target.width;
  const { owner } = reach;
  let count = 0;
  for (let i = row + xStart; i < row + xEnd; i += 1) {
    if (touched[i] !== owner) {
      touched[i] = owner;
      count += 1;
    }
  }
  reach.sampleCount += count;
  if (xStart < reach.xMin) reach.xMin = xStart;
  if (xEnd > reach.xMax) reach.xMax = xEnd;
  if (y < reach.yMin) reach.yMin = y;
  if (y + 1 > reach.yMax) reach.yMax = y + 1;
}

function fillPlain(
  target: SampleBuffer,
  y: number,
  xStart: number,
  xEnd: number,
  owner: number,
): void {
  const { nearness, colour, owner: owned } = target;
  const p = plane;
  const near1 = p[1] as number;
  let near = (p[0] as number) + near1 * xStart + (p[2] as number) * y;
  const red1 = (p[10] as number) + (p[19] as number);
  let red = (p[9] as number) + (p[18] as number) + red1 * xStart;
  red += ((p[11] as number) + (p[20] as number)) * y;
  const green1 = (p[13] as number) + (p[22] as number);
  let green = (p[12] as number) + (p[21] as number) + green1 * xStart;
  green += ((p[14] as number) + (p[23] as number)) * y;
  const blue1 = (p[16] as number) + (p[25] as number);
  let blue = (p[15] as number) + (p[24] as number) + blue1 * xStart;
  blue += ((p[17] as number) + (p[26] as number)) * y;
  const row = y * target.width;
  for (let i = row + xStart; i < row + xEnd; i += 1) {
    if (near > (nearness[i] as number)) {
      nearness[i] = near;
      owned[i] = owner;
      const at = i * 3;
      colour[at] = red;
      colour[at + 1] = green;
      colour[at + 2] = blue;
    }
    near += near1;
    red += red1;
    green += green1;
    blue += blue1;
  }
}

function fillTextured(
  target: SampleBuffer,
  y: number,
  xStart: number,
  xEnd: number,
  owner: number,
  level: MipLevel,
): void {
  const { nearness, colour, owner: owned } = target;
  const { width, height, texels } = level;
  const p = plane;
  const near1 = p[1] as number;
  const u1 = (p[4] as number) * width;
  const v1 = (p[7] as number) * height;
  let near = (p[0] as number) + near1 * xStart + (p[2] as number) * y;
  let u = ((p[3] as number) + (p[4] as number) * xStart + (p[5] as number) * y) * width;
  let v = ((p[6] as number) + (p[7] as number) * xStart + (p[8] as number) * y) * height;
  const [r1, g1, b1] = [p[10] as number, p[13] as number, p[16] as number];
  let r = (p[9] as number) + r1 * xStart + (p[11] as number) * y;
  let g = (p[12] as number) + g1 * xStart + (p[14] as number) * y;
  let b = (p[15] as number) + b1 * xStart + (p[17] as number) * y;
  const [s1, t1, w1] = [p[19] as number, p[22] as number, p[25] as number];
  let s = (p[18] as number) + s1 * xStart + (p[20] as number) * y;
  let t = (p[21] as number) + t1 * xStart + (p[23] as number) * y;
  let w = (p[24] as number) + w1 * xStart + (p[26] as number) * y;
  const row = y * target.width;
  for (let i = row + xStart; i < row + xEnd; i += 1) {
    if (near > (nearness[i] as number)) {
      nearness[i] = near;
      owned[i] = owner;
      const depth = 1 / near;
      const tu = u * depth - 0.5;
      const tv = v * depth - 0.5;
      const fu = Math.floor(tu);
      const fv = Math.floor(tv);
      const right = tu - fu;
      const down = tv - fv;
      let x0 = fu % width;
      if (x0 < 0) x0 += width;
      let y0 = fv % height;
      if (y0 < 0) y0 += height;
      const x1 = x0 + 1 === width ? 0 : x0 + 1;
      const top = y0 * width;
      const bottom = (y0 + 1 === height ? 0 : y0 + 1) * width;
      const a = (top + x0) * 3;
      const c = (top + x1) * 3;
      const d = (bottom + x0) * 3;
      const e = (bottom + x1) * 3;
      const wa = (1 - right) * (1 - down);
      const wc = right * (1 - down);
      const wd = (1 - right) * down;
      const we = right * down;
      const at = i * 3;
      colour[at] =
        s +
        r *
          (wa * (texels[a] as number) +
            wc * (texels[c] as number) +
            wd * (texels[d] as number) +
            we * (texels[e] as number));
      colour[at + 1] =
        t +
        g *
          (wa * (texels[a + 1] as number) +
            wc * (texels[c + 1] as number) +
            wd * (texels[d + 1] as number) +
            we * (texels[e + 1] as number));
      colour[at + 2] =
        w +
        b *
          (wa * (texels[a + 2] as number) +
            wc * (texels[c + 2] as number) +
            wd * (texels[d + 2] as number) +
            we * (texels[e + 2] as number));
    }
    near += near1;
    u += u1;
    v += v1;
    r += r1;
    g += g1;
    b += b1;
    s += s1;
    t += t1;
    w += w1;
  }
}
