/**
 * Which pictures of recorded footage are looked at, by which views: the agent's own rules of
 * announcing and scheduling, in the footage's time and with nothing that is ever late.
 *
 * A loop plays the file again behind its end; times and numbers go on. Pictures that nobody looks
 * at are read and dropped.
 */
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { groupBytesMax, groupPicturesMax } from "../capture/limits.ts";
import { Announcer } from "../capture/ring/announcer.ts";
import type { ViewJob } from "../inference/ports.ts";
import { DeadlineScheduler } from "../inference/scheduler.ts";
import type { FilePicture, FootageFile } from "./footage-file.ts";

export interface DuePicture {
  readonly picture: EncodedPicture;
  readonly jobs: readonly ViewJob[];
  /** Names the picture within the file: the same in every round. */
  readonly fileNumber: number;
}

export interface PlayOptions {
  readonly file: FootageFile;
  readonly cameraId: CameraId;
  readonly jobs: readonly ViewJob[];
  readonly startMs: number;
  /** How often the file is played; may be infinite. */
  readonly rounds: number;
  /** Of footage time, over all rounds. */
  readonly durationMsMax: number;
}

export async function* duePictures(options: PlayOptions): AsyncGenerator<DuePicture> {
  const { file, rounds, durationMsMax } = options;
  const player = new Player(options);
  let roundStartMs = 0;
  for (let round = 0; round < rounds; round++) {
    let roundMs = 0;
    for await (const picture of file.pictures()) {
      const atMs = roundStartMs + picture.atMs;
      if (atMs >= durationMsMax) return;
      roundMs = Math.max(roundMs, picture.atMs + file.pictureMs);
      const due = player.play(picture, atMs);
      if (due !== undefined) yield due;
    }
    if (roundMs === 0) return;
    roundStartMs += roundMs;
    if (roundStartMs >= durationMsMax) return;
  }
}

const streamKey = "footage";

class Player {
  readonly #options: PlayOptions;
  readonly #jobs: ReadonlyMap<string, ViewJob>;
  readonly #announcer: Announcer;
  readonly #scheduler = new DeadlineScheduler();
  /** Since the last keyframe, which is the first. */
  #group: Uint8Array[] = [];
  #groupBytes = 0;
  #pictureNumber = 0;

  constructor(options: PlayOptions) {
    this.#options = options;
    const { jobs } = options;
    this.#jobs = new Map(jobs.map((job) => [job.viewId, job]));
    this.#announcer = new Announcer({ everyMs: Math.min(...jobs.map(({ everyMs }) => everyMs)) });
    this.#scheduler.update(
      jobs.map(({ viewId, everyMs }) => ({ key: viewId, streamKey, everyMs })),
    );
  }

  play({ isKey, unit, number }: FilePicture, atMs: number): DuePicture | undefined {
    if (isKey) {
      this.#group = [];
      this.#groupBytes = 0;
    } else if (this.#group.length === 0) {
      return undefined;
    }
    this.#group.push(unit);
    this.#groupBytes += unit.length;
    const isLong = this.#group.length > groupPicturesMax || this.#groupBytes > groupBytesMax;
    if (isLong && !isKey) return undefined;
    if (!this.#announcer.offer({ isKey, capturedMs: atMs })) return undefined;
    const jobs = this.#dueJobs(atMs);
    return jobs.length === 0
      ? undefined
      : { picture: this.#encoded(atMs), jobs, fileNumber: number };
  }

  #dueJobs(atMs: number): readonly ViewJob[] {
    this.#pictureNumber += 1;
    const moment = {
      pictureNumber: this.#pictureNumber,
      capturedAtMs: atMs,
      arrivedAtMonoMs: atMs,
      keyframeDistanceMs: this.#announcer.announcedDistanceMs,
    };
    this.#scheduler.offer(streamKey, moment);
    const due = this.#scheduler.next(atMs);
    for (const { key } of due?.looks ?? []) {
      this.#scheduler.looking(key, moment);
      this.#scheduler.finished(key, { isLost: false });
    }
    return (due?.looks ?? []).flatMap(({ key }) => this.#jobs.get(key) ?? []);
  }

  #encoded(atMs: number): EncodedPicture {
    const { file, cameraId, startMs } = this.#options;
    return {
      cameraId,
      stream: "main",
      codec: file.codec,
      // They stand in front of each keyframe.
      parameterSets: new Uint8Array(0),
      units: [...this.#group],
      pictureNumber: this.#pictureNumber,
      capturedAtMs: startMs + Math.round(atMs),
      capturedUncertaintyMs: 0,
      clockSource: "arrival",
    };
  }
}
