/**
 * A door on loopback to one RTSP camera: ffmpeg asks it, it asks the camera with the login.
 *
 * Addresses are exchanged in both directions, so that neither login nor camera stands in ffmpeg's
 * command line; replies and packets go through as they are. Pictures over UDP go straight from the
 * camera to the ports that ffmpeg named: both are on this machine. One client, one camera.
 */
import { randomBytes } from "node:crypto";
import net from "node:net";
import type { Clock } from "../../runtime/clock.ts";
import { CaptureError, ReceivingBug } from "../capture-error.ts";
import { relayedBytesMax } from "../limits.ts";
import { parseRtspAddress, type RtspAddress } from "../rtsp/address.ts";
import { Authorization } from "../rtsp/authorization.ts";
import { InterleavedReader } from "../rtsp/interleaved-reader.ts";
import type { RtspRequest, RtspResponse } from "../rtsp/message.ts";
import { failureOfReply } from "../rtsp/reply-failure.ts";
import { RequestChannel } from "../rtsp/request-channel.ts";
import type { TlsSettings } from "../stream-settings.ts";

export class RtspRelay {
  readonly #address: RtspAddress;
  readonly #tls: TlsSettings | undefined;
  readonly #clock: Clock;
  readonly #token = randomBytes(16).toString("hex");
  readonly #server = net.createServer((socket) => this.#serve(socket));
  readonly #clients = new Set<net.Socket>();
  /** Those that knew the random path; later requests may name tracks as the camera does. */
  readonly #trusted = new WeakSet<net.Socket>();
  #door = "";
  #failure: CaptureError | undefined;

  constructor(options: {
    readonly url: string;
    readonly tls?: TlsSettings | undefined;
    readonly clock: Clock;
  }) {
    this.#address = parseRtspAddress(options.url);
    this.#tls = options.tls;
    this.#clock = options.clock;
  }

  /** Why the camera did not do what was asked of it, last. */
  get failure(): CaptureError | undefined {
    return this.#failure;
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    this.#door = `rtsp://127.0.0.1:${port}/${this.#token}`;
    return this.#door;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#clients) socket.destroy();
  }

  #serve(client: net.Socket): void {
    this.#clients.add(client);
    const camera = this.#openCamera(client);
    camera.catch(() => undefined); // Told in #openCamera; a request that waits for it hears it too.
    const reader = new InterleavedReader({
      // Receiver reports of ffmpeg: the camera can do without.
      onPacket: () => undefined,
      onMessage: (message) => {
        if (message.kind === "request") void this.#pass(message, client, camera);
      },
    });
    client.on("data", (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch {
        client.destroy();
      }
    });
    client.on("error", () => client.destroy());
    client.on("close", () => {
      this.#clients.delete(client);
      camera.then(
        (channel) => channel.close(),
        () => undefined,
      );
    });
  }

  async #openCamera(client: net.Socket): Promise<RequestChannel> {
    const { host, port, isTls, credentials } = this.#address;
    const channel = new RequestChannel({
      target: { host, port, isTls, tls: this.#tls },
      authorization: credentials === undefined ? undefined : new Authorization({ credentials }),
      clock: this.#clock,
      onPacket: (number, bytes, start, end) => {
        const length = end - start;
        client.write(Buffer.from([0x24, number, length >> 8, length & 0xff]));
        client.write(Buffer.from(bytes.subarray(start, end)));
        if (client.writableLength > relayedBytesMax) this.#failUnread(client.writableLength);
      },
      onRoundTrip: () => undefined,
    });
    try {
      await channel.open();
      channel.untilOver().catch(() => client.destroy());
      return channel;
    } catch (error) {
      if (error instanceof CaptureError) this.#failure = error;
      client.destroy();
      throw error;
    }
  }

  /** Ends the camera's connection, and with it the client's. */
  #failUnread(bytes: number): never {
    this.#failure = new CaptureError("corrupt", `${bytes} bytes of the camera that nobody reads`);
    throw this.#failure;
  }

  async #pass(
    request: RtspRequest,
    client: net.Socket,
    camera: Promise<RequestChannel>,
  ): Promise<void> {
    try {
      if (request.uri.startsWith(this.#door)) this.#trusted.add(client);
      if (!this.#trusted.has(client)) throw new CaptureError("refused", "another address");
      const channel = await camera;
      const headers = Object.fromEntries(
        request.headers
          .filter(({ name }) => passedHeaders.has(name))
          .map(({ name, value }) => [name, this.#outward(value)]),
      );
      const reply = await channel.request(request.method, this.#outward(request.uri), headers);
      this.#failure = failureOfReply(reply);
      client.write(this.#reply(reply, request));
    } catch (error) {
      this.#failure = error instanceof CaptureError ? error : new ReceivingBug(error);
      client.destroy();
    }
  }

  /** ffmpeg's words for the camera. */
  #outward(text: string): string {
    return text.replaceAll(this.#door, this.#address.uri);
  }

  /** The camera's words for ffmpeg; its own name for itself may differ from ours. */
  #inward(text: string): string {
    return text
      .replaceAll(this.#address.uri.replace(/\?.*$/s, ""), this.#door)
      .replaceAll(/^(content-(?:base|location):\s*)rtsps?:\/\/.*$/gim, `$1${this.#door}/`);
  }

  #reply(reply: RtspResponse, request: RtspRequest): Buffer {
    const body = Buffer.from(this.#inward(reply.body.toString("latin1")), "latin1");
    const sequence = request.headers.find(({ name }) => name === "cseq")?.value ?? "0";
    const headers = reply.headers
      .filter(({ name }) => !["cseq", "content-length", "www-authenticate"].includes(name))
      .map(({ name, value }) => this.#inward(`${name}: ${value}`));
    const length = body.length === 0 ? [] : [`Content-Length: ${body.length}`];
    const head = [reply.statusLine, `CSeq: ${sequence}`, ...headers, ...length];
    return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body]);
  }
}

const passedHeaders = new Set(["accept", "transport", "session", "range", "require"]);
