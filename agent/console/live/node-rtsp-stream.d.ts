/** What `transcoder.ts` uses of node-rtsp-stream, which has no types of its own. */
declare module "node-rtsp-stream" {
  import type { ChildProcess } from "node:child_process";
  import type { EventEmitter } from "node:events";

  class VideoStream extends EventEmitter {
    readonly options: {
      readonly name: string;
      readonly streamUrl: string;
      readonly ffmpegPath: string;
      readonly ffmpegOptions: Readonly<Record<string, string>>;
    };
    stream: ChildProcess | undefined;
    constructor(options: VideoStream["options"]);
    startMpeg1Stream(): this;
    pipeStreamToSocketServer(): this;
    stop(): this;
  }
  export default VideoStream;
}

declare module "node-rtsp-stream/mpeg1muxer.js" {
  import type { ChildProcess } from "node:child_process";
  import type { EventEmitter } from "node:events";

  class Mpeg1Muxer extends EventEmitter {
    readonly stream: ChildProcess;
    constructor(options: {
      readonly url: string;
      readonly ffmpegPath: string;
      readonly ffmpegOptions: Readonly<Record<string, string>>;
    });
  }
  export default Mpeg1Muxer;
}
