import { type MapLayout, type MapNode, nodeSize } from './map-layout.ts'

export interface Point {
  x: number
  y: number
}

/** How far a line keeps from a service that it passes. */
const margin = 8

/**
 * The way of a call from one service to another, as points between which it runs: level through each column that it passes,
 * and there through the nearest gap, so that it never runs behind a service.
 */
export function wayOf(from: MapNode, to: MapNode, layout: MapLayout): Point[] {
  const start = { x: from.x + nodeSize.width, y: from.y + nodeSize.height / 2 }
  const end = { x: to.x, y: to.y + nodeSize.height / 2 }
  const passed = columnsBetween(start.x, end.x, layout)
  const points = passed.flatMap(({ x, tops }) => {
    const share = (x + nodeSize.width / 2 - start.x) / (end.x - start.x)
    const y = freeAt(start.y + (end.y - start.y) * share, tops)
    return [
      { x, y },
      { x: x + nodeSize.width, y },
    ]
  })
  return [start, ...points, end]
}

function columnsBetween(fromX: number, toX: number, { nodes }: MapLayout): { x: number; tops: number[] }[] {
  const columns = Map.groupBy(
    [...nodes.values()].filter(({ x }) => x > fromX && x + nodeSize.width < toX),
    ({ x }) => x,
  )
  return [...columns]
    .map(([x, own]) => ({ x, tops: own.map(({ y }) => y).sort((a, b) => a - b) }))
    .sort((a, b) => a.x - b.x)
}

/** The height nearest to a wanted one at which no service stands. */
function freeAt(wanted: number, tops: readonly number[]): number {
  const isFree = (y: number) => tops.every(top => y < top - margin || y > top + nodeSize.height + margin)
  if (isFree(wanted)) return wanted
  const gaps = tops.flatMap(top => [top - margin - 1, top + nodeSize.height + margin + 1]).filter(isFree)
  return gaps.reduce(
    (best, y) => (Math.abs(y - wanted) < Math.abs(best - wanted) ? y : best),
    gaps[0] ?? wanted,
  )
}

/** Points as a path of SVG that bends between columns and is straight within them. */
export function pathOf(points: readonly Point[]): string {
  const [first = { x: 0, y: 0 }, ...rest] = points
  let last = first
  const parts = rest.map(point => {
    const bend = Math.max(40, Math.abs(point.x - last.x) / 2)
    const part =
      point.y === last.y && point.x - last.x === nodeSize.width
        ? `L${point.x},${point.y}`
        : `C${last.x + bend},${last.y} ${point.x - bend},${point.y} ${point.x},${point.y}`
    last = point
    return part
  })
  return [`M${first.x},${first.y}`, ...parts].join(' ')
}
