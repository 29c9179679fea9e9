import { setTimeout as sleep } from 'node:timers/promises'

export const linesPerSecond = 20_000
const turnMs = 50
const linesPerTurn = (linesPerSecond * turnMs) / 1000
/** A count costs the store some milliseconds of what is measured. */
const usualLookMs = 25
const lineFeed = 0x0a

export interface Delays {
  p50: number
  p99: number
}

/** Lines that come steadily: the seconds from the moment they are written until a count tells of them. */
export async function delaysUntilSearchable(
  lines: Buffer,
  write: (piece: Buffer) => Promise<void> | void,
  count: () => Promise<number>,
  lookMs = usualLookMs,
): Promise<Delays> {
  const pieces = piecesOf(lines)
  const before = await count()
  const written: number[] = []
  const writer = writeInTurns(pieces, write, written)
  const delays: number[] = []
  while (delays.length < pieces.length) {
    const found = (await count()) - before
    const nowMs = performance.now()
    while (delays.length < pieces.length && found >= (delays.length + 1) * linesPerTurn)
      delays.push((nowMs - (written[delays.length] as number)) / 1000)
    await sleep(lookMs)
  }
  await writer
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number
  return { p50: at(0.5), p99: at(0.99) }
}

async function writeInTurns(
  pieces: readonly Buffer[],
  write: (piece: Buffer) => Promise<void> | void,
  written: number[],
): Promise<void> {
  const startMs = performance.now()
  for (const [turn, piece] of pieces.entries()) {
    await sleep(Math.max(0, startMs + turn * turnMs - performance.now()))
    written.push(performance.now())
    await write(piece)
  }
}

function piecesOf(lines: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  let start = 0
  let count = 0
  for (let at = lines.indexOf(lineFeed); at >= 0; at = lines.indexOf(lineFeed, at + 1)) {
    if (++count % linesPerTurn !== 0) continue
    pieces.push(lines.subarray(start, at + 1))
    start = at + 1
  }
  return pieces
}
