/**
 * What can stand in a scene, and how it looks: plain data, made into triangles by `shapeOf`.
 *
 * The same look is the same thing to the last triangle: what a look leaves open (colour, make,
 * clothes, dirt) is drawn from its `seed`. Every thing stands on its origin and faces +y: vehicles
 * drive that way, a person looks that way, customers of a stall come from there.
 */
import type { Label } from "../../../pipelines/domain/label.ts";

export type ThingLook =
  | VehicleLook
  | TwoWheelerLook
  | PersonLook
  | BinLook
  | GarbageLook
  | StallLook
  | SignLook
  | StreetLook;

export interface VehicleLook extends Seeded {
  readonly kind: "car" | "van" | "bus" | "truck";
  readonly lights: boolean;
}

/** Nobody sits on it: put a person with pose `riding` on the same spot, facing the same way. */
export interface TwoWheelerLook extends Seeded {
  readonly kind: Mount;
  readonly lights: boolean;
}

export type Mount = "bicycle" | "e-bike" | "cargo-tricycle";

export interface PersonLook extends Seeded {
  readonly kind: "person";
  readonly pose: PersonPose;
}

export type PersonPose =
  | { readonly name: "standing" }
  /** One step with each leg as `phase` goes from 0 to 1, about 1.4 m of way. */
  | { readonly name: "walking"; readonly phase: number }
  /** On a low stool that comes with the person. */
  | { readonly name: "sitting" }
  /** Walks under an open umbrella. */
  | { readonly name: "with-umbrella"; readonly phase: number }
  | { readonly name: "riding"; readonly mount: Mount };

/** `empty` and `full` have their lid closed or end level with the rim. */
export type BinState = "empty" | "full" | "overflowing";

export type BinColour = "green" | "grey" | "blue" | "red";

export type BinLook = Seeded & { readonly kind: "bin"; readonly state: BinState } & (
    | {
        /** `wheeled`: 240 l with a lid on hinges; `sorting`: one of a Chinese row of four. */
        readonly style: "wheeled" | "sorting";
        readonly colour: BinColour;
      }
    /** `litter`: a street bin with two openings; `container`: 1100 l on four wheels. */
    | { readonly style: "litter" | "container" }
  );

export interface GarbageLook extends Seeded {
  readonly kind: "garbage";
  readonly style: "bags" | "cartons" | "litter" | "heap";
}

export interface StallLook extends Seeded {
  readonly kind: "stall";
  readonly style: StallStyle;
  /** Whether somebody stands or sits behind it; put a person there for a box of its own. */
  readonly hasVendor: boolean;
  readonly lights: boolean;
}

export type StallStyle =
  | "umbrella-table"
  | "handcart"
  | "food-cart"
  | "ground-mat"
  | "cargo-tricycle"
  | "fruit-boxes"
  | "clothes-rail";

/**
 * A sign that is fixed to a wall: its origin is the middle of its lower edge on the wall, +y away
 * from the wall. A `light-box` sticks out and shows its two faces along the wall, a `roof` board
 * stands on struts on its origin.
 */
export interface WallSignLook extends Seeded, Size {
  readonly kind: "signboard";
  readonly style: "shop" | "light-box" | "roof";
  readonly lights: boolean;
}

/** Cloth between two points, hung as wall signs are; `phase` 0..1 is where it is in the wind. */
export interface BannerLook extends Seeded, Size {
  readonly kind: "banner";
  readonly phase: number;
}

export type SignLook =
  | WallSignLook
  | BannerLook
  | (Seeded & { readonly kind: "pavement-board"; readonly lights: boolean });

/** What a street has besides. */
export type StreetLook =
  | (Seeded & {
      readonly kind:
        | "umbrella"
        | "tree"
        | "planter"
        | "bench"
        | "traffic-sign"
        | "crate"
        | "table"
        | "parcel-cart"
        | "cleaning-cart"
        | "leaf-heap"
        /** Open towards +y, where the bus halts. */
        | "bus-stop";
    })
  /** Its arm reaches towards +y. */
  | (Seeded & { readonly kind: "lamp-post"; readonly lights: boolean });

interface Seeded {
  readonly seed: number;
}

interface Size {
  readonly widthM: number;
  readonly heightM: number;
}

/** What truth calls the thing; null for what no detector of ours reports. */
export function labelOf(look: ThingLook): Label | null {
  switch (look.kind) {
    case "car":
    case "van":
      return "car";
    case "bus":
    case "truck":
    case "person":
    case "garbage":
    case "stall":
    case "umbrella":
    case "table":
      return look.kind;
    case "bicycle":
    case "e-bike":
    case "cargo-tricycle":
      return "two-wheeler";
    case "bin":
      return look.state === "overflowing" ? "overflowing-bin" : "bin";
    case "signboard":
    case "pavement-board":
    case "banner":
      return "signboard";
    case "crate":
      return "goods";
    case "tree":
    case "planter":
    case "bench":
    case "lamp-post":
    case "traffic-sign":
    case "parcel-cart":
    case "cleaning-cart":
    case "leaf-heap":
    case "bus-stop":
      return null;
  }
}

/** The row of four that stands at every gate: looks with their place from left to right. */
export function binRow(
  seed: number,
  states: readonly [BinState, BinState, BinState, BinState],
): readonly { readonly look: BinLook; readonly xM: number }[] {
  const colours = ["green", "blue", "red", "grey"] as const;
  return states.map((state, index) => ({
    look: { kind: "bin", style: "sorting", colour: colours[index] ?? "grey", state, seed },
    xM: (index - 1.5) * 0.68,
  }));
}
