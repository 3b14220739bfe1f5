/**
 * Why a connection did not come about, as one line with what to do; never shows a password.
 *
 * Sockets, TLS and brokers each have their own words for it: this is the one place that knows them.
 */
import { hiderOf } from "../runtime/secret-spellings.ts";
import { BrokerError } from "./broker-connection.ts";
import type { MqttSettings } from "./mqtt-settings.ts";

export function explainFailure(error: unknown, settings: MqttSettings): BrokerError {
  const { code = "", message = "" } = (error ?? {}) as { code?: string | number; message?: string };
  const { hostname, host } = new URL(settings.url);
  // A broker may repeat the login in its answer.
  const hide = hiderOf(secretsOf(settings));
  const fail = (failure: BrokerError["failure"], text: string, remedy: string) =>
    new BrokerError(failure, hide(text), remedy, error);
  const user = shownUser(settings);
  switch (code) {
    case 4:
    case 0x86:
      return fail(
        "password",
        `the broker at ${host} refuses user or password (user ${user})`,
        "Correct hub.user and hub.password, or the broker's password file.",
      );
    case 5:
    case 0x87:
      return fail(
        "not-authorised",
        `the broker at ${host} does not let this device in (user ${user})`,
        "Check hub.user and hub.password, and the broker's access list for this device.",
      );
    case 1:
    case 0x84:
      return fail(
        "protocol",
        `the broker at ${host} does not speak this version of MQTT`,
        "Set hub.protocol to auto or 3.1.1.",
      );
    case 0x9c:
    case 0x9d:
      return fail(
        "lost",
        `the broker at ${host} sends this box to another server; only a person may change that`,
        "Set hub.url to the broker that is meant.",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return fail(
        "host-unknown",
        `no host has the name ${hostname}`,
        "Correct the host in hub.url, or the box's name server.",
      );
    case "ECONNREFUSED":
      return fail(
        "refused",
        `nothing listens at ${host}`,
        "Check host and port in hub.url, and that the broker runs.",
      );
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return fail("timeout", `${host} cannot be reached`, "Check the box's network and firewall.");
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return fail(
        "certificate",
        `the broker's certificate is not for ${settings.serverName ?? hostname}`,
        "Use the name that the certificate holds in hub.url, or set hub.serverName.",
      );
    case "CERT_HAS_EXPIRED":
      return fail(
        "certificate",
        `the certificate of ${host} has expired`,
        "Renew the broker's certificate, and check the box's clock.",
      );
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_GET_ISSUER_CERT":
      return fail(
        "certificate",
        `the certificate of ${host} is not signed by an authority that this box trusts (${code})`,
        "Name the authority's certificate in hub.ca.",
      );
    default:
      return explainByText(String(code), message, host, fail);
  }
}

/** Of the login: the password; where there is none, the user may be a token. */
export function secretsOf({ user, password }: MqttSettings): readonly string[] {
  const secret = password ?? user;
  return secret === undefined ? [] : [secret];
}

function shownUser({ user, password }: MqttSettings): string {
  if (user === undefined) return "not set";
  return password === undefined ? "as in hub.user" : user;
}

function explainByText(
  code: string,
  message: string,
  host: string,
  fail: (failure: BrokerError["failure"], text: string, remedy: string) => BrokerError,
): BrokerError {
  if (
    /alert.*(certificate|unknown ca)|CERTIFICATE_REQUIRED|peer did not return/i.test(
      `${code} ${message}`,
    )
  ) {
    return fail(
      "client-certificate",
      `the broker at ${host} does not accept this box's certificate (${code})`,
      "Set hub.cert and hub.key to a certificate that the broker's authority has signed.",
    );
  }
  if (/protocol.version|unsupported.protocol/i.test(`${code} ${message}`)) {
    return fail(
      "certificate",
      `the broker at ${host} speaks no TLS 1.2 or newer`,
      "Bring the broker up to date: older versions of TLS can be read by others.",
    );
  }
  if (/wrong version number|EPROTO|packet length too long|ECONNRESET/i.test(`${code} ${message}`)) {
    return fail(
      "lost",
      `${host} ends the connection before MQTT begins (${code})`,
      "Check host and port in hub.url: a plain port wants mqtt://, a TLS port (often 8883) mqtts://.",
    );
  }
  if (/connack timeout/i.test(message)) {
    return fail(
      "timeout",
      `${host} accepts and does not answer`,
      "Check that hub.url names an MQTT broker.",
    );
  }
  if (message === "") {
    // Closed without a word: what brokers do that know no MQTT 5, and what proxies do.
    return fail(
      "protocol",
      `${host} closed the connection without an answer`,
      "Check that hub.url names an MQTT broker and its right port.",
    );
  }
  return fail("lost", `${host}: ${message}`, "Check the broker's log.");
}
