import type { GrafanaBoard, GrafanaPanel } from './grafana.ts'

export interface PlacedPanel {
  panel: GrafanaPanel
  x: number
  y: number
  width: number
  height: number
}

export interface PlacedRow {
  title?: string
  open: boolean
  repeat?: string
  items: PlacedPanel[]
}

const columns = 24
/** Pixels of a unit of height. Source: Grafana, GRID_CELL_HEIGHT with its margin. */
const cellPixels = 38
const usualHeight = 8

/** Panels by rows, each on a grid of 24 columns; a row's own places begin at its top. */
export function layoutsOf(board: GrafanaBoard): PlacedRow[] {
  return Array.isArray(board.rows) && board.rows.length > 0
    ? ofOldRows(board.rows)
    : ofGrid(board.panels ?? [])
}

function ofGrid(panels: readonly GrafanaPanel[]): PlacedRow[] {
  const rows: PlacedRow[] = [{ open: true, items: [] }]
  const inOrder = panels.toSorted((a, b) => yOf(a) - yOf(b) || xOf(a) - xOf(b))
  for (const panel of inOrder) {
    if (panel.type !== 'row') {
      rows.at(-1)?.items.push(placed(panel))
      continue
    }
    const repeat = panel.repeat == null || panel.repeat === '' ? {} : { repeat: panel.repeat }
    const items = (panel.panels ?? []).map(placed)
    const open = panel.collapsed !== true
    // one without a title is no more than a break between others; one that is shut needs something to open it by
    const title = panel.title || (open ? undefined : 'Row')
    rows.push({ ...(title === undefined ? {} : { title }), open, ...repeat, items })
  }
  return rows.filter(({ items }) => items.length > 0).map(fromTop)
}

const yOf = ({ gridPos }: GrafanaPanel) => gridPos?.y ?? 0
const xOf = ({ gridPos }: GrafanaPanel) => gridPos?.x ?? 0

function placed(panel: GrafanaPanel): PlacedPanel {
  const { x = 0, y = 0, w = columns / 2, h = usualHeight } = panel.gridPos ?? {}
  const width = Math.min(columns, Math.max(1, Math.round(w)))
  return {
    panel,
    x: Math.min(columns - width, Math.max(0, Math.round(x))),
    y: Math.max(0, Math.round(y)),
    width,
    height: Math.min(100, Math.max(1, Math.round(h))),
  }
}

function fromTop(row: PlacedRow): PlacedRow {
  const top = Math.min(...row.items.map(({ y }) => y))
  return { ...row, items: row.items.map(item => ({ ...item, y: item.y - top })) }
}

/** Rows of before version 16: panels follow one another over twelve spans. */
function ofOldRows(rows: NonNullable<GrafanaBoard['rows']>): PlacedRow[] {
  return rows
    .filter(({ panels = [] }) => panels.length > 0)
    .map(({ title, collapse, height, repeat, panels = [] }) => {
      const items: PlacedPanel[] = []
      let [x, y] = [0, 0]
      for (const panel of panels) {
        const width = Math.min(columns, Math.max(1, Math.round((panel.span ?? 12) * 2)))
        const tall = cellsOf(panel.height ?? height)
        if (x + width > columns) [x, y] = [0, y + tall]
        items.push({ panel, x, y, width, height: tall })
        x += width
      }
      const repeated = repeat == null || repeat === '' ? {} : { repeat }
      return { title: title ?? '', open: collapse !== true, ...repeated, items }
    })
}

function cellsOf(height: string | number | undefined): number {
  const pixels = typeof height === 'number' ? height : Number.parseInt(height ?? '', 10)
  return Number.isFinite(pixels) ? Math.min(100, Math.max(2, Math.round(pixels / cellPixels))) : usualHeight
}
