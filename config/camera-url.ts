/** The address of a camera as one text again, for clients that take it so. It holds the password. */
import { pathToFileURL } from "node:url";
import type { CameraAddress } from "./agent-config.ts";

export function cameraUrl(address: CameraAddress): string {
  if (address.protocol === "file") return pathToFileURL(address.path).href;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${address.protocol}://${login(address)}${host}:${address.port}${address.path}`;
}

function login({ user, password }: CameraAddress): string {
  if (user === undefined) return "";
  const name = encodeURIComponent(user);
  return password === undefined ? `${name}@` : `${name}:${encodeURIComponent(password.reveal())}@`;
}
