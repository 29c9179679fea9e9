/** One line of the table that `npm run bench` prints. */
export interface BenchRow {
  name: string
  figure: number
  unit: string
  /** What the machine itself gives, measured in the same run. */
  floor?: number
  /** Unit of the floor where it is another. */
  floorUnit?: string
  /** Figure to floor. */
  ratio?: number
  notes?: string
}
