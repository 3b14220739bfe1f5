/**
 * A camera server as plain JSON, for one that runs as its own process: clips are named instead of
 * held, and one entry can stand for many cameras.
 */
import type { Clip } from "../clips/clip.ts";
import { loadClip } from "../clips/load-clip.ts";
import { type MadeClipOptions, madeClip } from "../clips/made-clip.ts";
import type { Fault, FaultOf, ScriptedFault } from "./fault.ts";
import type { CameraServerOptions, StreamOptions } from "./options.ts";

export type ClipSource = { readonly file: string } | { readonly made: MadeClipOptions };

export type FaultDescription =
  | Exclude<Fault, FaultOf<"switch-clip">>
  | { readonly kind: "switch-clip"; readonly clip: ClipSource };

interface ScriptDescription extends Omit<ScriptedFault, "fault"> {
  readonly fault: FaultDescription;
}

export interface StreamDescription extends Omit<StreamOptions, "clip" | "faults" | "script"> {
  readonly clip: ClipSource;
  /** So many streams; `{n}` in the path is 1, 2, 3 … */
  readonly count?: number;
  readonly faults?: readonly FaultDescription[];
  readonly script?: readonly ScriptDescription[];
}

export interface ServerDescription extends Omit<CameraServerOptions, "streams" | "now"> {
  readonly streams: readonly StreamDescription[];
}

export async function serverOptions(description: ServerDescription): Promise<CameraServerOptions> {
  const streams = await Promise.all(description.streams.map(streamOptions));
  return { ...description, streams: streams.flat() };
}

export async function faultOf(described: FaultDescription): Promise<Fault> {
  if (described.kind !== "switch-clip") return described;
  return { kind: "switch-clip", clip: await clipOf(described.clip) };
}

async function streamOptions(description: StreamDescription): Promise<StreamOptions[]> {
  const { count = 1, clip: source, faults = [], script = [], ...rest } = description;
  const clip = await clipOf(source);
  const stream = {
    ...rest,
    clip,
    faults: await Promise.all(faults.map(faultOf)),
    script: await Promise.all(
      script.map(async (entry) => ({ ...entry, fault: await faultOf(entry.fault) })),
    ),
  };
  return Array.from({ length: count }, (_, index) => {
    return { ...stream, path: stream.path.replace("{n}", String(index + 1)) };
  });
}

function clipOf(source: ClipSource): Promise<Clip> {
  return "file" in source ? loadClip(source.file) : madeClip(source.made);
}
