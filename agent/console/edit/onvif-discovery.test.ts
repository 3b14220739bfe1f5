import { expect, test } from "vitest";
import { readAnswer } from "./onvif-discovery.ts";

const answer = `<?xml version="1.0"?><s:Envelope xmlns:s="x" xmlns:d="y"><s:Body><d:ProbeMatches><d:ProbeMatch>
<d:Scopes>onvif://www.onvif.org/name/East%20pole onvif://www.onvif.org/hardware/IPC-1 onvif://www.onvif.org/location/x</d:Scopes>
<d:XAddrs>http://203.0.113.9/onvif/device_service</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`;

const rows = [
  {
    name: "a camera is known by the address that it sent from, not by the one that it claims",
    text: answer,
    want: { address: "192.0.2.7", name: "East pole", hardware: "IPC-1" },
  },
  {
    name: "a name that is no text of an address stays as it came",
    text: answer.replace("East%20pole", "%zz"),
    want: { address: "192.0.2.7", name: "%zz", hardware: "IPC-1" },
  },
  {
    name: "a camera without scopes has an address alone",
    text: answer.replace(/<d:Scopes>[^<]*<\/d:Scopes>/, ""),
    want: { address: "192.0.2.7", name: null, hardware: null },
  },
  { name: "anything else is no camera", text: "NOTIFY * HTTP/1.1", want: undefined },
];
for (const { name, text, want } of rows) {
  test(name, () => {
    expect(readAnswer(text, "192.0.2.7")).toEqual(want);
  });
}
