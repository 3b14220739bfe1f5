/**
 * A box that has only evidence: signed sets in a folder, and a list in memory of what waits.
 *
 * Manifests and signatures are those of the product; pictures are random bytes of a real size.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, manifestText, revisionFolder } from "../agent/evidence/manifest.ts";
import { publicKeyOf, sha256Hex, signBytes } from "../agent/evidence/signing.ts";
import type { EvidenceQueue, EvidenceUpload } from "../agent/uplink/evidence-queue.ts";
import { openPartFile, type PartFile } from "../agent/uplink/part-file.ts";
import { testAddress } from "./test-uplink.ts";

export class EvidenceBox implements EvidenceQueue {
  readonly #folder: string;
  readonly #keys = generateKeyPairSync("ed25519");
  #uploads: EvidenceUpload[] = [];
  #setCount = 0;
  #fileCount = 0;
  #previous: Manifest["previous"]["device"] = null;
  readonly droppedNumbers: number[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  get publicKey(): string {
    return publicKeyOf(this.#keys.publicKey).pem;
  }

  get waitingCount(): number {
    return this.#uploads.length;
  }

  /** Its folder, for a test that damages it. */
  async addSet(sizes: Readonly<Record<string, number>>): Promise<string> {
    this.#setCount += 1;
    const number = this.#setCount;
    const violation = `v${String(number).padStart(5, "0")}`;
    const place = join(this.#folder, violation, revisionFolder(1));
    await mkdir(place, { recursive: true });
    const at = "2026-07-01T08:00:00.000+08:00";
    const files: { name: string; bytes: Uint8Array }[] = [];
    for (const [name, size] of Object.entries(sizes)) {
      files.push({ name, bytes: randomBytes(size) });
    }
    const text = manifestText({
      what: "kerbside-evidence",
      version: 1,
      number,
      device: { division: testAddress.division, id: testAddress.device },
      key: publicKeyOf(this.#keys.publicKey).id,
      event: `${violation}.1`,
      violation,
      revision: 1,
      stage: "warned",
      kind: "illegal-parking",
      camera: "east",
      createdAt: at,
      complete: true,
      failed: [],
      enforceable: true,
      versions: { agent: "0" },
      files: files.map(({ name, bytes }) => ({
        name,
        role: "warned",
        mediaType: "image/jpeg",
        bytes: bytes.byteLength,
        sha256: sha256Hex(bytes),
        capturedAt: at,
      })),
      previous: { violation: null, device: this.#previous },
    });
    this.#previous = { number, sha256: sha256Hex(text) };
    const signature = signBytes(text, this.#keys.privateKey);
    const all = [
      { name: "manifest.json", bytes: text },
      { name: "manifest.sig", bytes: signature },
      ...files,
    ];
    for (const { name, bytes } of all) {
      await writeFile(join(place, name), bytes);
      this.#fileCount += 1;
      this.#uploads.push({
        fileId: this.#fileCount,
        manifestNumber: number,
        violationId: violation,
        revision: 1,
        name,
        mediaType: "application/octet-stream",
        bytes: bytes.byteLength,
        sha256: sha256Hex(bytes),
        ackedBytes: 0,
      });
    }
    return place;
  }

  open({ violationId, revision, name, ...said }: EvidenceUpload): Promise<PartFile> {
    return openPartFile(join(this.#folder, violationId, revisionFolder(revision), name), said);
  }

  async evidenceToSend(countMax: number): Promise<readonly EvidenceUpload[]> {
    return this.#uploads.slice(0, countMax);
  }

  async evidencePartDone(fileId: number, ackedBytes: number): Promise<void> {
    this.#uploads = this.#uploads.map((upload) =>
      upload.fileId === fileId ? { ...upload, ackedBytes } : upload,
    );
  }

  async evidenceFilesDone(fileIds: readonly number[]): Promise<void> {
    this.#uploads = this.#uploads.filter(({ fileId }) => !fileIds.includes(fileId));
  }

  async dropEvidence(manifestNumber: number): Promise<void> {
    this.droppedNumbers.push(manifestNumber);
    this.#uploads = this.#uploads.filter((upload) => upload.manifestNumber !== manifestNumber);
  }
}
