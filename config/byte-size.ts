/**
 * Sizes as a person writes them: `16MiB`, `512KiB`, `2GB`. A bare number would leave the unit to
 * guessing, so it is not a size.
 */
const bytesPerUnit: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

const pattern = /^(\d{1,9}) ?(B|KB|MB|GB|KiB|MiB|GiB)$/;

export const byteSizeForm = "a size such as 512KiB, 16MiB or 2GB";

/** Bytes, or undefined when the text is not a size. */
export function parseByteSize(text: string): number | undefined {
  const match = pattern.exec(text);
  const [, count, unit] = match ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Number(count) * (bytesPerUnit[unit] ?? 0);
}

/** The largest binary unit that divides the size without a rest. */
export function printByteSize(bytes: number): string {
  for (const unit of ["GiB", "MiB", "KiB"]) {
    const size = bytesPerUnit[unit] ?? 1;
    if (bytes > 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}
