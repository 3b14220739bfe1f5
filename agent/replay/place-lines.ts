/** Where a violation stands by its camera's calibration, or why that does not say it. */
import type { Place } from "../../pipelines/domain/event.ts";
import type { Say } from "./say.ts";

/** Nothing for a camera that is not calibrated. */
export function placeLines(place: Place, say: Say): readonly string[] {
  const { point, source, errorEllipse, calibration, pointReason } = place;
  if (calibration === undefined) return [];
  if (source !== "calibration" || point === null || errorEllipse === undefined) {
    const why = pointReason ?? "";
    return [say(`位置：未由标定给出（${why}）。`, `Place: ${why}.`)];
  }
  const [longitude, latitude] = point.coordinates;
  const { semiMajorMetres, semiMinorMetres, azimuthDegrees } = errorEllipse;
  const size = `±${semiMajorMetres} × ±${semiMinorMetres} m`;
  return [
    say(
      `位置：${longitude}, ${latitude}（WGS 84），95% 误差椭圆 ${size}，长轴方位 ${azimuthDegrees}°，标定 ${calibration.slice(0, 12)}。`,
      `Place: ${longitude}, ${latitude} (WGS 84), in 95 of 100 cases within ${size}, the longer way towards ${azimuthDegrees}°; calibration ${calibration.slice(0, 12)}.`,
    ),
  ];
}
