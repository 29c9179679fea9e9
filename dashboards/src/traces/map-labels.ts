import { bendsOf, type Point } from './map-path.ts'

/** What a rate takes, with the room around it, in px. */
export const labelSize = { width: 58, height: 18 }

/** Along a line, nearest to its middle first. */
const shares = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82]
const samples = 24

/**
 * Where on each line its label stands, so that it lies on no other line and on no other label, as far as there is such a
 * place: on the first stretch, which ends where the line reaches the next column.
 */
export function labelsOf(ways: readonly (readonly Point[])[]): Point[] {
  const lines = ways.map(sampled)
  const placed: Point[] = []
  for (const [i, way] of ways.entries()) {
    const others = lines.filter((_, j) => j !== i).flat()
    const costOf = (at: Point) =>
      others.filter(point => isWithin(point, at, 0.5)).length +
      samples * placed.filter(label => isWithin(label, at, 1)).length
    const places = shares.map(share => pointAt(way, share))
    const costs = places.map(costOf)
    placed.push(places[costs.indexOf(Math.min(...costs))] as Point)
  }
  return placed
}

function isWithin(point: Point, at: Point, sizes: number): boolean {
  return (
    Math.abs(point.x - at.x) < labelSize.width * sizes && Math.abs(point.y - at.y) < labelSize.height * sizes
  )
}

const sampled = (way: readonly Point[]) =>
  Array.from({ length: samples + 1 }, (_, i) => pointAt(way, i / samples))

/** On the first stretch of a way, as `pathOf` draws it: a cubic curve of Bézier. */
function pointAt([from = { x: 0, y: 0 }, to = from]: readonly Point[], share: number): Point {
  const [first, second] = bendsOf(from, to)
  const rest = 1 - share
  const mixed = (a: number, b: number, c: number, d: number) =>
    rest ** 3 * a + 3 * rest ** 2 * share * b + 3 * rest * share ** 2 * c + share ** 3 * d
  return { x: mixed(from.x, first.x, second.x, to.x), y: mixed(from.y, first.y, second.y, to.y) }
}
