/** RTSP as it should be, with something strange in one place or two: for inputs by structure. */
import fc from "fast-check";

const oddText = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom("", " ", '"', "\\", ";", "=", ",,", "\u0000", "*", "%", "..", "ÿ".repeat(30)),
  fc.nat({ max: 40 }).map((power) => 'a ,="x'[power % 6]?.repeat(2 ** (power % 14)) ?? ""),
);

const oddNumber = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    "0",
    "-1",
    "65536",
    "2147483648",
    "4294967296",
    "99999999999999999999",
    "0x20",
    "1e9",
    "NaN",
    "",
    " 12 ",
  ),
);

const header = fc.oneof(
  fc.tuple(fc.constantFrom("CSeq", "Content-Length", "Session", "cseq "), oddNumber),
  fc.tuple(
    fc.constantFrom("Content-Base", "Content-Location", "Location"),
    fc.constantFrom("rtsp://u:p@c/a/", "/x", "rtsp://[::1]:99999/", "*", "rtsp://c/\u0001", ""),
  ),
  fc.tuple(
    fc.constant("Transport"),
    oddNumber.map((number) => `RTP/AVP/TCP;interleaved=${number}-${number};ssrc=${number}`),
  ),
  fc.tuple(
    fc.constant("RTP-Info"),
    oddNumber.map((number) => `url=rtsp://c/a;seq=${number};rtptime=${number},url=b`),
  ),
  fc.tuple(
    fc.constant("WWW-Authenticate"),
    oddText.map((text) => `Digest realm="${text}", nonce=${text}, qop="auth", ${text}`),
  ),
  fc.tuple(fc.string({ maxLength: 10 }), oddText),
);

const startLine = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("RTSP/1.0 200 OK", "RTSP/1.0 401 Unauthorized") },
  { weight: 1, arbitrary: fc.constantFrom("RTSP/1.0 302 Moved", "RTSP/2.0 999", "RTSP/1.0 200") },
  { weight: 1, arbitrary: oddNumber.map((number) => `RTSP/1.0 ${number} OK`) },
  { weight: 1, arbitrary: fc.constantFrom("OPTIONS * RTSP/1.0", "REDIRECT rtsp://c RTSP/1.0") },
);

const lineEnd = fc.constantFrom("\r\n", "\n", "\r\n ", "\r");

/** One head, ended as it should be. */
const head = fc
  .tuple(startLine, fc.array(header, { maxLength: 8 }), lineEnd)
  .map(([start, headers, end]) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}`);
    return `${[start, ...lines].join(end)}\r\n\r\n`;
  });

const packet = fc
  .tuple(fc.nat({ max: 4 }), fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0, 0, 0, 1, 600))
  .map(([channel, body, lie]) => {
    const length = body.length + lie;
    return Buffer.from([0x24, channel, length >> 8, length & 0xff, ...body]).toString("latin1");
  });

export const rtspStream: fc.Arbitrary<Uint8Array> = fc
  .array(fc.oneof(head, packet, oddText), { minLength: 1, maxLength: 6 })
  .map((parts) => Buffer.from(parts.join(""), "latin1"));

const attribute = fc.oneof(
  fc.tuple(oddNumber, oddNumber).map(([type, rate]) => `a=rtpmap:${type} H264/${rate}`),
  fc.constantFrom(
    "a=rtpmap:96 H264/90000",
    "a=rtpmap:97 H265/90000",
    "a=control:trackID=1",
    "a=control:*",
    "a=control:rtsp://u:p@192.0.2.1/x",
    "a=control",
  ),
  oddText.map((text) => `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${text},${text}`),
  oddText.map((text) => `a=fmtp:97 sprop-vps=${text};sprop-sps=QgEBAWAAAAMA;sprop-pps=${text}`),
  oddText.map((text) => `a=${text}:${text}`),
  oddText,
);

const media = fc
  .tuple(
    fc.constantFrom("video", "audio", "application", "VIDEO", ""),
    oddNumber,
    fc.constantFrom("RTP/AVP", "RTP/SAVP", "udp", ""),
    fc.array(fc.oneof(fc.constant("96"), oddNumber), { maxLength: 4 }),
    fc.array(attribute, { maxLength: 6 }),
  )
  .map(([kind, port, protocol, formats, attributes]) =>
    [`m=${kind} ${port} ${protocol} ${formats.join(" ")}`, ...attributes].join("\r\n"),
  );

export const description: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.array(attribute, { maxLength: 3 }), fc.array(media, { maxLength: 4 }))
  .map(([session, medias]) =>
    Buffer.from(["v=0", "s=x", ...session, ...medias, ""].join("\r\n"), "latin1"),
  );

export const rtspTokens = [
  "RTSP/1.0 200 OK\r\n",
  "RTSP/1.0 401 Unauthorized\r\n",
  "CSeq: 1\r\n",
  "Content-Length: ",
  "Content-Base: rtsp://192.0.2.1/",
  "Session: 1;timeout=60\r\n",
  "WWW-Authenticate: ",
  'Digest realm="',
  'nonce="',
  'qop="auth"',
  "stale=true",
  "algorithm=SHA-256",
  "Basic ",
  "Transport: RTP/AVP/TCP;interleaved=0-1\r\n",
  "RTP-Info: url=",
  "Public: OPTIONS\r\n",
  "OPTIONS * RTSP/1.0\r\n",
  "ANNOUNCE ",
  "REDIRECT ",
  "TEARDOWN ",
  "Location: rtsp://",
  "v=0\r\n",
  "m=video 0 RTP/AVP 96\r\n",
  "a=rtpmap:96 H264/90000\r\n",
  "a=control:",
  "a=fmtp:96 sprop-parameter-sets=",
  "sprop-vps=",
  "sprop-sps=",
  "sprop-pps=",
  "H265/90000",
];
