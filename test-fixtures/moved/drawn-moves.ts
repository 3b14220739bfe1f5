/**
 * Moves, streets, lights and days by chance: what the rules of `calibration/moved/` are judged on,
 * and were not made on. From 2 % of the picture's width upward.
 */
import type { SceneDescription } from "../scenes/description.ts";
import type { ClipMoves, SceneMoves } from "./known-moves.ts";
import { streetCamera, streetScene } from "./street-day.ts";

type Draws = () => number;

const between = (draw: Draws, low: number, high: number) => low + (high - low) * draw();
const sideOf = (draw: Draws) => (draw() < 0.5 ? -1 : 1);
const three = (value: number) => value.toFixed(3);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** Filters of ffmpeg; what was seen at first lies elsewhere in each clip. */
export function drawnClipMoves(draw: Draws): ClipMoves {
  const share = 0.76;
  const [left, top] = [between(draw, 0.1, 0.14), between(draw, 0.1, 0.14)];
  const crop = (dx: number, dy: number, part = share) => {
    const [x, y] = [left + (share - part) / 2, top + (share - part) / 2];
    return `crop=iw*${three(part)}:ih*${three(part)}:iw*${three(x)}+iw*${three(dx)}:ih*${three(y)}+iw*${three(dy)}`;
  };
  // In shares of what is seen, which is a part of the clip.
  const shift = (least: number, most: number) => {
    const [way, angle] = [between(draw, least, most), 2 * Math.PI * draw()];
    // A clip is lower than wide: there is no more above and below.
    const [dx, dy] = [
      way * Math.cos(angle),
      Math.max(-0.06, Math.min(0.06, way * Math.sin(angle))),
    ];
    return { way: Math.hypot(dx, dy), filter: crop(dx * share, dy * share) };
  };
  const turn = (least: number, most: number) => {
    const degrees = between(draw, least, most) * sideOf(draw);
    const filter = `rotate=${three(degrees)}*PI/180,${crop(0, 0)}`;
    return [`turned by ${degrees.toFixed(1)} degrees`, filter] as const;
  };
  const [small, middle, far] = [shift(0.02, 0.025), shift(0.03, 0.06), shift(0.07, 0.11)];
  const growth = between(draw, 0.04, 0.12);
  return {
    start: crop(0, 0),
    moves: [
      ...[small, middle, far].map(({ way, filter }) => [percent(way), filter] as const),
      turn(2.1, 3),
      turn(3, 4.5),
      [`larger by ${percent(growth)}`, crop(0, 0, share / (1 + growth))],
      ["another street", `hflip,${crop(0, 0)}`],
    ],
  };
}

/** A junction that nobody looked at before. */
export function drawnStreet(draw: Draws) {
  return {
    seed: Math.floor(draw() * 1e6),
    street: {
      seed: Math.floor(draw() * 1e6),
      roadM: Math.round(between(draw, 7, 12)),
      storeys: Math.round(between(draw, 2, 5)),
      crossings: [Math.round(between(draw, 15, 28))],
    },
    camera: {
      ...streetCamera,
      headingDeg: between(draw, 38, 60),
      pitchDeg: between(draw, 12, 20),
      heightM: between(draw, 4.5, 8),
    },
  } satisfies Partial<SceneDescription>;
}

/** `isOneStreet`: the same one in all lights. */
export function drawnSceneMoves(
  draw: Draws,
  { isOneStreet = false }: { readonly isOneStreet?: boolean } = {},
): readonly SceneMoves[] {
  const only = isOneStreet ? drawnStreet(draw) : undefined;
  const lights = {
    day: { light: { hour: between(draw, 9, 16) } },
    dusk: { light: { hour: between(draw, 17.2, 17.8), moves: false } },
    night: { light: { hour: between(draw, 20, 23) } },
    infrared: {
      light: { hour: between(draw, 20, 23) },
      weather: { infrared: true, noise: between(draw, 0.2, 0.5) },
    },
    rain: {
      light: { hour: between(draw, 9, 16) },
      weather: { rain: between(draw, 0.3, 0.9), wet: between(draw, 0.5, 1) },
    },
  };
  return Object.entries(lights).map(([light, more]) => {
    const street = only ?? drawnStreet(draw);
    const { camera } = street;
    const traffic = {
      seed: Math.floor(draw() * 1e6),
      vehiclesPerMinute: between(draw, 4, 14),
      twoWheelersPerMinute: 4,
      personsPerMinute: 8,
    };
    const shown = { ...street, traffic, ...more };
    const [turn, tilt] = [between(draw, 1.5, 6), between(draw, 1.5, 4)].map(
      (degrees) => degrees * sideOf(draw),
    );
    const [zoom, away] = [between(draw, 3, 8), between(draw, 50, 90)];
    const changes = {
      [`turned by ${turn?.toFixed(1)} degrees`]: { headingDeg: camera.headingDeg + (turn ?? 0) },
      [`tilted by ${tilt?.toFixed(1)} degrees`]: { pitchDeg: camera.pitchDeg + (tilt ?? 0) },
      [`field of view narrower by ${zoom.toFixed(1)} degrees`]: {
        fieldOfViewDeg: camera.fieldOfViewDeg - zoom,
      },
      "turned away": { headingDeg: camera.headingDeg + away },
    };
    return {
      light,
      still: streetScene(light, shown),
      moves: Object.entries(changes).map(
        ([name, change]) =>
          [name, streetScene(light, { ...shown, camera: { ...camera, ...change } })] as const,
      ),
    };
  });
}
