/**
 * What is inside the binaries that packages bring, and what comes with the repository: FFmpeg with
 * its libraries in node-av, libvips and its parts, ONNX Runtime's library, SQLite, Node, our models.
 *
 * Read from the installed packages: what they say of themselves at run time, not a list of ours.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import Database from "better-sqlite3";
import { getFFmpegInfo } from "node-av/lib";
import { z } from "zod";
import type { Component } from "./component.ts";

export interface NativePart {
  readonly component: Component;
  /** Whether the package of this reference holds it; "" is the product itself. */
  readonly insideOf: (ref: string) => boolean;
}

export function nativeParts(root: string): readonly NativePart[] {
  return [
    ...ffmpegParts(),
    ...vipsParts(),
    ...runtimeParts(root),
    ...modelParts(join(root, "models")),
  ];
}

interface PartDescription {
  readonly name: string;
  readonly version: string;
  /** An SPDX id, or undefined where the package only says "see my notices". */
  readonly licence: string | undefined;
  readonly type?: Component["type"];
  readonly description: string;
  readonly sha256?: string;
}

const unknownLicence = "see the notices of the package that holds it";

function part(about: PartDescription, insideOf: NativePart["insideOf"]): NativePart {
  const { name, version, licence, type = "library", description, sha256 } = about;
  return {
    insideOf,
    component: {
      "bom-ref": `inside:${name}@${version}`,
      type,
      name,
      version,
      scope: "required",
      description,
      licenses: [
        licence === undefined
          ? { license: { name: unknownLicence } }
          : { license: { id: licence } },
      ],
      ...(sha256 === undefined ? {} : { hashes: [{ alg: "SHA-256", content: sha256 }] }),
    },
  };
}

const inPackage = (pattern: RegExp) => (ref: string) => pattern.test(ref);

/** One FFmpeg, its own libraries, and what it was configured with. */
function ffmpegParts(): NativePart[] {
  const { version, configuration, libraries } = getFFmpegInfo();
  const holds = inPackage(/^@seydx\/node-av-linux-/);
  const description = "inside the binary of node-av";
  const own = Object.entries(libraries).map(([name, itsVersion]) =>
    part(
      { name: `lib${name}`, version: itsVersion, licence: "GPL-3.0-or-later", description },
      holds,
    ),
  );
  const linked = [...configuration.matchAll(/--enable-(lib[\w-]+|openssl|gmp|whisper)/g)]
    .map(([, name = ""]) => name)
    .map((name) =>
      part({ name, version: `of FFmpeg ${version}`, licence: undefined, description }, holds),
    );
  const whole = { name: "ffmpeg", version, licence: "GPL-3.0-or-later", description };
  return [part(whole, holds), ...own, ...linked];
}

function vipsParts(): NativePart[] {
  const require = createRequire(createRequire(import.meta.url).resolve("sharp"));
  const name = `@img/sharp-libvips-linux-${process.arch}`;
  const versions = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(require.resolve(`${name}/versions`), "utf8")));
  const holds = inPackage(/^@img\/sharp-libvips-linux-/);
  return Object.entries(versions).map(([library, version]) =>
    part(
      {
        name: library === "vips" ? "libvips" : `${library} (in libvips)`,
        version,
        licence: library === "vips" ? "LGPL-3.0-or-later" : undefined,
        description: "inside the binary of sharp's libvips",
      },
      holds,
    ),
  );
}

function runtimeParts(root: string): NativePart[] {
  const database = new Database(":memory:");
  const sqlite = z
    .object({ version: z.string() })
    .parse(database.prepare("SELECT sqlite_version() AS version").get());
  database.close();
  const onnx = z
    .object({ version: z.string() })
    .parse(
      JSON.parse(readFileSync(join(root, "node_modules/onnxruntime-node/package.json"), "utf8")),
    );
  return [
    part(
      {
        name: "sqlite",
        version: sqlite.version,
        licence: "blessing",
        description: "inside the binary of better-sqlite3",
      },
      inPackage(/^better-sqlite3@/),
    ),
    part(
      {
        name: "libonnxruntime",
        version: onnx.version,
        licence: "MIT",
        description: "shared library inside onnxruntime-node",
      },
      inPackage(/^onnxruntime-node@/),
    ),
    part(
      {
        name: "node",
        version: process.versions.node,
        licence: "MIT",
        type: "platform",
        description: "runs the agent; with V8, OpenSSL, ICU and others under their own licences",
      },
      (ref) => ref === "",
    ),
  ];
}

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  summary: z.string(),
  licence: z.string(),
  file: z.object({ name: z.string(), sha256: z.string() }),
});

/** Those whose weights travel with the repository. */
function modelParts(folder: string): NativePart[] {
  return readdirSync(folder).flatMap((name) => {
    const files = new Set(readdirSafely(join(folder, name)));
    if (!files.has("manifest.json")) return [];
    const text = readFileSync(join(folder, name, "manifest.json"), "utf8");
    const { version, summary, licence, file } = manifestSchema.parse(JSON.parse(text));
    if (!files.has(file.name)) return [];
    const about = { name, version, licence, description: summary, sha256: file.sha256 };
    return [part({ ...about, type: "machine-learning-model" }, (ref) => ref === "")];
  });
}

function readdirSafely(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // A file beside the folders of models.
  }
}
