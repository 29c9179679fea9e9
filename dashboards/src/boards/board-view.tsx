import { type ReactNode, useState } from 'react'
import type { Board, BoardLayout, BoardPanel } from '../../../query/index.ts'
import { Loading } from '../ui/loading.tsx'
import { momentsOf, type Range } from '../ui/range.ts'
import { SaidOnce } from '../ui/said-once.tsx'
import { useSearchParams } from '../ui/search-params.ts'
import { withTenant } from '../ui/tenant.ts'
import styles from './board-view.module.css'
import { repeatedOver } from './choices.ts'
import { interpolate, type Values } from './interpolate.ts'
import { PanelFrame } from './panel-frame.tsx'
import { useAnnotations } from './use-annotations.ts'
import { useVariables } from './use-variables.ts'
import { VariableBar } from './variable-bar.tsx'

interface Properties {
  board: Board
  range: Range
  onBrush: (start: string, end: string) => void
  /** What stands beside a panel's title while the dashboard is edited. */
  tools?: (name: string, place: { layout: number; item: number }, values: Values) => ReactNode
}

const prefix = 'var-'

/** The variables of a dashboard, and its panels on their grid. */
export function BoardView({ board, range, onBrush, tools }: Properties) {
  const [search, setSearch] = useSearchParams()
  const asked = Object.fromEntries(
    [...search]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  )
  const times = momentsOf(range)
  const { states, values, ready } = useVariables(board.spec.variables, asked, times)
  const marks = useAnnotations(board, values, times)
  const choose = (name: string, value: string) =>
    setSearch(present => {
      const next = new URLSearchParams(present)
      next.set(prefix + name, value)
      return next
    })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: panels need not hold anything to focus, and the keys scroll them
    <section className={styles['board']} aria-label="Dashboard" tabIndex={0}>
      {board.spec.links.length > 0 && (
        <p className={styles['links']}>
          {board.spec.links.map(({ name, url }) => (
            <a key={url} href={withTenant(interpolate(url, values, 'text'))} rel="noreferrer">
              {name || url}
            </a>
          ))}
        </p>
      )}
      <VariableBar states={states} onChoose={choose} />
      {!ready && <Loading what="what the panels are about" />}
      <SaidOnce>
        {ready &&
          board.spec.layouts.map((layout, i) => (
            <Rows
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
              key={i}
              board={board}
              index={i}
              layout={layout}
              values={values}
              range={range}
              marks={marks}
              onBrush={onBrush}
              {...(tools === undefined ? {} : { tools })}
            />
          ))}
      </SaidOnce>
    </section>
  )
}

interface RowsProperties extends Properties {
  index: number
  layout: BoardLayout
  values: Values
  marks: ReturnType<typeof useAnnotations>
}

/** A row, or one for each value of the variable that it is repeated over. */
function Rows({ layout, values, ...rest }: RowsProperties) {
  const { repeatVariable } = layout.spec
  if (repeatVariable === undefined) return <Row layout={layout} values={values} {...rest} />
  return repeatedOver(values, repeatVariable).map(({ value, values: own }) => (
    <Row key={value} layout={layout} values={own} {...rest} />
  ))
}

/** Of a row of the grid, and what lies between two. */
const rowPixels = 30
const gapPixels = 8

function Row({ board, index, layout, values, range, marks, onBrush, tools }: RowsProperties) {
  const { display, items } = layout.spec
  const [open, setOpen] = useState(display?.collapse?.open ?? true)
  const title = interpolate(display?.title ?? '', values, 'text')
  return (
    <section className={styles['row']} aria-label={title || 'Panels'}>
      {title !== '' && (
        <button type="button" className={styles['title']} aria-expanded={open} onClick={() => setOpen(!open)}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> {title}
        </button>
      )}
      {open && (
        <div className={styles['grid']} style={{ gridAutoRows: rowPixels, gap: gapPixels }}>
          {items.flatMap((item, j) => {
            const panel = board.spec.panels[item.content.$ref.slice('#/spec/panels/'.length)]
            if (panel === undefined) return []
            const seen =
              item.repeatVariable === undefined
                ? [{ value: '', values }]
                : repeatedOver(values, item.repeatVariable)
            return seen.map(({ value, values: own }, i) => (
              <div
                key={`${item.content.$ref} ${value}`}
                className={styles['item']}
                style={placeOf(item, i, seen.length)}
              >
                <PanelFrame
                  panel={panel}
                  values={own}
                  range={range}
                  height={item.height * (rowPixels + gapPixels) - gapPixels}
                  marks={marks}
                  onBrush={onBrush}
                  tools={i === 0 ? tools?.(nameOf(panel, own), { layout: index, item: j }, own) : undefined}
                />
              </div>
            ))
          })}
        </div>
      )}
    </section>
  )
}

function nameOf({ spec: { display, plugin } }: BoardPanel, values: Values): string {
  return interpolate(display.name, values, 'text') || plugin.kind
}

interface Place {
  x: number
  y: number
  width: number
  height: number
}

/** Panels that are repeated find a place of their own after the others. */
function placeOf({ x, y, width, height }: Place, i: number, count: number) {
  if (count === 1) return { gridColumn: `${x + 1} / span ${width}`, gridRow: `${y + 1} / span ${height}` }
  const own = Math.max(width, i === 0 ? width : Math.min(width, 12))
  return { gridColumn: `span ${own}`, gridRow: `span ${height}` }
}
