/** Makes things of looks: the one door to the objects of a scene. */
import type { Shape } from "../shape.ts";
import { binShape } from "./bin.ts";
import { carShape } from "./car.ts";
import { crateShape } from "./goods.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { personShape } from "./person.ts";
import { garbageShape } from "./rubbish.ts";
import { signShape } from "./sign.ts";
import { box } from "./solids.ts";
import { stallShape } from "./stall.ts";
import type { ThingLook } from "./thing-look.ts";
import { parcelCartShape } from "./tricycle.ts";
import { twoWheelerShape } from "./two-wheeler.ts";
import { umbrellaShape } from "./umbrella.ts";

/** Width, length and height in metres, until each thing has a model of its own. */
const sizes: Readonly<Record<ThingLook["kind"], readonly [number, number, number]>> = {
  car: [1.8, 4.5, 1.45],
  van: [1.7, 4.4, 1.9],
  bus: [2.5, 11, 3.1],
  truck: [2.2, 6, 2.9],
  bicycle: [0.6, 1.7, 1.05],
  "e-bike": [0.7, 1.7, 1.1],
  "cargo-tricycle": [1.1, 2.6, 1.2],
  person: [0.5, 0.35, 1.7],
  bin: [0.58, 0.72, 1.06],
  garbage: [1.2, 0.8, 0.45],
  stall: [2.2, 1.6, 2.2],
  umbrella: [2.4, 2.4, 2.3],
  signboard: [3, 0.2, 0.8],
  "pavement-board": [0.6, 0.5, 1],
  banner: [4, 0.05, 0.7],
  tree: [3, 3, 5],
  planter: [1.2, 0.5, 0.7],
  "lamp-post": [0.2, 1.8, 7],
  bench: [1.6, 0.5, 0.8],
  "traffic-sign": [0.6, 0.1, 2.6],
  crate: [0.5, 0.4, 0.3],
  table: [1.2, 0.6, 0.75],
  "parcel-cart": [1.1, 2.6, 1.6],
};

export function shapeOf(look: ThingLook): Shape {
  switch (look.kind) {
    case "car":
    case "van":
      return carShape(look);
    case "person":
      return personShape(look);
    case "umbrella":
      return umbrellaShape(look.seed);
    case "bin":
      return binShape(look);
    case "garbage":
      return garbageShape(look);
    case "signboard":
    case "banner":
    case "pavement-board":
      return signShape(look);
    case "bicycle":
    case "e-bike":
    case "cargo-tricycle":
      return twoWheelerShape(look);
    case "parcel-cart":
      return parcelCartShape(look.seed);
    case "stall":
      return stallShape(look);
    case "crate":
      return crateShape(look.seed);
    default:
      return boxShape(look);
  }
}

function boxShape(look: ThingLook): Shape {
  const [width, length, height] = sizes[look.kind];
  const mesh = new MeshBuilder();
  box(
    mesh,
    { colour: [0.6, 0.6, 0.6], gloss: 0.1 },
    {
      min: [-width / 2, -length / 2, 0],
      max: [width / 2, length / 2, height],
    },
  );
  return mesh.shape();
}
