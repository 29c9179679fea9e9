/** Where a panel lies on a row's grid of 24 columns. */
export interface Placed {
  x: number
  y: number
  width: number
  height: number
}

export const columns = 24

const overlaps = (a: Placed, b: Placed) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/**
 * Moves panels so that none lies on another and none floats: down where one is in the way, up where there is room. The one
 * at `fixed` goes first among those that begin at its height. Pure; the order of the list stays.
 */
export function settled<T extends Placed>(items: readonly T[], fixed = -1): T[] {
  const order = items
    .map((item, i) => ({ item: { ...item, x: Math.max(0, Math.min(item.x, columns - item.width)) }, i }))
    .sort(
      (a, b) => a.item.y - b.item.y || Number(b.i === fixed) - Number(a.i === fixed) || a.item.x - b.item.x,
    )
  const done: { item: T; i: number }[] = []
  for (const { item, i } of order) {
    const isFree = (y: number) => !done.some(other => overlaps({ ...item, y }, other.item))
    let y = 0
    while (!isFree(y)) y++
    done.push({ item: { ...item, y }, i })
  }
  return done.sort((a, b) => a.i - b.i).map(({ item }) => item)
}

/** The panel before or after one, as they are read: by rows, then from the left. */
export function neighbour(items: readonly Placed[], index: number, way: -1 | 1): number | undefined {
  const order = items
    .map((item, i) => ({ item, i }))
    .sort((a, b) => a.item.y - b.item.y || a.item.x - b.item.x)
    .map(({ i }) => i)
  return order[order.indexOf(index) + way]
}

/** Two panels that stand beside each other change places, whatever their widths; others take each other's corner. */
export function swapped<T extends Placed>(items: readonly T[], one: number, other: number): T[] {
  const [a, b] = [items[one], items[other]]
  if (a === undefined || b === undefined) return [...items]
  const [left, right] = a.x <= b.x ? [a, b] : [b, a]
  const isBeside = a.y === b.y && left.x + left.width === right.x
  const at = (item: T): Partial<Placed> => {
    if (isBeside) return { x: item === right ? left.x : left.x + right.width }
    const { x, y } = item === a ? b : a
    return { x, y }
  }
  const moved = items.map((item, i) => (i === one || i === other ? { ...item, ...at(item) } : item))
  return settled(moved, one)
}
