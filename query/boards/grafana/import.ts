import { OperatingError } from '../../../lib/base/index.ts'
import type { BoardInput } from '../model.ts'
import { annotationsOf } from './annotations.ts'
import type { GrafanaBoard } from './grafana.ts'
import { layoutsOf } from './layouts.ts'
import { LeftOut } from './left-out.ts'
import { panelOf } from './panels.ts'
import { fromV2, type GrafanaV2Board } from './v2.ts'
import { languagesOf, variablesOf } from './variables.ts'

export interface Imported {
  board: BoardInput
  /** What could not be taken, and why. */
  dropped: string[]
  /** Panels that show something, and how many of them were taken. */
  panels: number
  taken: number
}

/** A dashboard of Grafana, in all its schema versions. Errors: BOARD_INVALID where it is none. */
export function fromGrafana(json: string): Imported {
  const grafana = readJson(json)
  const dropped: string[] = []
  const languages = languagesOf(grafana)
  const placed = layoutsOf(grafana)
  const panels: BoardInput['spec']['panels'] = {}
  const left = new LeftOut()
  let count = 0
  const layouts: BoardInput['spec']['layouts'] = placed.map(({ title, open, repeat, items }) => ({
    kind: 'Grid',
    spec: {
      ...(title === undefined ? {} : { display: { title, collapse: { open } } }),
      ...(repeat === undefined ? {} : { repeatVariable: repeat }),
      items: items.flatMap(({ panel, ...place }) => {
        count++
        const made = panelOf(panel, languages)
        if (typeof made === 'string') {
          dropped.push(`panel ${panel.title || panel.id || count}: ${made}`)
          return []
        }
        const key = `panel${count}`
        panels[key] = made.taken
        left.add(String(panel.title || panel.id || count), made.left)
        const repeated = panel.repeat == null || panel.repeat === '' ? {} : { repeatVariable: panel.repeat }
        return [{ ...place, ...repeated, content: { $ref: `#/spec/panels/${key}` as const } }]
      }),
    },
  }))
  dropped.push(...left.said())
  const title = grafana.title ?? 'Imported'
  const board: BoardInput = {
    kind: 'Dashboard',
    metadata: { name: nameOf(title) },
    spec: {
      display: { name: title, description: grafana.description ?? '' },
      duration: durationOf(grafana),
      variables: variablesOf(grafana, dropped),
      panels,
      layouts: layouts.filter(({ spec }) => spec.items.length > 0),
      annotations: annotationsOf(grafana, languages, dropped),
    },
  }
  return { board, dropped, panels: count, taken: Object.keys(panels).length }
}

function readJson(json: string): GrafanaBoard {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch (error) {
    throw new OperatingError('BOARD_INVALID', `not JSON: ${(error as Error).message}`)
  }
  const found = parsed as { dashboard?: GrafanaBoard; spec?: GrafanaBoard } & GrafanaBoard
  // as its API answers, as a resource of its later one, and as it exports
  const board = found?.dashboard ?? found?.spec ?? found
  if (isV2(board)) return fromV2(board)
  if (
    typeof board !== 'object' ||
    board === null ||
    (!Array.isArray(board.panels) && !Array.isArray(board.rows))
  )
    throw new OperatingError('BOARD_INVALID', 'not a dashboard of Grafana: it has neither panels nor rows')
  return board
}

function isV2(board: unknown): board is GrafanaV2Board {
  const { elements } = (board ?? {}) as { elements?: unknown }
  return typeof elements === 'object' && elements !== null && !Array.isArray(elements)
}

function nameOf(title: string): string {
  const name = title.replaceAll(/[^a-zA-Z0-9_-]+/g, '-').replaceAll(/^[-_]+|[-_]+$/g, '')
  return name.slice(0, 100).toLowerCase() || 'imported'
}

function durationOf({ time }: GrafanaBoard): string {
  return /^now-(\d+[smhdw])$/.exec(time?.from ?? '')?.[1] ?? '1h'
}
