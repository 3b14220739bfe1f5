/**
 * What an editor has drawn and not saved yet: zones by camera, with a way back and forth.
 *
 * Pure: no picture, no box. Each change is a new state; the old one is where undo leads.
 */
export type Point = readonly [x: number, y: number];
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface Zone {
  readonly id: string;
  readonly polygon: readonly Point[];
  readonly rules?: readonly Readonly<Record<string, Json>>[];
  readonly [key: string]: Json | undefined;
}

export type Zones = Readonly<Record<string, readonly Zone[]>>;

const stepsMax = 200;

export class Draft {
  #saved: Zones;
  #now: Zones;
  #back: Zones[] = [];
  #forth: Zones[] = [];
  /** What the last step was about: a drag is one step, however many moves it has. */
  #running: string | undefined;

  constructor(saved: Zones) {
    this.#saved = saved;
    this.#now = saved;
  }

  get canUndo(): boolean {
    return this.#back.length > 0;
  }

  get canRedo(): boolean {
    return this.#forth.length > 0;
  }

  zones(camera: string): readonly Zone[] {
    return this.#now[camera] ?? [];
  }

  /** Cameras whose zones are not what the file says. */
  changes(): Record<string, { zones: readonly Zone[] }> {
    const changed = Object.entries(this.#now).filter(
      ([camera, zones]) => JSON.stringify(zones) !== JSON.stringify(this.#saved[camera]),
    );
    return Object.fromEntries(changed.map(([camera, zones]) => [camera, { zones }]));
  }

  /** Steps of one drag have the same `running` and are undone together. */
  set(camera: string, zones: readonly Zone[], running?: string): void {
    if (running === undefined || running !== this.#running) {
      this.#back = [...this.#back, this.#now].slice(-stepsMax);
    }
    this.#forth = [];
    this.#running = running;
    this.#now = { ...this.#now, [camera]: zones };
  }

  change(camera: string, id: string, edit: (zone: Zone) => Zone, running?: string): void {
    const zones = this.zones(camera).map((zone) => (zone.id === id ? edit(zone) : zone));
    this.set(camera, zones, running);
  }

  undo(): void {
    const before = this.#back.pop();
    if (before === undefined) return;
    this.#forth.push(this.#now);
    this.#running = undefined;
    this.#now = before;
  }

  redo(): void {
    const next = this.#forth.pop();
    if (next === undefined) return;
    this.#back.push(this.#now);
    this.#running = undefined;
    this.#now = next;
  }

  /** It was saved: this is what the file says now. */
  keep(): void {
    this.#saved = this.#now;
  }

  /** Somebody else saved: what is drawn here stays drawn, and is compared with theirs. */
  rebase(saved: Zones): void {
    const mine = this.changes();
    const kept = Object.entries(mine).map(([camera, { zones }]) => [camera, zones] as const);
    this.#saved = saved;
    this.#now = { ...saved, ...Object.fromEntries(kept) };
  }
}

export function movePoint(polygon: readonly Point[], index: number, to: Point): readonly Point[] {
  return polygon.map((point, at) => (at === index ? inPicture(to) : point));
}

export function insertPoint(polygon: readonly Point[], after: number, at: Point): readonly Point[] {
  return polygon.toSpliced(after + 1, 0, inPicture(at));
}

/** A polygon keeps three corners. */
export function removePoint(polygon: readonly Point[], index: number): readonly Point[] {
  return polygon.length <= 3 ? polygon : polygon.toSpliced(index, 1);
}

/** The whole shape; it stops at the border and keeps its form. */
export function movePolygon(polygon: readonly Point[], dx: number, dy: number): readonly Point[] {
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  const right = Math.min(Math.max(dx, -Math.min(...xs)), 1 - Math.max(...xs));
  const down = Math.min(Math.max(dy, -Math.min(...ys)), 1 - Math.max(...ys));
  return polygon.map(([x, y]) => inPicture([x + right, y + down]));
}

/** Along the line between two corners that are not neighbours; undefined when they are. */
export function splitPolygon(
  polygon: readonly Point[],
  a: number,
  b: number,
): readonly [readonly Point[], readonly Point[]] | undefined {
  const [from, to] = a < b ? [a, b] : [b, a];
  if (to - from < 2 || polygon.length - (to - from) < 2) return undefined;
  return [polygon.slice(from, to + 1), [...polygon.slice(to), ...polygon.slice(0, from + 1)]];
}

const snapDistance = 0.012;

/** The nearest corner of another zone, or the border of the picture, when one is close. */
export function snapped(at: Point, others: readonly Point[]): Point {
  const near = others
    .map((point) => ({ point, off: Math.hypot(point[0] - at[0], point[1] - at[1]) }))
    .filter(({ off }) => off <= snapDistance)
    .toSorted((one, other) => one.off - other.off)[0];
  if (near !== undefined) return near.point;
  const edge = (value: number): number =>
    value < snapDistance ? 0 : value > 1 - snapDistance ? 1 : value;
  return [edge(at[0]), edge(at[1])];
}

/** A name that no zone there has. */
export function freeId(zones: readonly Zone[], wanted: string): string {
  const taken = new Set(zones.map(({ id }) => id));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}

/** Four digits: a tenth of a pixel of the largest picture. */
function inPicture([x, y]: Point): Point {
  const digits = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;
  return [digits(x), digits(y)];
}
