/** Which views see a zone, and the plain geometry of both. */
import type { NormBox, NormPolygon } from "../pipelines/domain/geometry.ts";
import { shareInBox } from "./polygon-shape.ts";
import type { ViewDocument, ZoneDocument } from "./schema/camera.ts";

export function viewCrop({ crop: [xMin, yMin, xMax, yMax] }: ViewDocument): NormBox {
  return { xMin, yMin, xMax, yMax };
}

/** Points repeated one after the other, and a last one that repeats the first, are left out. */
export function openPolygon(points: ZoneDocument["polygon"]): NormPolygon {
  const polygon = points.map(([x, y]) => ({ x, y }));
  return polygon.filter((point, index) => {
    const next = polygon[(index + 1) % polygon.length];
    return polygon.length === 1 || next === undefined || next.x !== point.x || next.y !== point.y;
  });
}

export function viewsOfZone(views: readonly ViewDocument[], zone: ZoneDocument): ViewDocument[] {
  const polygon = openPolygon(zone.polygon);
  return views.filter((view) => shareInBox(polygon, viewCrop(view)) > 0);
}
