/** Shapes by their look: a street has many equal things, a scene shows each in many pictures. */
import { shapeOf } from "./objects/index.ts";
import type { ThingLook } from "./objects/thing-look.ts";
import type { Shape } from "./shape.ts";

const shapesMax = 600;
const shapes = new Map<string, Shape>();

export function cachedShape(look: ThingLook): Shape {
  const key = JSON.stringify(look);
  const known = shapes.get(key);
  if (known !== undefined) return known;
  const made = shapeOf(look);
  const oldest = shapes.keys().next();
  if (shapes.size >= shapesMax && oldest.done !== true) shapes.delete(oldest.value);
  shapes.set(key, made);
  return made;
}
