/**
 * Wrong files (what is no YAML, or no text, or does not hang together): every finding of each, to the letter.
 *
 * A row is the right file of `testing/written.ts` with one change. All findings are listed, so that
 * a row also shows what is not said besides.
 */
import { expect, test } from "vitest";
import { changed, type Files, findingLines, loadWritten } from "./testing/written.ts";

const files: Files = {
  "/c/loop.yaml": "include: t.yaml\n",
  "/c/part.yaml": "version: 1\ndevice: { id: other }\nlog: { level: warn }\n",
  "/c/v2.yaml": "version: 2\n",
  "/c/hub.yaml": "log: { level: warn }\n",
  "/c/broken.yaml": "log: [\n",
  "/c/list.yaml": "- a\n",
  "/c/west.yaml":
    "cameras:\n  - id: west\n    url: rtp://192.0.2.12/\n    location: [116.6, 23.6]\n",
};

const rows: readonly {
  readonly name: string;
  readonly text: string;
  readonly want: readonly string[];
}[] = [
  {
    name: "a list instead of keys",
    text: "- a\n- b\n",
    want: ['1:1  | expected keys such as "version:" and "device:", found a list'],
  },
  {
    name: "one word",
    text: "hello",
    want: ['1:1  | expected keys such as "version:" and "device:", found a single value'],
  },
  {
    name: "an empty file",
    text: "",
    want: ["1:1  | the file is empty: it must hold at least version, device and cameras"],
  },
  {
    name: "only comments",
    text: "# nothing\n",
    want: ["1:1  | the file is empty: it must hold at least version, device and cameras"],
  },
  {
    name: "nothing but null",
    text: "~",
    want: ["1:1  | the file is empty: it must hold at least version, device and cameras"],
  },
  {
    name: "a tab as indentation",
    text: changed("    url", "\turl"),
    want: ["6:1  | a tab stands where the line is indented: use spaces"],
  },
  {
    name: "an open bracket",
    text: changed("[0, 0.3, 1, 1]", "[0, 0.3, 1, 1"),
    want: [
      "9:52  | the indentation does not fit the lines above, or a bracket is not closed (YAML: Flow sequence in block collection must be sufficiently indented and end with a ])",
    ],
  },
  {
    name: "an open quote",
    text: changed("corner-1", "'corner-1"),
    want: ["15:1  | a quote, bracket, comma or colon is missing (YAML: Missing closing 'quote)"],
  },
  {
    name: "a colon in a text",
    text: changed("id: east", "id: east: x"),
    want: [
      "5:9  | a second key stands on this line, or a text with a colon needs quotes (YAML: Nested mappings are not allowed in compact mappings)",
    ],
  },
  {
    name: "a comma too many",
    text: changed("crop: [0,", "crop: [,0,"),
    want: [
      "9:28  | something stands here that does not belong: a sign too many, or one missing before (YAML: Unexpected , in flow sequence)",
    ],
  },
  {
    name: "a line that is out of line",
    text: changed("    location", "   location"),
    want: [
      "7:1  | a quote, bracket, comma or colon is missing (YAML: Sequence item without - indicator)",
    ],
  },
  {
    name: "an alias without an anchor",
    text: changed("id: east", "id: *none"),
    want: ["5:9 cameras[0].id | the alias *none names no anchor before it"],
  },
  {
    name: "an alias to itself",
    text: changed("[0, 0.3, 1, 1]", "&a [*a]"),
    want: [
      "9:30 cameras[0].views[0].crop[0][0][0][0][0][0][0][0][0][0][0][0][0][0] | values are nested more than 32 levels deep",
    ],
  },
  {
    name: "a type tag",
    text: changed("id: east", "id: !x east"),
    want: ["5:9  | expected a plain value, found one with a YAML type tag"],
  },
  {
    name: "a binary tag",
    text: changed("id: east", "id: !!binary aGVsbG8="),
    want: ["5:18 cameras[0].id | expected a plain value, found one with a YAML type tag"],
  },
  {
    name: "two documents",
    text: changed(/(?<=reportAfter: 5m }\n)$/, "---\nversion: 1\n"),
    want: ['15:1  | the file holds a second document ("---"): expected one'],
  },
  {
    name: "YAML 1.1",
    text: changed(/^/, "%YAML 1.1\n---\n"),
    want: ["1:1  | expected YAML 1.2, found the directive %YAML 1.1: leave it out"],
  },
  {
    name: "a list as a key",
    text: changed("device: {", "device: { [a]: b,"),
    want: ["2:11 device | expected a plain word as a key, found something else"],
  },
  {
    name: "the same key twice",
    text: changed("  - id: east", "  - id: east\n    id: west"),
    want: ['6:5 cameras[0].id | the key "id" was already given on line 5'],
  },
  {
    name: "the same group twice",
    text: changed("cameras:", "device: { id: b }\ncameras:"),
    want: ['4:1 device | the key "device" was already given on line 2'],
  },
  {
    name: "a merge key",
    text: changed("device: {", "device: { <<: {},"),
    want: ['2:11 device.<< | unknown key "<<": merge keys are not read, repeat the settings'],
  },
  {
    name: "a zero byte",
    text: changed("corner", "cor\u0000ner"),
    want: ["2:18  | this is not a text file: it holds a zero byte"],
  },
  {
    name: "a very deep list",
    text: changed(
      "[0, 0.3, 1, 1]",
      "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    ),
    want: [
      "9:55 cameras[0].views[0].crop[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0] | values are nested more than 32 levels deep",
    ],
  },
  {
    name: "including a missing file",
    text: changed("version: 1", "version: 1\ninclude: other.yaml"),
    want: ["2:10 include | the file other.yaml does not exist"],
  },
  {
    name: "including itself",
    text: changed("version: 1", "version: 1\ninclude: [t.yaml]"),
    want: ["2:11 include | the file t.yaml includes itself in a circle"],
  },
  {
    name: "including a file that includes this one",
    text: changed("version: 1", "version: 1\ninclude: [loop.yaml]"),
    want: ["loop.yaml:1:10 include | the file t.yaml includes itself in a circle"],
  },
  {
    name: "including a number",
    text: changed("version: 1", "version: 1\ninclude: [5]"),
    want: ["2:11 include | expected the name of a file, or a list of names"],
  },
  {
    name: "including a file that says otherwise",
    text: changed("version: 1", "version: 1\ninclude: part.yaml"),
    want: ['part.yaml:2:11 device.id | "device.id" is already given on line 3 of t.yaml'],
  },
  {
    name: "including a file of another version",
    text: changed("version: 1", "version: 1\ninclude: v2.yaml"),
    want: ['v2.yaml:1:1 version | "version" is already given on line 1 of t.yaml'],
  },
  {
    name: "including a file twice",
    text: changed("version: 1", "version: 1\ninclude: [hub.yaml, hub.yaml]"),
    want: ["2:21 include | the file hub.yaml is already included on line 2 of t.yaml"],
  },
  {
    name: "including a broken file",
    text: changed("version: 1", "version: 1\ninclude: broken.yaml"),
    want: [
      "broken.yaml:2:1  | the indentation does not fit the lines above, or a bracket is not closed (YAML: Flow sequence in block collection must be sufficiently indented and end with a ])",
    ],
  },
  {
    name: "including a list",
    text: changed("version: 1", "version: 1\ninclude: list.yaml"),
    want: ['list.yaml:1:1  | expected keys such as "version:" and "device:", found a list'],
  },
  {
    name: "including a file with a wrong camera",
    text: changed("version: 1", "version: 1\ninclude: west.yaml"),
    want: [
      'west.yaml:3:10 cameras[0].url | the address begins with "rtp:", expected one of rtsp, rtsps, http, https, file, did you mean "rtsp"?',
      'W west.yaml:2:5 cameras[0] | the camera "west" has no zones: nothing is reported from it',
    ],
  },
  {
    name: "including a folder",
    text: changed("version: 1", "version: 1\ninclude: ."),
    want: ["2:10 include | the file . is a folder, not a file"],
  },
  {
    name: "an unset variable",
    text: changed("CAM_PW", "CAMPW"),
    want: ["6:10 cameras[0].url | the environment variable CAMPW is not set"],
  },
  {
    name: "an unreadable file",
    text: changed(`\${env:CAM_PW}`, `\${file:/run/none}`),
    want: ["6:10 cameras[0].url | the file /run/none does not exist"],
  },
  {
    name: "a substitution of nothing known",
    text: changed(`\${env:CAM_PW}`, `\${CAM_PW}`),
    want: [`6:10 cameras[0].url | expected \${env:NAME} or \${file:NAME}, found \${CAM_PW}`],
  },
  {
    name: "an open substitution",
    text: changed(`\${env:CAM_PW}@192.0.2.11/main`, `\${env:CAM_PW`),
    want: [`6:10 cameras[0].url | expected \${env:NAME} or \${file:NAME}, found \${env:CAM_PW`],
  },
  {
    name: "an unset variable in a flow mapping",
    text: changed("user: box", `user: \${env:HUB_USER}`),
    want: ["3:47 hub.user | the environment variable HUB_USER is not set"],
  },
];

for (const { name, text, want } of rows) {
  test(name, () => {
    const result = loadWritten(text, files);
    expect(findingLines(result)).toEqual(want);
    expect(result.ok).toBe(false);
  });
}
