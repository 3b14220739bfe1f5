/** A one-channel texture with its halves, looked up smoothly in metres of the ground. */

export interface GrainMips {
  readonly sizeM: number;
  readonly levels: readonly { readonly size: number; readonly values: Float32Array }[];
}

export function grainMips(size: number, values: Float32Array, sizeM: number): GrainMips {
  const levels = [{ size, values }];
  for (let last = levels[0]; last !== undefined && last.size > 1; last = levels.at(-1)) {
    if (last.size === 1) break;
    const half = last.size >> 1;
    const halved = new Float32Array(half * half);
    for (let y = 0; y < half; y += 1) {
      for (let x = 0; x < half; x += 1) {
        const at = y * 2 * last.size + x * 2;
        const sum =
          (last.values[at] ?? 0) +
          (last.values[at + 1] ?? 0) +
          (last.values[at + last.size] ?? 0) +
          (last.values[at + last.size + 1] ?? 0);
        halved[y * half + x] = sum / 4;
      }
    }
    levels.push({ size: half, values: halved });
  }
  return { sizeM, levels };
}

/** The level whose texels are about as large as `footprintM`. */
export function levelFor({ levels, sizeM }: GrainMips, footprintM: number): number {
  const texelM = sizeM / (levels[0]?.size ?? 1);
  const level = Math.round(Math.log2(footprintM / texelM + 1e-9) - 0.2);
  return Math.max(0, Math.min(levels.length - 1, level));
}

export function grainAt({ levels, sizeM }: GrainMips, level: number, x: number, y: number): number {
  const chosen = levels[level];
  if (chosen === undefined) return 0.5;
  const { size, values } = chosen;
  const u = (x / sizeM) * size;
  const v = (y / sizeM) * size;
  const fu = Math.floor(u);
  const fv = Math.floor(v);
  const right = u - fu;
  const down = v - fv;
  const mask = size - 1; // Sizes are powers of two.
  const x0 = fu & mask;
  const x1 = (fu + 1) & mask;
  const top = (fv & mask) * size;
  const bottom = ((fv + 1) & mask) * size;
  const a = values[top + x0] as number;
  const c = values[bottom + x0] as number;
  const upper = a + ((values[top + x1] as number) - a) * right;
  return upper + (c + ((values[bottom + x1] as number) - c) * right - upper) * down;
}
