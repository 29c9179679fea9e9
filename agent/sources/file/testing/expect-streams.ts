import { basename } from 'node:path'
import { expect } from 'vitest'
import type { SpooledRecord } from '../../../testing/read-spool.ts'
import { expectProof } from './expect-proof.ts'
import type { Stream } from './stream.ts'
import { rowsOf, type TestAgent } from './test-agent.ts'
import type { World } from './world.ts'

/** Every line of every stream is in the spool once, in order, under the path at which it was first seen. */
export async function expectStreams(agent: TestAgent, world: World): Promise<void> {
  const byGeneration = Map.groupBy(await agent.records(), ({ entry }) => entry.generation)
  const found = new Map<Stream, number>()
  // those that name their stream first: of the others there may be several alike
  const inOrder = [...byGeneration.values()].sort((a, b) => Number(idIn(b) >= 0) - Number(idIn(a) >= 0))
  for (const records of inOrder) {
    const stream = streamOf(records, world, found)
    expect(found.has(stream), `stream ${stream.id} was read twice`).toBe(false)
    found.set(stream, expectGeneration(records, stream))
  }
  for (const stream of world.streams) {
    const surely = stream.wholeLines(stream.surely)
    const all = stream.surely === Number.POSITIVE_INFINITY ? stream.content.length : surely
    const isEmpty = stream.content.length <= stream.holeBytes
    if (!isEmpty)
      expect(found.get(stream) ?? 0, `bytes read of stream ${stream.id}`).toBeGreaterThanOrEqual(all)
  }
}

function textOf(records: readonly SpooledRecord[]): string {
  return records
    .flatMap(rowsOf)
    .map(row => row.body)
    .join('')
}

/** Lines name their stream; -1 where there is none but a header. */
function idIn(records: readonly SpooledRecord[]): number {
  return Number(/s(\d+) l/.exec(textOf(records))?.[1] ?? -1)
}

/** A header alone is of a stream that has it under that path; of several alike, of that which was seen there. */
function streamOf(
  records: readonly SpooledRecord[],
  world: World,
  found: ReadonlyMap<Stream, number>,
): Stream {
  const id = idIn(records)
  const text = textOf(records)
  const source = records[0]?.entry.source ?? ''
  const mayBe = (stream: Stream) =>
    !found.has(stream) && stream.matched.has(source) && stream.content.toString().startsWith(`${text}\n`)
  const rank = (stream: Stream) => (stream.seenAt === source ? 2 : 0) + (stream.surely > 0 ? 1 : 0)
  const candidates = world.streams.filter(mayBe).sort((a, b) => rank(b) - rank(a))
  const stream = id >= 0 ? world.streams[id] : candidates[0]
  if (stream === undefined) throw new Error(`rows of no stream: ${text.slice(0, 100)}`)
  return stream
}

/** Answers how many bytes of the stream are in the ledger. */
function expectGeneration(records: readonly SpooledRecord[], stream: Stream): number {
  const lines: string[] = []
  let at = 0
  let hole = 0
  for (const record of records) {
    const { entry } = record
    expect(entry.from).toBe(at)
    at = entry.to
    hole += entry.dropped['nul-hole'] ?? 0
    expectProof(record, stream.content)
    const rows = rowsOf(record)
    expect(entry.lines).toBe(rows.length)
    for (const row of rows) {
      expect([row.path, row.service]).toEqual([
        entry.source,
        basename(entry.source)
          .replace(/\.(gz|zst)$/, '')
          .replace(/\.[^.]*$/, ''),
      ])
      if (row.attributes['millrace.continued'] === true) lines.push(`${lines.pop()}${row.body}`)
      else lines.push(row.body)
    }
    expect([...stream.matched]).toContain(entry.source)
    if (stream.seenAt !== undefined && !stream.isEitherWay) expect(entry.source).toBe(stream.seenAt)
    // each range holds the bytes of its lines
    expect(lines).toEqual(stream.lines(at))
  }
  expect(hole).toBe(Math.min(at, stream.holeBytes))
  return at
}
