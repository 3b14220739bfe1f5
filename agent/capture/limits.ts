/**
 * Every bound that a camera or a server on its address can run into, in one place with its unit.
 *
 * A camera may be broken or hostile: nothing that it sends makes us hold more than this, wait
 * longer than this, or try more often than this.
 */

/** One connection: what a reply may weigh before it is called corrupt. */
export const headerBytesMax = 32 * 1_024;
export const headerCountMax = 100;
export const bodyBytesMax = 256 * 1_024;
export const sdpLinesMax = 2_000;
export const sdpMediaMax = 32;
/** Payload types of one track: each is looked up in all lines of its track. */
export const sdpFormatsMax = 32;
/** Bytes between valid messages and packets that we skip in search of the next one. */
export const junkBytesMax = 256 * 1_024;
/** What one connection may ask, in a second, of the thread that serves them all. */
export const connectionBytesPerSecondMax = 16 * 1_024 * 1_024;
export const connectionPacketsPerSecondMax = 32_768;
export const connectionMessagesPerSecondMax = 100;
/** Pictures of one stream that decode alone: main hears of each. */
export const keyframesPerSecondMax = 250;
/** Of ours that the camera does not read. */
export const unreadBytesMax = 64 * 1_024;
/** Of the camera's that ffmpeg does not read from the relay. */
export const relayedBytesMax = 8 * 1_024 * 1_024;
export const redirectsMax = 5;
/** Logins tried for one request: the first challenge, and one nonce that went stale. */
export const loginsPerRequestMax = 2;
/** Schemes in one header of a 401; what follows them is not read. */
export const challengesMax = 16;
/** Text of the other side quoted in a failure. */
export const quoteCharsMax = 120;

/** Pictures: what one may weigh, and how many of its kind are kept. */
export const accessUnitBytesMax = 8 * 1_024 * 1_024;
export const accessUnitPacketsMax = 16_384;
/** NAL units that share one packet. */
export const aggregateUnitsMax = 64;
export const parameterSetBytesMax = 4 * 1_024;
export const parameterSetsPerKindMax = 16;
export const parameterSetVersionsMax = 4;
export const pictureSidePxMax = 16_384;
/** As many as the decoder takes: 8192 × 4320 and a little more. */
export const picturePixelsMax = 36_000_000;

/** A group of pictures that is handed out because keyframes are too far apart. */
export const groupPicturesMax = 900;
export const groupBytesMax = 16 * 1_024 * 1_024;
/** Pictures of a span of time that are handed out together: as many as the decoder host takes. */
export const spanPicturesMax = 900;
export const spanBytesMax = 16 * 1_024 * 1_024;
/** In such a stream pictures are announced this close to each other at most. */
export const announceDistanceMsMax = 1_000;

/** The ring of a stream: starts small, grows towards `ringSeconds` when the bit rate asks. */
export const ringBytesDefault = 2_500_000;
export const ringBytesMax = 24 * 1_024 * 1_024;
export const ringSecondsDefault = 5;
/** All rings of the box together, where nobody said and the machine has plenty. */
export const ringTotalBytesMax = 1_024 * 1_024 * 1_024;
/** Of the machine's memory, where that is less. */
export const ringTotalMemoryRatio = 1 / 4;
export const ringPacketsMax = 16_384;
export const ringPicturesMax = 2_048;

/** Waits on the world. */
export const connectTimeoutMs = 10_000;
export const replyTimeoutMs = 10_000;
/** A description whose Content-Length promised more counts as whole after this silence. */
export const quietBodyMs = 1_000;
/** From the first connection to pictures being sent, over all redirects and logins. */
export const handshakeTimeoutMs = 30_000;
export const teardownTimeoutMs = 500;
export const sessionTimeoutMsDefault = 60_000;
export const keepAliveMsMin = 1_000;
/** Between two receiver reports of ours, however often the camera reports. */
export const receiverReportMsMin = 1_000;
export const keepAliveMsMax = 60_000;

/** Watchdog: a stream without pictures for max(this, so many keyframe distances) is frozen. */
export const frozenMsMin = 10_000;
export const frozenKeyframeDistances = 3;
/** A stream whose packets come but never a keyframe gets this long. */
export const firstKeyframeMsMax = 60_000;
/** Pictures must have come for so long before a stream that had failed counts as back. */
export const stableMs = 10_000;

export const reconnectDelayMsMin = 1_000;
export const reconnectDelayMsMax = 60_000;
/** Cameras lock the account of somebody who tries wrong passwords quickly. */
export const unauthorisedDelayMs = 30_000;

/** One read of a socket; shared by all plain connections of a thread. */
export const readBufferBytes = 256 * 1_024;
