/**
 * One TCP or TLS connection to a camera: bytes in, bytes out, one reason when it is over.
 *
 * Plain connections of a thread read into one shared buffer (its bytes are used up before the
 * next read), so receiving allocates nothing; TLS hands over buffers of its own.
 */
import net from "node:net";
import tls from "node:tls";
import type { Clock } from "../../runtime/clock.ts";
import { CaptureError, failureOfSocket, ReceivingBug } from "../capture-error.ts";
import { connectTimeoutMs, readBufferBytes, unreadBytesMax } from "../limits.ts";
import type { TlsSettings } from "../stream-settings.ts";

export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly tls?: TlsSettings | undefined;
}

export interface ConnectionSink {
  /** The bytes are valid during the call alone. A CaptureError that it throws ends the connection. */
  onBytes(chunk: Buffer, length: number): void;
  /** Once, unless `close` came first. */
  onEnd(reason: CaptureError): void;
}

const sharedReadBuffer = Buffer.allocUnsafeSlow(readBufferBytes);

export class Connection {
  readonly #target: ConnectionTarget;
  readonly #sink: ConnectionSink;
  readonly #clock: Clock;
  readonly #where: string;
  #socket: net.Socket | undefined;
  #isOver = false;

  constructor(options: {
    readonly target: ConnectionTarget;
    readonly sink: ConnectionSink;
    readonly clock: Clock;
  }) {
    this.#target = options.target;
    this.#sink = options.sink;
    this.#clock = options.clock;
    this.#where = `${options.target.host}:${options.target.port}`;
  }

  /** Address of the other side as people write it. */
  get where(): string {
    return this.#where;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = this.#makeSocket();
      this.#socket = socket;
      const cancelTimeout = this.#clock.after(connectTimeoutMs, () => {
        this.#end(
          new CaptureError(
            "timeout",
            `${this.#where} did not accept within ${connectTimeoutMs / 1_000} s`,
          ),
        );
        reject(this.#endReason);
      });
      socket.once(this.#target.isTls ? "secureConnect" : "connect", () => {
        cancelTimeout();
        resolve();
      });
      socket.setNoDelay(true);
      socket.on("error", (error) => {
        cancelTimeout();
        this.#end(failureOfSocket(error, this.#where));
        reject(this.#endReason);
      });
      socket.on("close", () => {
        cancelTimeout();
        this.#end(new CaptureError("reset", `${this.#where} closed the connection`));
        reject(this.#endReason);
      });
      if (this.#target.isTls) socket.on("data", (chunk: Buffer) => this.#take(chunk, chunk.length));
      // An end of stream closes the socket: nothing is half open here.
      socket.on("end", () => socket.destroy());
    });
  }

  /** What the camera does not read waits in the socket, up to a limit. */
  write(text: string): void {
    const socket = this.#socket;
    if (this.#isOver || socket === undefined) return;
    socket.write(text, "latin1");
    if (socket.writableLength <= unreadBytesMax) return;
    this.#end(new CaptureError("reset", `${this.#where} does not read what we send`));
  }

  /** Ends it from our side; the sink hears nothing more. */
  close(): void {
    this.#isOver = true;
    this.#socket?.destroy();
  }

  #endReason: CaptureError = new CaptureError("reset", "the connection is closed");

  #makeSocket(): net.Socket {
    const { host, port, isTls, tls: settings } = this.#target;
    if (!isTls) {
      return net.connect({
        host,
        port,
        onread: {
          buffer: sharedReadBuffer,
          callback: (length) => {
            this.#take(sharedReadBuffer, length);
            return true;
          },
        },
      });
    }
    return tls.connect({
      host,
      port,
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
      ...(settings?.ca === undefined ? {} : { ca: settings.ca }),
      minVersion: "TLSv1.2",
      rejectUnauthorized: settings?.isSelfSignedAllowed !== true,
    });
  }

  #take(chunk: Buffer, length: number): void {
    if (this.#isOver) return;
    try {
      this.#sink.onBytes(chunk, length);
    } catch (error) {
      this.#end(error instanceof CaptureError ? error : new ReceivingBug(error));
    }
  }

  #end(reason: CaptureError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endReason = reason;
    this.#socket?.destroy();
    this.#sink.onEnd(reason);
  }
}
