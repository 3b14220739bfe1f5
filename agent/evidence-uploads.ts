/** What the uplink needs to send kept evidence: the store's list of it, and the files themselves. */
import { join } from "node:path";
import { evidenceFolderOf } from "./evidence/device-keys.ts";
import { revisionFolder } from "./evidence/manifest.ts";
import type { Log } from "./runtime/log.ts";
import type { EvidenceQueue, EvidenceUpload } from "./uplink/evidence-queue.ts";
import type { EvidenceSending } from "./uplink/evidence-sender.ts";
import { openPartFile } from "./uplink/part-file.ts";

export function evidenceUploads({
  queue,
  dataFolder,
  log,
}: {
  readonly queue: EvidenceQueue;
  readonly dataFolder: string;
  readonly log: Log;
}): Omit<EvidenceSending, "bytesPerSecondMax"> {
  const folder = evidenceFolderOf(dataFolder);
  const fields = ({ violationId: violation, revision, name: file }: EvidenceUpload) => ({
    violation,
    revision,
    file,
  });
  return {
    queue,
    open: (upload) => {
      const { violationId, revision, name } = upload;
      return openPartFile(join(folder, violationId, revisionFolder(revision), name), upload);
    },
    onHeld: (detail) => log.warn({}, `hub: pictures wait: ${detail}`),
    onFlowing: () => log.info({}, "hub: pictures flow again"),
    onLost: (upload, why) => log.error(fields(upload), `evidence does not reach the hub: ${why}`),
    onSent: (upload) => log.debug(fields(upload), "a file of evidence is with the hub"),
  };
}
