/**
 * The demo's junction: four cameras with real footage, what each zone says, what must come of it.
 *
 * Only what truly stands may be looped (a looped queue would stand for ever), so the coach loops
 * and the queues play once. In the car park a car that drives through is held for 20 s, which
 * makes one that parks and leaves: its case runs through all stages.
 */

import type { Stage } from "../pipelines/domain/kind.ts";
import type { StreamDescription } from "../test-fixtures/camera-server/server-description.ts";
import { cachedFile } from "../test-fixtures/clips/cache-folder.ts";
import { footage } from "../test-fixtures/clips/footage.ts";
import { runTool } from "../test-fixtures/run-tool.ts";

export interface Expectation {
  readonly camera: string;
  /** What people read in the summary. */
  readonly what: string;
  /** The stages of each violation that must come, in order; empty: nothing may come. */
  readonly stages: readonly Stage[];
  /** How many things may get so far: from, to. */
  readonly countMin: number;
  readonly countMax: number;
}

export const login = { user: "viewer", password: "demo-only" };

/** Seconds that the junction is watched: everything expected has happened by then. */
export const watchSeconds = 70;

export const expectations: readonly Expectation[] = [
  {
    camera: "car-park",
    what: "a car, held in its picture for 20 s, parks and leaves",
    stages: ["warned", "reported", "cleared"],
    countMin: 1,
    countMax: 1,
  },
  {
    camera: "coach",
    what: "a coach and the car behind it stand at the kerb and stay",
    stages: ["warned", "reported"],
    countMin: 1,
    countMax: 2,
  },
  {
    camera: "red-light",
    what: "three cars wait at a red light",
    stages: [],
    countMin: 0,
    countMax: 0,
  },
  {
    camera: "hyde-park",
    what: "a queue builds up beside moving traffic",
    stages: [],
    countMin: 0,
    countMax: 0,
  },
];

export async function demoStreams(): Promise<readonly StreamDescription[]> {
  const digest = { ...login, schemes: ["digest-md5"] as const };
  return [
    {
      path: "/car-park",
      clip: { file: await heldCarClip() },
      loop: false,
      credentials: { ...login, schemes: ["digest-sha-256"] },
    },
    { path: "/coach", clip: clip("tfl-tooley-standing-coach"), loop: true, credentials: digest },
    {
      path: "/red-light",
      clip: clip("suburb-red-light-queue"),
      loop: false,
      credentials: { ...login, schemes: ["basic"] },
    },
    { path: "/hyde-park", clip: clip("tfl-hydepark-queue"), loop: false },
  ];
}

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
cameras:
  - id: car-park
    url: ${url("car-park")}
    location: [116.6471, 23.6700]
    views:
      - { id: all, crop: [0, 0, 1, 1], every: 1s, model: yolox-nano }
    zones:
      - id: turning-place
        polygon: [[0.02, 0.2], [0.6, 0.2], [0.6, 0.98], [0.02, 0.98]]
        rules:
          - { kind: illegal-parking, warnAfter: 5s, reportAfter: 12s, clearAfter: 5s }
  - id: coach
    url: ${url("coach")}
    location: [116.6472, 23.6700]
    views:
      - { id: all, crop: [0, 0, 1, 1], every: 2s, model: yolox-nano }
    zones:
      - id: bus-stop
        polygon: [[0.4, 0.3], [0.85, 0.3], [0.85, 0.78], [0.4, 0.78]]
        rules:
          - { kind: illegal-parking, warnAfter: 5s, reportAfter: 10s, severity: yellow }
  - id: red-light
    url: ${url("red-light")}
    location: [116.6473, 23.6700]
    views:
      - { id: all, crop: [0.25, 0.15, 1, 1], every: 2s, model: yolox-nano }
    zones:
      - id: approach
        polygon: [[0.38, 0.28], [0.52, 0.28], [0.68, 0.42], [0.68, 0.5], [0.5, 0.5]]
        rules:
          - { kind: illegal-parking, warnAfter: 24s, reportAfter: 48s }
  - id: hyde-park
    url: rtsp://127.0.0.1:${cameraPort}/hyde-park
    location: [116.6474, 23.6700]
    views:
      - { id: all, crop: [0, 0, 1, 1], every: 2s, model: yolox-nano }
    zones:
      - id: left-lane
        polygon: [[0, 0.2], [0.5, 0.2], [0.5, 0.98], [0, 0.98]]
        rules:
          - { kind: illegal-parking, warnAfter: 10s, reportAfter: 20s }
`;
}

function clip(name: string): { readonly file: string } {
  const file = footage(name);
  if (file === undefined) throw new Error(`footage ${name} is missing`);
  return { file };
}

/** 6 s of coming, 20 s of standing, 2 s of leaving, 10 s of the empty place; keyframe every 1 s. */
async function heldCarClip(): Promise<string> {
  const { file } = clip("carpark-pass-through");
  const graph = [
    "[0:v]split=3[come][leave][empty]",
    "[come]trim=17:23.1,setpts=PTS-STARTPTS,tpad=stop_mode=clone:stop_duration=20[come1]",
    "[leave]trim=23.1:25,setpts=PTS-STARTPTS[leave1]",
    "[empty]trim=5:15,setpts=PTS-STARTPTS[empty1]",
    // A held picture without sensor noise would be unlike any camera.
    "[come1][leave1][empty1]concat=n=3,noise=alls=3:allf=t,format=yuv420p",
  ].join(";");
  return cachedFile({ heldCar: 1, graph }, "mp4", async (path) => {
    const encode = "-r 15 -c:v libx264 -preset veryfast -crf 20 -bf 0 -g 15 -sc_threshold 0";
    const input = ["-v", "error", "-y", "-i", file, "-filter_complex", graph];
    await runTool("ffmpeg", [...input, ...encode.split(" "), path]);
  });
}
