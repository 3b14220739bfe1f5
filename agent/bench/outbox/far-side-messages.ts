/** What the process on the far side of the link tells the measurement. */
export interface FarSideReady {
  readonly url: string;
  /** `mosquitto`, or `aedes` where that is not installed. */
  readonly broker: string;
}

export interface FarSideFailed {
  readonly failure: string;
}
