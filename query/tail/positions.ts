import { OperatingError } from '../../lib/base/index.ts'
import type { LogLine } from '../api/schemas.ts'

/** The line that comes next out of a partition: a record, and the place in it. */
export interface TailPosition {
  offset: number
  index: number
}

/** Where somebody is in the topic, by partition. */
export type Positions = ReadonlyMap<number, TailPosition>

const maxPartitions = 10_000

/** Whether a line comes before a place of its own partition. */
export function isBefore({ source }: Pick<LogLine, 'source'>, { offset, index }: TailPosition): boolean {
  const own = Number(source.offset)
  return own < offset || (own === offset && source.index < index)
}

/**
 * As the id of an event, which a browser gives back when it connects again. Source: HTML, server-sent events, `Last-Event-ID`.
 *
 * @example
 * formatPositions(new Map([[0, { offset: 12, index: 0 }], [3, { offset: 7, index: 2 }]])) // => '0-12_3-7-2'
 */
export function formatPositions(positions: Positions): string {
  const parts = Array.from(positions, ([partition, { offset, index }]) =>
    index === 0 ? `${partition}-${offset}` : `${partition}-${offset}-${index}`,
  )
  return parts.join('_')
}

/** Errors: CURSOR_INVALID. */
export function parsePositions(text: string): Positions {
  const parts = text.split('_')
  const found = new Map<number, TailPosition>()
  for (const part of parts.slice(0, maxPartitions)) {
    const [, partition, offset, index = '0'] = /^(\d{1,9})-(\d{1,15})(?:-(\d{1,9}))?$/.exec(part) ?? []
    if (partition === undefined || offset === undefined)
      throw new OperatingError(
        'CURSOR_INVALID',
        `'${part}' is not where a tail was: give back the id of an event, unchanged`,
      )
    found.set(Number(partition), { offset: Number(offset), index: Number(index) })
  }
  return found
}
