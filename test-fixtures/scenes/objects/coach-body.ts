/**
 * Bodies with upright walls, as buses and cabs of lorries have them: one outline at several
 * heights, with windows between the posts.
 */
import type { Material } from "../shape.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { loft } from "./solids.ts";
import type { Vec3 } from "./vector.ts";

export type Wall = "right" | "front" | "left" | "rear" | "corner";

export interface CoachForm {
  readonly halfWidth: number;
  readonly rear: number;
  readonly front: number;
  readonly corner: number;
  /** From below up: how much the outline is drawn in, and how far the front leans back. */
  readonly levels: readonly { readonly z: number; readonly inset: number; readonly lean: number }[];
  /** Where sides are divided, from the rear to the front; ends and corners are added. */
  readonly sideMarks: readonly number[];
  /** Where front and rear are divided, as shares of the width. */
  readonly endMarks: readonly number[];
}

/** `paintAt` is asked for the wall between two marks (`part` counts from 0) above a level. */
export function coachBody(
  mesh: MeshBuilder,
  form: CoachForm,
  paintAt: (level: number, wall: Wall, part: number) => Material,
): void {
  const { halfWidth: w, rear, front, corner, sideMarks, endMarks } = form;
  const inner = w - corner;
  const across = endMarks.map((share) => (2 * share - 1) * inner);
  const outline: { x: number; y: number; wall: Wall; part: number }[] = [];
  const side = (x: number, marks: readonly number[], wall: Wall): void => {
    marks.forEach((y, index) => {
      const isLast = index === marks.length - 1;
      const part = wall === "left" ? marks.length - 2 - index : index;
      outline.push({ x, y, wall: isLast ? "corner" : wall, part });
    });
  };
  const end = (y: number, xs: readonly number[], wall: Wall): void => {
    xs.forEach((x, part) => {
      outline.push({ x, y, wall: part === xs.length - 1 ? "corner" : wall, part });
    });
  };
  const marks = [rear + corner, ...sideMarks, front - corner];
  side(w, marks, "right");
  end(front, [inner, ...across.toReversed(), -inner], "front");
  side(-w, marks.toReversed(), "left");
  end(rear, [-inner, ...across, inner], "rear");
  const rings = form.levels.map(({ z, inset, lean }) =>
    outline.map(({ x, y }): Vec3 => {
      const share = (y - rear) / (front - rear);
      const back = y >= front - corner ? lean : 0;
      const [tight, middle] = [1 - inset / w, (rear + front) / 2];
      const drawn = middle + (y - middle) * (1 - (2 * inset) / (front - rear));
      return [x * tight, drawn - back * (share > 0.5 ? 1 : 0), z];
    }),
  );
  loft(
    mesh,
    (level, index) => {
      const at = outline[index];
      return at === undefined ? undefined : paintAt(level, at.wall, at.part);
    },
    rings,
  );
}
