/**
 * The little linear algebra that fitting a camera takes: null vector, inverse, two by two.
 *
 * Matrices are lists of rows, at most a few hundred by ten. `undefined` says that there is no
 * answer (singular, not positive definite); nothing here throws on numbers.
 */
export type Matrix = readonly (readonly number[])[];

/** Rows: `[[a, b], [c, d]]`. */
export interface Matrix2 {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

const sweepsMax = 60;
const converged = 1e-15;

/**
 * The unit vector that the matrix shortens most, by one-sided Jacobi rotations of its columns:
 * exact to the last digits, where the product of the matrix with itself would lose half of them.
 */
export function nullVector(matrix: Matrix): number[] {
  const columns = transposed(matrix);
  const size = columns.length;
  const basis = identity(size);
  for (let sweep = 0; sweep < sweepsMax; sweep += 1) {
    let worst = 0;
    for (let i = 0; i < size; i += 1) {
      for (let j = i + 1; j < size; j += 1) {
        worst = Math.max(worst, rotatePair(columns, basis, i, j));
      }
    }
    if (worst < converged) break;
  }
  const norms = columns.map((column) => dot(column, column));
  return basis[norms.indexOf(Math.min(...norms))] ?? [];
}

/** Makes two columns orthogonal; returns how far they were from it. */
function rotatePair(columns: number[][], basis: number[][], i: number, j: number): number {
  const [first = [], second = []] = [columns[i], columns[j]];
  const [alpha, beta, gamma] = [dot(first, first), dot(second, second), dot(first, second)];
  const size = Math.sqrt(alpha * beta);
  if (gamma === 0 || size === 0) return 0;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + t * t);
  rotate(first, second, cosine, cosine * t);
  rotate(basis[i] ?? [], basis[j] ?? [], cosine, cosine * t);
  return Math.abs(gamma) / size;
}

function rotate(first: number[], second: number[], cosine: number, sine: number): void {
  for (const [index, x] of first.entries()) {
    const y = second[index] ?? 0;
    first[index] = cosine * x - sine * y;
    second[index] = sine * x + cosine * y;
  }
}

/** Of a symmetric positive definite matrix, by Cholesky; undefined when it is not. */
export function inverseOf(matrix: Matrix): number[][] | undefined {
  const lower = cholesky(matrix);
  if (lower === undefined) return undefined;
  const columns = identity(matrix.length).map((unit) => solveLower(lower, unit));
  return columns.map((column) => columns.map((other) => dot(column, other)));
}

/** `matrix · x = right`, for a symmetric positive definite matrix. */
export function solve(matrix: Matrix, right: readonly number[]): number[] | undefined {
  const lower = cholesky(matrix);
  if (lower === undefined) return undefined;
  const half = solveLower(lower, right);
  const x = [...half];
  for (let i = x.length - 1; i >= 0; i -= 1) {
    let sum = half[i] ?? 0;
    for (let k = i + 1; k < x.length; k += 1) sum -= at(lower, k, i) * (x[k] ?? 0);
    x[i] = sum / at(lower, i, i);
  }
  return x;
}

function cholesky(matrix: Matrix): number[][] | undefined {
  const size = matrix.length;
  const lower = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = at(matrix, i, j);
      for (let k = 0; k < j; k += 1) sum -= at(lower, i, k) * at(lower, j, k);
      const row = lower[i] ?? [];
      if (i !== j) row[j] = sum / at(lower, j, j);
      else if (sum > 1e-13 * at(matrix, i, i)) row[j] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

function solveLower(lower: Matrix, right: readonly number[]): number[] {
  const x: number[] = [];
  for (const [i, value] of right.entries()) {
    let sum = value;
    for (let k = 0; k < i; k += 1) sum -= at(lower, i, k) * (x[k] ?? 0);
    x.push(sum / at(lower, i, i));
  }
  return x;
}

/** `rows · covariance · rowsᵀ` for two rows: what becomes of errors in two numbers made from many. */
export function spread(rows: readonly [readonly number[], readonly number[]], covariance: Matrix) {
  const [first, second] = rows;
  const left = covariance.map((row) => dot(row, first));
  const right = covariance.map((row) => dot(row, second));
  const shared = dot(first, right);
  return { a: dot(first, left), b: shared, c: shared, d: dot(second, right) };
}

export function product(one: Matrix, other: Matrix): number[][] {
  const columns = transposed(other);
  return one.map((row) => columns.map((column) => dot(row, column)));
}

export function inverse2({ a, b, c, d }: Matrix2): Matrix2 {
  const determinant = a * d - b * c;
  return { a: d / determinant, b: -b / determinant, c: -c / determinant, d: a / determinant };
}

export function product2(one: Matrix2, other: Matrix2): Matrix2 {
  return {
    a: one.a * other.a + one.b * other.c,
    b: one.a * other.b + one.b * other.d,
    c: one.c * other.a + one.d * other.c,
    d: one.c * other.b + one.d * other.d,
  };
}

/** `m · covariance · mᵀ`. */
export function turned(m: Matrix2, covariance: Matrix2): Matrix2 {
  return product2(product2(m, covariance), { a: m.a, b: m.c, c: m.b, d: m.d });
}

export function sum2(...parts: readonly Matrix2[]): Matrix2 {
  const total = (key: keyof Matrix2) => parts.reduce((sum, part) => sum + part[key], 0);
  return { a: total("a"), b: total("b"), c: total("c"), d: total("d") };
}

/** Squared lengths of the half axes of a covariance, and the direction of the greater one. */
export function axesOf({ a, b, d }: Matrix2): {
  readonly greater: number;
  readonly lesser: number;
  /** Radians from the first coordinate towards the second. */
  readonly angle: number;
} {
  const middle = (a + d) / 2;
  const half = Math.hypot((a - d) / 2, b);
  return {
    greater: middle + half,
    lesser: Math.max(0, middle - half),
    angle: Math.atan2(2 * b, a - d) / 2,
  };
}

export function dot(one: readonly number[], other: readonly number[]): number {
  let sum = 0;
  for (const [index, value] of one.entries()) sum += value * (other[index] ?? 0);
  return sum;
}

function at(matrix: Matrix, row: number, column: number): number {
  return matrix[row]?.[column] ?? 0;
}

function identity(size: number): number[][] {
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)),
  );
}

export function transposed(matrix: Matrix): number[][] {
  return (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] ?? 0));
}
