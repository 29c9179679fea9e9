/** A row of a record: its place in it, and its bytes in the source. */
export interface OriginalRow {
  index: number
  original: Buffer
}
