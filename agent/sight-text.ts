/** What is said of a camera's sight: to the hub, to a log's reader, and in shares instead of cells. */
import { pictureWidth } from "../calibration/moved/edge-picture.ts";
import type { Move } from "../calibration/moved/measure-move.ts";
import { isSmallMove } from "../calibration/moved/reregister.ts";
import type { Sight } from "../calibration/moved/sight.ts";

/** Lengths are shares of the picture's width: where the street's picture went, not the camera. */
export interface ToldMove {
  readonly right: number;
  readonly down: number;
  readonly turnDegrees: number;
  readonly growth: number;
}

export function toldMove({ dx, dy, turn, growth }: Move): ToldMove {
  return {
    right: rounded(dx / pictureWidth),
    down: rounded(dy / pictureWidth),
    turnDegrees: rounded((turn * 180) / Math.PI),
    growth: rounded(growth),
  };
}

export function mayReregister({ state, move }: Sight): boolean {
  return state === "moved" && move !== undefined && isSmallMove(move);
}

export function sightText(sight: Sight): string {
  switch (sight.state) {
    case "learning":
      return "its pictures are being learnt";
    case "in-place":
      return "it sees its zones";
    case "moved":
      return `the street lies ${moveText(sight)} than when the zones were drawn: turn the camera back, or draw its zones anew`;
    case "scene-replaced":
      return "nothing of what it showed is in its picture: it was turned away, or another camera answers; turn it back, or draw its zones anew";
    case "blocked":
      return "hardly anything is left in its picture: something is before the lens";
    case "defocused":
      return "its picture is soft: clean the lens or set the focus";
    case "dark":
      return "its picture is black: no light, or a cover on the lens";
    case "frozen":
      return "it sends the same picture again and again: switch it off and on";
  }
}

function moveText({ move }: Sight): string {
  if (move === undefined) return "elsewhere";
  const { right, down, turnDegrees, growth } = toldMove(move);
  const percent = (share: number) => `${(Math.abs(share) * 100).toFixed(1)} %`;
  const said = [
    Math.abs(right) < 0.005
      ? ""
      : `${percent(right)} further to the ${right > 0 ? "right" : "left"}`,
    Math.abs(down) < 0.005 ? "" : `${percent(down)} ${down > 0 ? "lower" : "higher"}`,
    Math.abs(turnDegrees) < 0.5 ? "" : `turned by ${turnDegrees.toFixed(1)} degrees more`,
    Math.abs(growth) < 0.01 ? "" : `${percent(growth)} ${growth > 0 ? "larger" : "smaller"}`,
  ].filter((part) => part !== "");
  return said.length === 0 ? "elsewhere" : said.join(", ");
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
