/** Metres of a degree at a latitude, WGS 84: right to a millimetre a hundred metres. */
export function metresPerDegree(latitude: number): {
  readonly east: number;
  readonly north: number;
} {
  const phi = (latitude * Math.PI) / 180;
  const w2 = 1 - eccentricity2 * Math.sin(phi) ** 2;
  const perRadian = {
    east: (axis / Math.sqrt(w2)) * Math.cos(phi),
    north: (axis * (1 - eccentricity2)) / (w2 * Math.sqrt(w2)),
  };
  return { east: (perRadian.east * Math.PI) / 180, north: (perRadian.north * Math.PI) / 180 };
}

const axis = 6_378_137;
const eccentricity2 = 0.006_694_379_990_14;
