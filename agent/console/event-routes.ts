/**
 * What the box decided: the list, one violation with its explanation, its evidence, and exports.
 *
 * Reads the store beside the agent, as the commands do. A file of evidence is sent only when the
 * manifest of its revision names it and its bytes are those that the manifest says; sealed ones never.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { violationDataSchema } from "../../pipelines/domain/event.ts";
import { kinds, stages } from "../../pipelines/domain/kind.ts";
import { evidenceFolderOf } from "../evidence/device-keys.ts";
import {
  type Manifest,
  manifestFile,
  manifestSchema,
  revisionFolder,
} from "../evidence/manifest.ts";
import { readBounded } from "../runtime/bounded-file.ts";
import type { StoreReader } from "../store/store-reader.ts";
import type { ConsolePorts } from "./console-ports.ts";
import { csvOf, geoJsonOf, jsonLinesOf } from "./event-export.ts";
import { type EventRow, rowOf } from "./event-row.ts";
import { ConsoleRefusal, type Route, route } from "./routes.ts";

const listedMax = 200;
const exportedMax = 20_000;
const manifestBytesMax = 1024 * 1024;
const fileBytesMax = 64 * 1024 * 1024;
const shownTypes: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "video/mp4"]);

export function eventRoutes(ports: ConsolePorts): readonly Route[] {
  const { config, dataFolder, clock } = ports;
  return [
    route({
      method: "GET",
      path: "/api/events",
      role: "viewer",
      handle: ({ query }) => {
        const asked = queryOf(query, clock.wallMs());
        const rows = withStore(ports, (store) => rowsOf(store, asked, listedMax));
        const cameras = config().cameras.map(({ id }) => id);
        return { json: { events: rows, cameras, kinds, stages: stages.filter(isTold) } };
      },
    }),
    route({
      method: "GET",
      path: "/api/export/:form",
      role: "viewer",
      handle: ({ query, params }) => {
        const form = forms[params["form"] ?? ""];
        if (form === undefined) throw new ConsoleRefusal(404, "csv, geojson or jsonl");
        const asked = queryOf(query, clock.wallMs());
        const rows = withStore(ports, (store) => rowsOf(store, asked, exportedMax));
        const fileName = `${config().device.id}-events.${params["form"] ?? ""}`;
        return { text: form.print(rows), type: form.type, fileName };
      },
    }),
    route({
      method: "GET",
      path: "/api/events/:violation",
      role: "viewer",
      handle: async ({ params, query }) => {
        const violation = violationOf(params);
        const language = query.get("language") === "zh" ? "zh" : "en";
        const revisions = withStore(ports, (store) =>
          store.revisions(violation).flatMap(({ event, outbox }) => {
            const { data } = violationDataSchema.safeParse(event["data"]);
            return data === undefined ? [] : [{ at: String(event["time"]), outbox, data }];
          }),
        );
        if (revisions.length === 0) throw new ConsoleRefusal(404, "this box knows no such event");
        return {
          json: {
            violation,
            explanation: await ports.explain(violation, language),
            revisions: await Promise.all(
              revisions.map(async ({ at, outbox, data }) => ({
                at,
                outbox: outbox ?? "sent",
                revision: data.revision,
                stage: data.stage,
                reason: data.reason,
                complete: data.evidence.complete,
                files: filesOf(await manifestOf(dataFolder, violation, data.revision)),
              })),
            ),
          },
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/events/:violation/:revision/:file",
      role: "viewer",
      handle: async ({ params }) => {
        const violation = violationOf(params);
        const revision = Number(params["revision"]);
        const manifest = await manifestOf(dataFolder, violation, revision);
        const file = filesOf(manifest).find(({ name }) => name === params["file"]);
        if (file === undefined) throw new ConsoleRefusal(404, "there is no such file of evidence");
        const folder = join(evidenceFolderOf(dataFolder), violation, revisionFolder(revision));
        const bytes = await readBounded(join(folder, file.name), fileBytesMax).catch(() => {
          throw new ConsoleRefusal(404, "the file is gone: dropped at a limit");
        });
        const isSound = createHash("sha256").update(bytes).digest("hex") === file.sha256;
        if (!isSound) throw new ConsoleRefusal(422, "the file is not what the device signed");
        return { bytes, type: file.mediaType, isFixed: true };
      },
    }),
    route({
      method: "POST",
      path: "/api/events/:violation/verify",
      role: "viewer",
      handle: async ({ params }) => {
        const { ok, first, manifests, files } = await ports.verifyEvidence(violationOf(params));
        return { json: { ok, first, manifests, files } };
      },
    }),
  ];
}

const forms: Readonly<
  Record<
    string,
    { readonly type: string; readonly print: (rows: readonly EventRow[]) => Iterable<string> }
  >
> = {
  csv: { type: "text/csv; charset=utf-8", print: csvOf },
  geojson: { type: "application/geo+json", print: geoJsonOf },
  jsonl: { type: "application/x-ndjson", print: jsonLinesOf },
};

interface Asked {
  readonly kind: (typeof kinds)[number] | undefined;
  readonly stage: (typeof stages)[number] | undefined;
  readonly camera: string | undefined;
  readonly sinceMs: number;
}

const dayMs = 86_400_000;

function queryOf(query: URLSearchParams, nowMs: number): Asked {
  const days = Number(query.get("days") ?? 0);
  return {
    kind: kinds.find((kind) => kind === query.get("kind")),
    stage: stages.find((stage) => stage === query.get("stage")),
    camera: query.get("camera") ?? undefined,
    sinceMs: days > 0 && days < 10_000 ? nowMs - days * dayMs : 0,
  };
}

function rowsOf(store: StoreReader, asked: Asked, countMax: number): readonly EventRow[] {
  const { kind, stage, camera, sinceMs } = asked;
  return store
    .violations({
      countMax,
      sinceMs,
      ...(kind === undefined ? {} : { kind }),
      ...(stage === undefined ? {} : { stage }),
    })
    .filter(({ cameraId }) => camera === undefined || camera === "" || cameraId === camera)
    .flatMap((row) => rowOf(row) ?? []);
}

function withStore<Value>(
  { openStore }: Pick<ConsolePorts, "openStore">,
  read: (store: StoreReader) => Value,
): Value {
  const store = openStore();
  try {
    return read(store);
  } finally {
    store.close();
  }
}

const isTold = (stage: string): boolean => stage !== "clue";

function violationOf({ violation = "" }: Readonly<Record<string, string>>): string {
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(violation)) return violation;
  throw new ConsoleRefusal(404, "this is no id of an event");
}

type ManifestFile = Manifest["files"][number];

function filesOf(manifest: Manifest | undefined): readonly ManifestFile[] {
  const files = manifest?.files ?? [];
  return files.filter(
    ({ sealedFor, mediaType }) => sealedFor === undefined && shownTypes.has(mediaType),
  );
}

async function manifestOf(
  dataFolder: string,
  violation: string,
  revision: number,
): Promise<Manifest | undefined> {
  if (!Number.isInteger(revision) || revision < 1 || revision > 9_999) return undefined;
  const folder = join(evidenceFolderOf(dataFolder), violation, revisionFolder(revision));
  const bytes = await readBounded(join(folder, manifestFile), manifestBytesMax).catch(
    () => undefined,
  );
  if (bytes === undefined) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    return undefined; // `kerbside evidence verify` says what is wrong with it.
  }
}
