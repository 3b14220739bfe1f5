import { expect, test } from "vitest";
import { probeArguments, receiveArguments } from "./ffmpeg-command.ts";

test("a file is copied at its own pace, and may open nothing but files", () => {
  expect(receiveArguments({ kind: "file", address: "file:/clips/a b.mp4" }, "h264").join(" ")).toBe(
    "-nostdin -v error -protocol_whitelist file -re -i file:/clips/a b.mp4 -an -map 0:v:0 -c:v copy -flush_packets 1 -f h264 pipe:1",
  );
});

test("an address over HTTP may open nothing of this machine", () => {
  const args = receiveArguments({ kind: "http", address: "http://127.0.0.1:1/x/" }, "mjpeg");
  expect(args.join(" ")).toContain(
    "-protocol_whitelist http,tcp -rw_timeout 15000000 -i http://127.0.0.1:1/x/",
  );
  expect(args.slice(-3)).toEqual(["-f", "mjpeg", "pipe:1"]);
});

test("asking for the codec does not wait for the pace of a file", () => {
  const args = probeArguments({ kind: "file", address: "file:/a.mp4" });
  expect(args).not.toContain("-re");
  expect(args.join(" ")).toBe(
    "-v error -protocol_whitelist file -select_streams v:0 -show_entries stream=codec_name -of json -i file:/a.mp4",
  );
});
