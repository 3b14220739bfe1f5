/**
 * Turns written addresses into what clients need, and reports what is wrong with them.
 *
 * Undefined means that a finding was reported, here or before.
 */

import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Address, parseAddress } from "./address.ts";
import type { CameraAddress, HubConfig } from "./agent-config.ts";
import { type CheckContext, soundScalar } from "./checks/check-context.ts";
import { suggestion } from "./nearest.ts";
import { Secret } from "./secret.ts";
import type { Path, ScalarNode } from "./source-node.ts";

const cameraPorts = { rtsp: 554, rtsps: 322, http: 80, https: 443, file: 0 } as const;
const hubPorts = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 } as const;

export function resolveCameraAddress(context: CheckContext, path: Path): CameraAddress | undefined {
  const node = soundScalar(context, path);
  if (node === undefined) return undefined;
  const { report } = context;
  const local = localFile(node);
  if (local !== undefined) return local;
  const result = parseAddress(node);
  if (!result.ok) {
    report.error(path, result.message);
    return undefined;
  }
  const { address } = result;
  const protocol = schemeOf(address, cameraPorts);
  if (protocol === undefined || protocol === "file") {
    if (protocol === undefined) report.error(path, schemeMessage(address.scheme, cameraPorts));
    else report.error(path, "expected file:///absolute/name or file:name");
    return undefined;
  }
  if (address.host === "") {
    report.error(path, "the address names no host");
    return undefined;
  }
  if (address.isPasswordPlain) {
    report.warn(path, `the password stands in the file: write it as \${env:NAME} or \${file:NAME}`);
  }
  const port = address.port ?? cameraPorts[protocol];
  const pathOrSlash = address.path.startsWith("/") ? address.path : `/${address.path}`;
  return {
    protocol,
    host: address.host,
    port,
    path: pathOrSlash,
    user: address.user,
    password: address.password === undefined ? undefined : new Secret(address.password),
    display: displayOf(protocol, address),
    secrets: address.secrets.map((secret) => new Secret(secret)),
  };
}

export function resolveHubAddress(
  context: CheckContext,
  path: Path,
): Pick<HubConfig, "protocol" | "host" | "port" | "path"> | undefined {
  const node = soundScalar(context, path);
  if (node === undefined) return undefined;
  const { report } = context;
  const result = parseAddress(node);
  if (!result.ok) {
    report.error(
      path,
      result.message.replace("rtsp://192.0.2.11/main", "mqtts://hub.example.city"),
    );
    return undefined;
  }
  const { address } = result;
  const protocol = schemeOf(address, hubPorts);
  if (protocol === undefined) {
    report.error(path, schemeMessage(address.scheme, hubPorts));
    return undefined;
  }
  if (address.host === "") {
    report.error(path, "the address names no host");
    return undefined;
  }
  if (address.user !== undefined) {
    report.error(path, 'the address holds a user: give it as "user" and "password" beside the url');
    return undefined;
  }
  const isWeb = protocol === "ws" || protocol === "wss";
  if (!isWeb && address.path !== "" && address.path !== "/") {
    report.error(path, `an address with ${protocol} has no path, found "${address.pathDisplay}"`);
    return undefined;
  }
  if ((protocol === "mqtt" || protocol === "ws") && !isLoopback(address.host)) {
    const better = protocol === "mqtt" ? "mqtts" : "wss";
    report.warn(path, `the way to the hub is not encrypted: use ${better}`);
  }
  return {
    protocol,
    host: address.host,
    port: address.port ?? hubPorts[protocol],
    path: isWeb ? address.path || "/" : "",
  };
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function schemeOf<Scheme extends string>(
  { scheme }: Address,
  ports: Readonly<Record<Scheme, number>>,
): Scheme | undefined {
  const known = Object.keys(ports) as Scheme[]; // the keys of a record of schemes
  return known.find((name) => name === scheme);
}

function schemeMessage(scheme: string, ports: Readonly<Record<string, number>>): string {
  const known = Object.keys(ports);
  return `the address begins with "${scheme}:", expected one of ${known.join(", ")}${suggestion(scheme, known)}`;
}

function displayOf(protocol: string, address: Address): string {
  const user = address.user === undefined ? "" : "***@";
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const port = address.port === undefined ? "" : `:${address.port}`;
  return `${protocol}://${user}${host}${port}${address.pathDisplay}`;
}

/** `file:clip.mp4` is relative to the file that says so. */
function localFile(node: ScalarNode): CameraAddress | undefined {
  const [, name] = /^file:(.+)$/is.exec(String(node.value)) ?? [];
  if (name === undefined) return undefined;
  const path = absoluteName(name, node.place.folder);
  if (path === undefined) return undefined;
  return {
    protocol: "file",
    host: "",
    port: 0,
    path,
    user: undefined,
    password: undefined,
    display: `file://${path}`,
    secrets: [],
  };
}

function absoluteName(name: string, folder: string): string | undefined {
  if (!name.startsWith("//")) return isAbsolute(name) ? name : resolve(folder, name);
  try {
    return fileURLToPath(`file:${name}`);
  } catch {
    return undefined;
  }
}
