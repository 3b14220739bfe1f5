/** Where the broker is and how the box logs in: what a connection is made from. */
export interface MqttSettings {
  /** mqtt, mqtts, ws or wss, without user and password. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** Files in PEM. */
  readonly caFile?: string;
  readonly certificateFile?: string;
  readonly keyFile?: string;
  /** Name the broker's certificate must hold, where it is not the URL's host. */
  readonly serverName?: string;
  readonly protocol: "auto" | "5" | "3.1.1";
  readonly keepAliveSeconds: number;
  readonly connectTimeoutMs: number;
  /** A broker that owes answers and gives none for so long has gone. Default one minute. */
  readonly answerTimeoutMs?: number;
  /** One client a box: the broker keeps its session by this name. */
  readonly clientId: string;
}
