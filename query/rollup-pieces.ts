import { rollups, rollupTable } from '../store/index.ts'

/** A part of a range, and the table that has its lines or counts of them. */
export interface Piece {
  table: string
  startNs: bigint
  endNs: bigint
}

const nsPerMs = 1_000_000n

/** The rollups of lines, the coarsest first. */
export const logRollups = rollups.logs.windows.toReversed().map(window => ({
  table: rollupTable(rollups.logs, window),
  windowMs: window.seconds * 1000,
}))
export type LogRollup = (typeof logRollups)[number]

/** Whole windows from the first of the rollups, what is left at both ends from the next ones, and at last from the lines. */
export function piecesOf(range: { startNs: bigint; endNs: bigint }, tables: readonly LogRollup[]): Piece[] {
  const { startNs, endNs } = range
  if (startNs >= endNs) return []
  const [rollup, ...finer] = tables
  if (rollup === undefined) return [{ table: 'otel_logs', startNs, endNs }]
  const window = BigInt(rollup.windowMs) * nsPerMs
  const from = ((startNs + window - 1n) / window) * window
  const to = (endNs / window) * window
  if (from >= to) return piecesOf(range, finer)
  return [
    ...piecesOf({ startNs, endNs: from }, finer),
    { table: rollup.table, startNs: from, endNs: to },
    ...piecesOf({ startNs: to, endNs }, finer),
  ]
}
