/**
 * WGS 84 to GCJ-02 and back: the same point as commercial Chinese maps show it. Only for display,
 * and for points that were read from such a map.
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

const inverseRounds = 10;

/**
 * The WGS 84 point whose twin this is, by fixed point: within a micrometre. For points that were
 * read from a commercial map, and only when somebody says so: a datum is never guessed.
 */
export function gcj02ToWgs84([longitude, latitude]: LonLat): LonLat {
  let [x, y] = [longitude, latitude];
  for (let round = 0; round < inverseRounds; round += 1) {
    const [east, north] = wgs84ToGcj02([x, y]);
    x += longitude - east;
    y += latitude - north;
  }
  return [x, y];
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
