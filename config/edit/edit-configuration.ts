/**
 * Edits a configuration that may be split over files: each change goes to the file in which the
 * camera or the section stands. Pure: the texts come out, nobody writes them here.
 */
import { editYaml } from "./edit-yaml.ts";
import { isObject, type JsonObject, type JsonValue } from "./json-value.ts";
import { type WrittenConfiguration, writtenCameras } from "./written-configuration.ts";

export interface ConfigurationEdit {
  /** By camera: its settings that are replaced; `null` takes one out. */
  readonly cameras?: Readonly<Record<string, JsonObject>> | undefined;
  /** New cameras, at the end of the main file's list. */
  readonly added?: readonly JsonObject[] | undefined;
  /** By section (`device`, `hub` …): its settings that are replaced; `null` takes one out. */
  readonly sections?: Readonly<Record<string, JsonObject>> | undefined;
}

export type Edited =
  | {
      readonly ok: true;
      /** Absolute name to new text, of files that change alone. */
      readonly files: ReadonlyMap<string, string>;
    }
  | { readonly ok: false; readonly reason: string };

export function editConfiguration(
  written: WrittenConfiguration,
  { cameras = {}, added = [], sections = {} }: ConfigurationEdit,
): Edited {
  const contents = new Map(written.files.map(({ path, content }) => [path, content]));
  const [main] = written.files;
  if (main === undefined) return { ok: false, reason: "the configuration cannot be read" };
  const placed = writtenCameras(written);
  for (const [id, change] of Object.entries(cameras)) {
    const found = placed.get(id);
    if (found === undefined) {
      return { ok: false, reason: `no file that can be edited holds the camera ${id}` };
    }
    const { path } = found.file;
    const content = contents.get(path) ?? {};
    const list = listIn(content["cameras"]);
    const camera = changed(found.camera, change);
    contents.set(path, { ...content, cameras: list.with(found.index, camera) });
  }
  for (const [name, change] of Object.entries(sections)) {
    const path = written.files.find(({ content }) => isObject(content[name]))?.path ?? main.path;
    const content = contents.get(path) ?? {};
    const before = content[name];
    contents.set(path, { ...content, [name]: changed(isObject(before) ? before : {}, change) });
  }
  if (added.length > 0) {
    const content = contents.get(main.path) ?? {};
    const list = [...listIn(content["cameras"]), ...added];
    contents.set(main.path, { ...content, cameras: list });
  }
  return texts(written, contents);
}

function texts(written: WrittenConfiguration, contents: ReadonlyMap<string, JsonObject>): Edited {
  const files = new Map<string, string>();
  for (const { path, text } of written.files) {
    const edited = editYaml(text, contents.get(path) ?? {});
    if (edited === undefined) {
      return { ok: false, reason: `${path} cannot be edited without a loss: edit it by hand` };
    }
    if (edited !== text) files.set(path, edited);
  }
  return { ok: true, files };
}

function listIn(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : []; // isArray loses readonly
}

function changed(before: JsonObject, change: JsonObject): JsonObject {
  const entries = Object.entries({ ...before, ...change });
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}
