import { expect, test } from "vitest";
import { ffmpegArguments } from "./ffmpeg-arguments.ts";

const cut = { cropX: 0, cropY: 0, cropWidth: 1_920, cropHeight: 1_080 };
const place = { ...cut, contentX: 0, contentY: 0, contentWidth: 448, contentHeight: 252 };

test("every picture is decoded, five a second are scaled", () => {
  const line = ffmpegArguments("rtsp://127.0.0.1/a", "full-decode", place).join(" ");
  expect(line).toContain("gte(t-prev_selected_t\\,0.19)',scale=448:252:flags=area,format=gbrp");
  expect(line).toMatch(/-f rawvideo pipe:1$/);
  expect(line).not.toContain("skip_frame");
});

test("keyframes alone: skipped before they are decoded, and none is repeated", () => {
  const line = ffmpegArguments("rtsp://127.0.0.1/a", "keyframes-only", place).join(" ");
  expect(line).toMatch(/-skip_frame nokey .*-i rtsp:/);
  expect(line).toContain("-fps_mode passthrough");
  expect(line).not.toContain("select");
});
