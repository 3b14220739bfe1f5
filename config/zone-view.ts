/** Which views see a zone, and the plain geometry of both. */
import { type NormBox, type NormPolygon, wholePicture } from "../pipelines/domain/geometry.ts";
import { shareInBox } from "./polygon-shape.ts";
import type { ViewDocument, ZoneDocument } from "./schema/camera.ts";

export function viewCrop({ crop: [xMin, yMin, xMax, yMax] }: ViewDocument): NormBox {
  return { xMin, yMin, xMax, yMax };
}

/**
 * The zone's corners in the whole picture, whatever they were written in. Points repeated one
 * after the other, and a last one that repeats the first, are left out.
 */
export function zonePolygon(views: readonly ViewDocument[], zone: ZoneDocument): NormPolygon {
  const within = views.find((view) => view.id === zone.within);
  const { xMin, yMin, xMax, yMax } = within === undefined ? wholePicture : viewCrop(within);
  const polygon = zone.polygon.map(([x, y]) => ({
    x: xMin + x * (xMax - xMin),
    y: yMin + y * (yMax - yMin),
  }));
  return polygon.filter((point, index) => {
    const next = polygon[(index + 1) % polygon.length];
    return polygon.length === 1 || next === undefined || next.x !== point.x || next.y !== point.y;
  });
}

export function viewsOfZone(views: readonly ViewDocument[], zone: ZoneDocument): ViewDocument[] {
  const polygon = zonePolygon(views, zone);
  return views.filter((view) => shareInBox(polygon, viewCrop(view)) > 0);
}
