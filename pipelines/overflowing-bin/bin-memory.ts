/** What is remembered of a bin between two looks. */
export interface BinMemory {
  /** How full it looked lately: 0 every look called it a bin, 1 an overflowing one. */
  readonly fullness: number;
  readonly isOverflowing: boolean;
}
