/**
 * The moves that the rules of `calibration/moved/` were made on: of real clips, as filters of
 * ffmpeg, and of a rendered street in five lights. `drawn-moves.ts` has others.
 */
import type { Scene } from "../scenes/description.ts";
import { streetCamera, streetScene } from "./street-day.ts";

/** A clip as it is seen at first, and what it looks like after each move. */
export interface ClipMoves {
  readonly start: string;
  readonly moves: readonly (readonly [name: string, filter: string])[];
}

export interface SceneMoves {
  readonly light: string;
  readonly still: Scene;
  readonly moves: readonly (readonly [name: string, moved: Scene])[];
}

/** The middle eight tenths of a clip, and the same from elsewhere in it. */
const middle = "crop=iw*0.8:ih*0.8";

export const clipMoves: ClipMoves = {
  start: `${middle}:iw*0.1:ih*0.1`,
  moves: [
    ["2 % to the right", `${middle}:iw*0.116:ih*0.1`],
    ["2 % up", `${middle}:iw*0.1:ih*0.1-iw*0.018`],
    ["5 % to the right", `${middle}:iw*0.14:ih*0.1`],
    ["12 %", `${middle}:iw*0.2:ih*0.12`],
    ["turned by 2 degrees", `rotate=2*PI/180,${middle}:iw*0.1:ih*0.1`],
    ["turned by -4 degrees", `rotate=-4*PI/180,${middle}:iw*0.1:ih*0.1`],
    ["larger by 4 %", "crop=iw*0.77:ih*0.77:iw*0.115:ih*0.115"],
    ["larger by 11 %", "crop=iw*0.72:ih*0.72:iw*0.14:ih*0.14"],
    ["another street", `hflip,${middle}:iw*0.1:ih*0.1`],
  ],
};

const lights = {
  day: { light: { hour: 11 } },
  dusk: { light: { hour: 17.5, moves: false } },
  night: { light: { hour: 21 } },
  infrared: { light: { hour: 22 }, weather: { infrared: true, noise: 0.4 } },
  rain: { light: { hour: 14 }, weather: { rain: 0.6, wet: 0.8 } },
};
const turns = {
  "turned by 1.5 degrees": { headingDeg: 50.5 },
  "raised by 1.5 degrees": { pitchDeg: 13.5 },
  "turned by -4 degrees": { headingDeg: 45 },
  "turned by 12 degrees": { headingDeg: 61 },
  "turned away": { headingDeg: 109 },
  "zoomed by 5 %": { fieldOfViewDeg: 69 },
  "hung 60 cm higher": { heightM: 6.2 },
};
const traffic = { seed: 1, vehiclesPerMinute: 8, twoWheelersPerMinute: 4, personsPerMinute: 8 };

export const sceneMoves: readonly SceneMoves[] = Object.entries(lights).map(([light, more]) => ({
  light,
  still: streetScene(light, { traffic, ...more }),
  moves: Object.entries(turns).map(([name, change]) => {
    const camera = { ...streetCamera, ...change };
    return [name, streetScene(light, { traffic, ...more, camera })] as const;
  }),
}));
