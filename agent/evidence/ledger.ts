/**
 * Keeps finished evidence: on the disk, signed and chained, and only then lets the event go.
 *
 * One revision at a time, in this order: folder, event with manifest and file rows (one
 * transaction of the store), head of the chain. A crash between any two heals at the next start:
 * what is whole counts, what is half is put aside, and no event stays held. When evidence cannot be
 * kept the event goes without it and says so; presence and rules never wait for any of this.
 */
import { violationId } from "../../pipelines/domain/ids.ts";
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { DeviceKeys } from "./device-keys.ts";
import type { EvidenceDisk } from "./evidence-disk.ts";
import type { EvidenceFile, EvidenceOfRevision } from "./evidence-file.ts";
import { EvidenceTree, type KeptRevision, noTime } from "./evidence-tree.ts";
import type { LedgerStore, ManifestToDrop } from "./ledger-store.ts";
import { type Manifest, manifestText } from "./manifest.ts";
import { sha256Hex } from "./signing.ts";

export interface EvidenceLedger {
  /** Resolves when the event is let go, with its evidence or without. */
  keep(evidence: EvidenceOfRevision): Promise<void>;
}

export interface LedgerOptions {
  readonly dataFolder: string;
  readonly store: LedgerStore;
  readonly keys: DeviceKeys;
  readonly clock: Clock;
  readonly log: Log;
  readonly device: { readonly division: string; readonly id: string };
  readonly timeZone: string;
  /** Of agent, model, configuration: what a checker needs to do it again. */
  readonly versions: () => Readonly<Record<string, string>>;
  readonly keepMsMax: number;
  readonly keepBytesMax: number;
  /** There is something new to send. */
  readonly onReleased: () => void;
  /** A test brings one that ends between two calls. */
  readonly disk?: EvidenceDisk;
}

/** No hash, no manifest: check 7 failed. */
const manifestCheck = 7;
const releaseTriesMax = 3;
const tidyEveryMs = 60_000;
const droppedPerRound = 50;
/** The disk is nearly full: so many of the least are given up at once. */
const sparedPerRound = 20;
/** A manifest whose files are gone keeps its place in the chain for so long. */
const droppedKeptMs = 180 * 86_400_000;

export class DeviceLedger implements EvidenceLedger {
  readonly #options: LedgerOptions;
  readonly #tree: EvidenceTree;
  #work: Promise<unknown> = Promise.resolve();
  #cancelTidying = () => {};
  #isFailing = false;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#tree = new EvidenceTree(options);
  }

  /** Heals what a crash left, lets go what the last run held, and begins to tidy. */
  async start(): Promise<void> {
    const { store, clock, log } = this.#options;
    await this.#tree.open();
    const held = await store.heldEvents();
    let savedCount = 0;
    for (const { eventId } of held) {
      const whole = await this.#tree.wholeRevision(eventId);
      if (whole === undefined || !(await this.#release(whole))) continue;
      await this.#tree.writeHead(whole);
      savedCount += 1;
    }
    const lostCount = await store.releaseHeld(clock.wallMs());
    const asideCount = await this.#tree.heal();
    if (held.length > 0 || asideCount > 0) {
      log.warn(
        { saved: savedCount, without: lostCount, aside: asideCount },
        "events of the last run were held for their evidence and are let go",
      );
      this.#options.onReleased();
    }
    this.#planTidying();
  }

  keep(evidence: EvidenceOfRevision): Promise<void> {
    return this.#inTurn(() => this.#keep(evidence));
  }

  /** The disk is nearly full: some of what is worth least goes. */
  spare(): Promise<void> {
    return this.#inTurn(async () => {
      const query = { beforeMs: noTime, bytesMax: 0, countMax: sparedPerRound };
      for (const row of await this.#options.store.evidenceToDrop(query)) {
        await this.#drop({ ...row, reason: "disk" });
      }
      await this.#sweep();
    });
  }

  /** Forgets what is too old or too much; runs by itself once a minute. */
  tidy(): Promise<void> {
    return this.#inTurn(() => this.#tidy());
  }

  /** Waits for what was handed over before. */
  async stop(): Promise<void> {
    this.#cancelTidying();
    await this.#work;
  }

  #inTurn<Value>(run: () => Promise<Value>): Promise<Value> {
    const done = this.#work.then(run);
    this.#work = done.catch(() => {});
    return done;
  }

  async #keep(evidence: EvidenceOfRevision): Promise<void> {
    const { log, onReleased } = this.#options;
    let kept: KeptRevision | undefined;
    try {
      if (evidence.files.length > 0) kept = await this.#write(evidence);
      if (this.#isFailing) log.info({}, "evidence is kept again");
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) {
        log.error(
          { err: error instanceof Error ? error : new Error(String(error)) },
          "evidence cannot be kept: events go without it",
        );
      }
      this.#isFailing = true;
      await this.#tree.discard(evidence).catch(() => {});
    }
    const isReleased =
      kept === undefined
        ? await this.#releaseWithout(evidence)
        : await this.#release(kept).catch(async (error: unknown) => {
            await this.#tree.discard(evidence).catch(() => {});
            throw error;
          });
    if (!isReleased) {
      // Let go meanwhile: what nobody names has no place in the chain.
      if (kept !== undefined) await this.#tree.discard(evidence);
      log.warn({ event: evidence.eventId }, "evidence came too late for its event");
      return;
    }
    onReleased();
    if (kept !== undefined) await this.#tree.writeHead(kept);
  }

  async #write(evidence: EvidenceOfRevision): Promise<KeptRevision> {
    const { keys } = this.#options;
    const manifest = await this.#manifestOf(evidence);
    const text = manifestText(manifest);
    const signature = keys.sign(text);
    await this.#tree.place(manifest, { text, signature, files: evidence.files });
    return { manifest, text, signature, sha256: sha256Hex(text) };
  }

  async #manifestOf(evidence: EvidenceOfRevision): Promise<Manifest> {
    const { keys, device, versions, timeZone, clock } = this.#options;
    const last = this.#tree.head;
    const { eventId, violationId, revision, stage, kind, cameraId } = evidence;
    return {
      what: "kerbside-evidence",
      version: 1,
      number: (last?.number ?? 0) + 1,
      device,
      key: keys.id,
      event: eventId,
      violation: violationId,
      revision,
      stage,
      kind,
      camera: cameraId,
      createdAt: rfc3339(clock.wallMs(), timeZone),
      complete: evidence.complete,
      failed: [...evidence.failed],
      enforceable: evidence.enforceable,
      versions: { ...versions() },
      files: evidence.files.map((file) => fileEntry(file, timeZone)),
      previous: {
        violation: await this.#tree.lastOfViolation(violationId),
        device: last ?? null,
      },
    };
  }

  /** True: the event is complete and on its way. */
  async #release({ manifest, text, signature, sha256 }: KeptRevision): Promise<boolean> {
    const bytes = text.length;
    const { number, violation, revision, key, complete, failed, enforceable, files } = manifest;
    const items = files.map(({ distanceMs: _, frame: __, capturedTo: ___, ...item }) => item);
    const row = {
      number,
      violationId: violationId(violation),
      revision,
      sha256,
      bytes,
      keyId: key,
      createdAtMs: Date.parse(manifest.createdAt),
    };
    return await this.#tryRelease(manifest.event, {
      evidence: { complete, failed, items, manifest: { sha256, number, bytes } },
      enforceable,
      manifest: row,
      files: [
        { name: "manifest.json", mediaType: "application/json", bytes, sha256 },
        {
          name: "manifest.sig",
          mediaType: "application/octet-stream",
          bytes: signature.length,
          sha256: sha256Hex(signature),
        },
        ...files.map(({ name, mediaType, bytes, sha256 }) => ({ name, mediaType, bytes, sha256 })),
      ],
    });
  }

  async #releaseWithout({ eventId, failed }: EvidenceOfRevision): Promise<boolean> {
    const numbers = [...new Set([...failed, manifestCheck])].toSorted((a, b) => a - b);
    return await this.#tryRelease(eventId, {
      evidence: { complete: false, failed: numbers, items: [], manifest: null },
      enforceable: false,
    });
  }

  /** A disk that is full for a moment is tried again; the store lets go by itself in the end. */
  async #tryRelease(
    eventId: string,
    release: Parameters<LedgerStore["release"]>[1],
  ): Promise<boolean> {
    const { store, clock } = this.#options;
    for (let tries = 1; ; tries++) {
      try {
        return await store.release(eventId, release, clock.wallMs());
      } catch (error) {
        if (tries === releaseTriesMax) throw error;
        await clock.sleep(tries * 200);
      }
    }
  }

  async #tidy(): Promise<void> {
    const { store, clock, keepMsMax, keepBytesMax } = this.#options;
    const nowMs = clock.wallMs();
    const isClockWrong = clock.trust?.().isWrong === true;
    const rows = await store.evidenceToDrop({
      beforeMs: isClockWrong ? noTime : nowMs - keepMsMax,
      bytesMax: keepBytesMax,
      countMax: droppedPerRound,
    });
    for (const row of rows) await this.#drop(row);
    await this.#sweep();
    if (!isClockWrong) await this.#tree.forgetOldest(nowMs - keepMsMax - droppedKeptMs);
  }

  async #drop(row: ManifestToDrop): Promise<void> {
    const { store, clock, log, onReleased } = this.#options;
    await store.dropEvidence(row.number, row.reason, clock.wallMs());
    if (row.waitingCount === 0) return;
    log.error(
      { violation: row.violationId, revision: row.revision, reason: row.reason },
      "evidence was dropped before the hub had it; the hub is told. Bring the link back, or raise evidence.keep",
    );
    onReleased();
  }

  /** The files of what was dropped, also of what a crash left in between. */
  async #sweep(): Promise<void> {
    const { store } = this.#options;
    for (const row of await store.droppedWithFiles(droppedPerRound)) {
      await this.#tree.removeFiles(row);
      await store.evidenceGone(row.number);
    }
  }

  #planTidying(): void {
    const { clock, log } = this.#options;
    this.#cancelTidying = clock.after(tidyEveryMs, () => {
      this.tidy()
        .catch((error: unknown) => {
          const err = error instanceof Error ? error : new Error(String(error));
          log.warn({ err }, "evidence could not be tidied up");
        })
        .finally(() => this.#planTidying());
    });
  }
}

function fileEntry(file: EvidenceFile, timeZone: string): Manifest["files"][number] {
  const { name, role, mediaType, bytes, width, height, frame, distanceMs, protection } = file;
  return {
    name,
    role,
    mediaType,
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
    capturedAt: rfc3339(file.capturedAtMs, timeZone),
    ...(file.capturedToMs === undefined
      ? {}
      : { capturedTo: rfc3339(file.capturedToMs, timeZone) }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(frame === undefined ? {} : { frame }),
    ...(distanceMs === undefined ? {} : { distanceMs }),
    ...protection,
  };
}
