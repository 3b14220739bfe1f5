import fc from "fast-check";
import { expect, test } from "vitest";
import { gcj02ToWgs84, type LonLat, wgs84ToGcj02 } from "./gcj02.ts";

const rows: readonly { name: string; wgs84: LonLat; gcj02: LonLat }[] = [
  { name: "Shanghai", wgs84: [121.5272106, 31.1774276], gcj02: [121.531541859, 31.175303984] },
  { name: "Shenzhen", wgs84: [113.912316, 22.543847], gcj02: [113.917176481, 22.540796132] },
  { name: "Beijing", wgs84: [116.377817, 39.911954], gcj02: [116.384047225, 39.913345455] },
  { name: "Chaozhou", wgs84: [116.647, 23.67], gcj02: [116.651408182, 23.667285009] },
  { name: "Zhengzhou", wgs84: [113.6254, 34.7466], gcj02: [113.631446664, 34.745417451] },
  { name: "Zhushan", wgs84: [110.2289, 32.2249], gcj02: [110.233951328, 32.222706357] },
  { name: "Paris comes back unchanged", wgs84: [2.3522, 48.8566], gcj02: [2.3522, 48.8566] },
];
for (const { name, wgs84, gcj02 } of rows) {
  test(name, () => {
    const [longitude, latitude] = wgs84ToGcj02(wgs84);
    expect(Math.abs(longitude - gcj02[0])).toBeLessThan(1e-6);
    expect(Math.abs(latitude - gcj02[1])).toBeLessThan(1e-6);
  });
}

const metresPerDegreeMax = 111_700;

for (const { name, wgs84, gcj02 } of rows) {
  test(`${name}, from the twin back: half a metre from the published value`, () => {
    const [longitude, latitude] = gcj02ToWgs84(gcj02);
    const metres = Math.hypot(longitude - wgs84[0], latitude - wgs84[1]) * metresPerDegreeMax;
    expect(metres).toBeLessThan(0.5);
  });
}

test("there and back is within a micrometre", () => {
  const inside = fc.tuple(
    fc.double({ min: 73, max: 135, noNaN: true }),
    fc.double({ min: 18, max: 54, noNaN: true }),
  );
  fc.assert(
    fc.property(inside, (point) => {
      const [longitude, latitude] = gcj02ToWgs84(wgs84ToGcj02(point));
      const metres = Math.hypot(longitude - point[0], latitude - point[1]) * metresPerDegreeMax;
      expect(metres).toBeLessThan(1e-6);
    }),
  );
});
