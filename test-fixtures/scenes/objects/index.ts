/** Makes things of looks: the one door to the objects of a scene. */
import type { Shape } from "../shape.ts";
import { binShape } from "./bin.ts";
import { busShape } from "./bus.ts";
import { busStopShape } from "./bus-stop.ts";
import { carShape } from "./car.ts";
import { crateShape } from "./goods.ts";
import { personShape } from "./person.ts";
import { garbageShape } from "./rubbish.ts";
import { signShape } from "./sign.ts";
import { stallShape } from "./stall.ts";
import { benchShape, lampPostShape, tableShape, trafficSignShape } from "./street-furniture.ts";
import { cleaningCartShape, leafHeapShape } from "./street-work.ts";
import type { ThingLook } from "./thing-look.ts";
import { planterShape, treeShape } from "./tree.ts";
import { parcelCartShape } from "./tricycle.ts";
import { truckShape } from "./truck.ts";
import { twoWheelerShape } from "./two-wheeler.ts";
import { umbrellaShape } from "./umbrella.ts";

/** The same look gives the same triangles; making one takes some milliseconds, so keep it. */
export function shapeOf(look: ThingLook): Shape {
  switch (look.kind) {
    case "car":
    case "van":
      return carShape(look);
    case "bus":
      return busShape(look);
    case "truck":
      return truckShape(look);
    case "bicycle":
    case "e-bike":
    case "cargo-tricycle":
      return twoWheelerShape(look);
    case "person":
      return personShape(look);
    case "bin":
      return binShape(look);
    case "garbage":
      return garbageShape(look);
    case "stall":
      return stallShape(look);
    case "signboard":
    case "banner":
    case "pavement-board":
      return signShape(look);
    case "umbrella":
      return umbrellaShape(look.seed);
    case "crate":
      return crateShape(look.seed);
    case "table":
      return tableShape(look.seed);
    case "tree":
      return treeShape(look.seed);
    case "planter":
      return planterShape(look.seed);
    case "bench":
      return benchShape(look.seed);
    case "traffic-sign":
      return trafficSignShape(look.seed);
    case "parcel-cart":
      return parcelCartShape(look.seed);
    case "cleaning-cart":
      return cleaningCartShape(look.seed);
    case "leaf-heap":
      return leafHeapShape(look.seed);
    case "bus-stop":
      return busStopShape(look.seed);
    case "lamp-post":
      return lampPostShape(look.seed, look.lights);
  }
}
