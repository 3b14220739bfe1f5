/**
 * Finds cameras on the local network when somebody asks: one ONVIF WS-Discovery question to the
 * multicast group, and what answers within a few seconds.
 *
 * Nothing is sent to a camera itself, no name or password leaves; what comes back is text from
 * anybody on that network, so it is bounded and only what has the form of an address is kept.
 */
import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import type { Clock } from "../../runtime/clock.ts";

const group = "239.255.255.250";
const port = 3702;
const listenMs = 3_000;
const answersMax = 256;
const answerBytesMax = 65_536;

export interface FoundCamera {
  readonly address: string;
  readonly name: string | null;
  readonly hardware: string | null;
}

export async function discoverCameras(
  clock: Clock,
  signal: AbortSignal,
  /** Where to ask: tests have a camera of their own. */
  to: { readonly host: string; readonly port: number } = { host: group, port },
): Promise<readonly FoundCamera[]> {
  const found = new Map<string, FoundCamera>();
  const socket = createSocket("udp4");
  const failed = new Promise<never>((_, reject) => socket.once("error", reject));
  socket.on("message", (bytes, { address }) => {
    if (found.size >= answersMax || bytes.length > answerBytesMax) return;
    const camera = readAnswer(bytes.toString("utf8"), address);
    if (camera !== undefined) found.set(camera.address, camera);
  });
  try {
    const sent = new Promise<void>((resolve, reject) => {
      socket.send(question(randomUUID()), to.port, to.host, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
    await Promise.race([sent, failed]);
    await Promise.race([clock.sleep(listenMs, signal), failed]);
  } finally {
    socket.close();
  }
  return [...found.values()].toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

/** Undefined when it is no answer of a camera. The sender's own address is taken, not what it claims. */
export function readAnswer(text: string, sender: string): FoundCamera | undefined {
  if (!/ProbeMatch/.test(text) || !/XAddrs/.test(text)) return undefined;
  const scopes = /<(?:\w+:)?Scopes[^>]*>([^<]{0,4096})</.exec(text)?.[1] ?? "";
  const scope = (name: string): string | null => {
    const value = new RegExp(`onvif://www\\.onvif\\.org/${name}/([^\\s/]{1,100})`).exec(
      scopes,
    )?.[1];
    if (value === undefined) return null;
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  };
  return { address: sender, name: scope("name"), hardware: scope("hardware") };
}

function question(id: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"',
    ' xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"',
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"',
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl">',
    `<e:Header><w:MessageID>uuid:${id}</w:MessageID>`,
    "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>",
    "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>",
    "<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body>",
    "</e:Envelope>",
  ].join("");
}
