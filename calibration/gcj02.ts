/**
 * WGS 84 to GCJ-02: the same point as commercial Chinese maps show it. For display only.
 *
 * The published approximation (Krasovsky ellipsoid, a = 6 378 245 m). Outside its rectangle the
 * point comes back unchanged. Degrees, longitude first.
 */
export type LonLat = readonly [longitude: number, latitude: number];

const axisMetres = 6_378_245;
const eccentricitySquared = 0.006693421622965943;
const { PI, sin, cos, sqrt, abs } = Math;

export function wgs84ToGcj02([longitude, latitude]: LonLat): LonLat {
  if (!isInRectangle(longitude, latitude)) return [longitude, latitude];
  const x = longitude - 105;
  const y = latitude - 35;
  const shared = 20 * sin(6 * PI * x) + 20 * sin(2 * PI * x);
  const phi = (latitude * PI) / 180;
  const m = 1 - eccentricitySquared * sin(phi) ** 2;
  const metresPerLatitude = (axisMetres * (1 - eccentricitySquared) * PI) / (m * sqrt(m) * 180);
  const metresPerLongitude = (axisMetres * cos(phi) * PI) / (sqrt(m) * 180);
  return [
    longitude + longitudeMetres(x, y, shared) / metresPerLongitude,
    latitude + latitudeMetres(x, y, shared) / metresPerLatitude,
  ];
}

function isInRectangle(longitude: number, latitude: number): boolean {
  return longitude >= 72.004 && longitude <= 137.8347 && latitude >= 0.8293 && latitude <= 55.8271;
}

function latitudeMetres(x: number, y: number, shared: number): number {
  const waves =
    20 * sin(PI * y) + 40 * sin((PI * y) / 3) + 160 * sin((PI * y) / 12) + 320 * sin((PI * y) / 30);
  return (
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * sqrt(abs(x)) +
    (2 / 3) * (shared + waves)
  );
}

function longitudeMetres(x: number, y: number, shared: number): number {
  const waves =
    20 * sin(PI * x) + 40 * sin((PI * x) / 3) + 150 * sin((PI * x) / 12) + 300 * sin((PI * x) / 30);
  return (
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + (2 / 3) * (shared + waves)
  );
}
