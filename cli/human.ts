import { printable } from './printable.ts'
import { type Paint, type PaintStyle, plain } from './terminal/paint.ts'
import { padTo, widthOf } from './terminal/width.ts'

/** `1.2 GB`: powers of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

/** `3 m 20 s`: the two largest units that are not zero. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  const parts: string[] = []
  let rest = Math.round(seconds)
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const amount = Math.floor(rest / size)
    rest -= amount * size
    if (amount > 0 && parts.length < 2) parts.push(`${amount} ${unit}`)
  }
  return parts.join(' ')
}

/** What stands in a table: numbers go to the right; a text may be in a style. */
export type Cell = string | number | { text: string; style?: PaintStyle | undefined; right?: boolean }

/** Columns of text, each as wide as its widest cell; numbers to the right. No cell has a character that a terminal would obey. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint = plain,
): string {
  const texts = rows.map(row => row.map(textOf))
  const widths = head.map((title, i) => Math.max(widthOf(title), ...texts.map(row => widthOf(row[i] ?? ''))))
  const right = head.map((_, i) => rows.length > 0 && rows.every(row => isRight(row[i])))
  const line = (cells: readonly string[], styleOf: (i: number) => PaintStyle | undefined) =>
    cells
      .map((cell, i) => {
        const text = padTo(cell, widths[i] ?? 0, right[i] ? 'left' : 'right')
        // no blanks behind the last one
        return paint(i === cells.length - 1 ? text.trimEnd() : text, styleOf(i))
      })
      .join('  ')
      .trimEnd()
  const lines = [
    line(head, () => 'dim'),
    ...texts.map((cells, row) => line(cells, i => styleOf(rows[row]?.[i]))),
  ]
  return `${lines.join('\n')}\n`
}

function textOf(cell: Cell): string {
  return printable(typeof cell === 'object' ? cell.text : String(cell))
}

function isRight(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || (typeof cell === 'object' && cell.right === true)
}

function styleOf(cell: Cell | undefined): PaintStyle | undefined {
  return typeof cell === 'object' ? cell.style : undefined
}

/** A whole number with its thousands apart: `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

/**
 * How many of what: `1 line`, `1,234 lines`.
 *
 * @example
 * counted(2, 'batch', 'batches') // => '2 batches'
 */
export function counted(count: number, what: string, many = `${what}s`): string {
  return `${formatCount(count)} ${count === 1 ? what : many}`
}

/** The same without marks between thousands, for texts that scripts read as well: `1 line`, `1234 lines`. */
export function plainCount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** Bars for values, low to high; a gap where there is none. */
export function sparkline(values: readonly (number | null)[]): string {
  const present = values.filter(value => value !== null)
  const [low, high] = [Math.min(...present), Math.max(...present)]
  const bars = '▁▂▃▄▅▆▇█'
  const bar = (value: number) => bars[high === low ? 0 : Math.round(((value - low) / (high - low)) * 7)]
  return values.map(value => (value === null ? ' ' : bar(value))).join('')
}
