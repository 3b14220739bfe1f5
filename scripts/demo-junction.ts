/**
 * The demo's junction: three cameras on rendered streets, what each zone says, what must come of it.
 *
 * What stands at the market stands in every picture of its clip, so that the clip may loop; at the
 * bus stop a car comes, stays for 18 s and leaves. Both clips are in the repository: made by
 * `npm run scenes:clip`, the bus stop's with `--fps 5 --kbit 200`.
 */
import { join } from "node:path";
import type { Kind, Stage } from "../pipelines/domain/kind.ts";
import type { StreamDescription } from "../test-fixtures/camera-server/server-description.ts";

export interface Expectation {
  readonly camera: string;
  readonly kind: Kind;
  /** What people read in the summary. */
  readonly what: string;
  /** The stages of the one violation that must come, in order; empty: nothing may come. */
  readonly stages: readonly Stage[];
}

export const login = { user: "viewer", password: "demo-only" };

/**
 * Seconds that the junction is watched: everything expected has happened by then, and the clip of
 * the bus stop has not begun anew for long enough to tell of its car again.
 */
export const watchSeconds = 40;

export const expectations: readonly Expectation[] = [
  {
    camera: "bus-stop",
    kind: "illegal-parking",
    what: "a car stops at the bus stop, stays for 18 s and leaves",
    stages: ["warned", "reported", "cleared"],
  },
  {
    camera: "market",
    kind: "illegal-parking",
    what: "a white car stands at the kerb and stays",
    stages: ["warned", "reported"],
  },
  {
    camera: "market",
    kind: "street-vending",
    what: "a fruit stall on the pavement",
    stages: ["warned", "reported"],
  },
  {
    camera: "market",
    kind: "overflowing-bin",
    what: "a bin that spills over",
    stages: ["warned", "reported"],
  },
  {
    camera: "market",
    kind: "unlicensed-signage",
    what: "a banner that no permit knows",
    // At once: whoever put it up is not there to be warned.
    stages: ["warned", "reported"],
  },
  {
    camera: "crossing",
    kind: "illegal-parking",
    what: "cars, a bus and riders pass",
    stages: [],
  },
];

export const demoStreams: readonly StreamDescription[] = [
  {
    path: "/bus-stop",
    clip: { file: sceneClip("junction-visit") },
    begin: "first-play",
    phase: 0,
    credentials: { ...login, schemes: ["digest-sha-256"] },
  },
  {
    path: "/market",
    clip: { file: sceneClip("junction-day") },
    credentials: { ...login, schemes: ["digest-md5"] },
  },
  {
    path: "/crossing",
    clip: { file: sceneClip("junction-day") },
    credentials: { ...login, schemes: ["basic"] },
  },
];

/** The configuration that the agent runs on; the password comes from the environment. */
export function demoConfiguration({
  cameraPort,
  brokerPort,
}: {
  readonly cameraPort: number;
  readonly brokerPort: number;
}): string {
  const url = (path: string) =>
    `rtsp://${login.user}:\${env:CAM_PW}@127.0.0.1:${cameraPort}/${path}`;
  return `version: 1
device: { id: demo-junction, division: "445102", place: 牌坊街 × 太平路, location: [116.6470, 23.6700], timezone: Asia/Shanghai }
hub: { url: mqtt://127.0.0.1:${brokerPort}, acknowledge: true }
health: { listen: false } # A second agent on this machine may have the port.
console: { listen: 127.0.0.1:0 }
cameras:
  - id: bus-stop
    url: ${url("bus-stop")}
    location: [116.6471, 23.6700]
    views:
      - { id: kerb, crop: [0.3, 0.3, 1, 1], every: 1s, model: street-nano }
    zones:
      - id: bus-stop
        polygon: [[0.42, 0.8], [0.66, 0.5], [0.9, 0.5], [0.76, 0.95]]
        rules:
          - { kind: illegal-parking, warnAfter: 5s, reportAfter: 12s, clearAfter: 5s, severity: yellow }
  - id: market
    url: ${url("market")}
    location: [116.6472, 23.6700]
    # What is small in the whole picture is large in a crop: four views look closely.
    views:
      - { id: kerb, crop: [0.6, 0.38, 1, 0.78], every: 1s, model: street-nano }
      - { id: bins, crop: [0.62, 0.62, 1, 1], every: 1s, model: street-nano }
      - { id: pavement, crop: [0.25, 0.38, 0.5, 0.68], every: 1s, model: street-nano }
      # A sign hangs still and is looked for in many looks: this view believes it earlier than the model.
      - { id: shops, crop: [0.3, 0.1, 0.65, 0.38], every: 1s, model: street-nano, thresholds: { signboard: 0.5 } }
    zones:
      - id: kerb
        polygon: [[0.66, 0.72], [0.78, 0.5], [0.93, 0.55], [0.85, 0.74]]
        rules:
          - { kind: illegal-parking, warnAfter: 5s, reportAfter: 12s }
      - id: bins
        polygon: [[0.7, 0.76], [0.95, 0.76], [0.95, 1], [0.7, 1]]
        rules:
          - { kind: overflowing-bin, of: [bin-overflow], every: 1s, warnAfter: 5s, reportAfter: 12s }
      - id: pavement
        polygon: [[0.28, 0.39], [0.46, 0.39], [0.46, 0.58], [0.28, 0.6]]
        rules:
          - { kind: street-vending, of: [stall], warnAfter: 5s, reportAfter: 12s }
      - id: shop-front
        polygon: [[0.36, 0.16], [0.5, 0.16], [0.5, 0.27], [0.36, 0.27]]
        rules: # By the clock of a demo: sightings every 2 s on one day, at any hour.
          - { kind: unlicensed-signage, of: [banner], every: 2s, sightings: 4, days: 1, daylight: always }
  - id: crossing
    url: ${url("crossing")}
    location: [116.6473, 23.6700]
    views:
      - { id: road, crop: [0.5, 0.3, 1, 0.75], every: 1s, model: street-nano }
    zones:
      - id: crossing
        polygon: [[0.62, 0.46], [0.7, 0.4], [0.95, 0.47], [0.92, 0.56]]
        rules:
          - { kind: illegal-parking, warnAfter: 5s, reportAfter: 12s }
`;
}

/** A rendered clip that is in the repository. */
export function sceneClip(name: string): string {
  return join(import.meta.dirname, `../test-fixtures/scenes/clips/${name}.mp4`);
}
