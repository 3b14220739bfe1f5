/**
 * The known name that a mistyped one most likely meant.
 *
 * Damerau-Levenshtein (a swap of neighbours counts once), at most a third of the letters wrong:
 * a far-fetched suggestion is worse than none.
 */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  const folded = fold(wanted);
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(folded, fold(name));
    const allowed = Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 3));
    if (distance <= allowed && (best === undefined || distance < best.distance)) {
      best = { name, distance };
    }
  }
  return best?.name;
}

/** ` (did you mean "x"?)`, or nothing when no name is near. */
export function suggestion(wanted: string, known: readonly string[]): string {
  const name = nearest(wanted, known);
  return name === undefined ? "" : `, did you mean "${name}"?`;
}

/** Case and the joint between words are not what people mistype on purpose. */
function fold(text: string): string {
  return text.slice(0, 64).toLowerCase().replaceAll(/[-_ ]/g, "");
}

function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const replaced = (last[column - 1] ?? 0) + (isSame ? 0 : 1);
      const isSwap =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = isSwap ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      line.push(Math.min(replaced, swapped, (last[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    before = last;
    last = line;
  }
  return last[b.length] ?? 0;
}
