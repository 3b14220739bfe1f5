import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { madeClipFile } from "./clips/made-clip.ts";
import {
  type GstreamerServer,
  hasGstreamerServer,
  startGstreamerServer,
} from "./gstreamer-server.ts";
import { runTool } from "./run-tool.ts";

const isHere = await hasGstreamerServer();

describe.skipIf(!isHere)("GStreamer's server", () => {
  let server: GstreamerServer;
  beforeAll(async () => {
    const file = await madeClipFile({ seconds: 1, gopSeconds: 0.5 });
    server = await startGstreamerServer({
      mounts: [
        { path: "/looped", file },
        { path: "/h265", file: await madeClipFile({ codec: "h265", seconds: 1 }) },
        { path: "/udp", file, protocols: "udp" },
      ],
      credentials: { user: "admin", password: "p@ss:w", scheme: "digest" },
    });
  });
  afterAll(() => server.stop());

  const rows = [
    {
      name: "a looped clip is longer than its file",
      path: "/looped",
      protocol: "tcp",
      codec: "h264",
    },
    { name: "H.265", path: "/h265", protocol: "tcp", codec: "hevc" },
    { name: "UDP alone", path: "/udp", protocol: "udp", codec: "h264" },
  ];
  test.concurrent.each(rows)("$name", async ({ path, protocol, codec }) => {
    const args = ["-v", "error", "-rtsp_transport", protocol, "-read_intervals", "%+2"];
    const show = ["-count_packets", "-show_entries", "stream=codec_name,nb_read_packets"];
    const output = await runTool("ffprobe", [...args, ...show, "-of", "csv=p=0", server.url(path)]);
    const [name, count] = output.toString().trim().split(",");
    expect(name).toBe(codec);
    expect(Number(count)).toBeGreaterThan(20);
  });

  test("TCP is refused where only UDP is served, and a wrong password everywhere", async () => {
    const probe = (url: string): Promise<Buffer> =>
      runTool("ffprobe", ["-v", "error", "-rtsp_transport", "tcp", url]);
    await expect(probe(server.url("/udp"))).rejects.toThrow("461");
    await expect(probe(server.url("/looped").replace(/:[^:/]*@/, ":wrong@"))).rejects.toThrow(
      "401",
    );
  });
});
