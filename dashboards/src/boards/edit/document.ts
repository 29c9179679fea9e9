import { type Document, isMap, isSeq, parseDocument } from 'yaml'
import type { BoardInput } from '../../../../query/index.ts'
import { neighbour, type Placed, settled, swapped } from './grid.ts'

type PanelInput = BoardInput['spec']['panels'][string]
type Item = Placed & { content: { $ref: string }; repeatVariable?: string | undefined }

/** A panel's place: which row of the dashboard, and which of its items. */
export interface PanelPlace {
  layout: number
  item: number
}

const prefix = '#/spec/panels/'
const newPanel: PanelInput = {
  kind: 'Panel',
  spec: {
    display: { name: 'New panel' },
    plugin: { kind: 'TimeSeriesChart', spec: {} },
    queries: [
      {
        kind: 'TimeSeriesQuery',
        spec: {
          plugin: {
            kind: 'LokiTimeSeriesQuery',
            spec: { query: 'sum by (service) (rate({service=~".+"}[$__rate_interval]))' },
          },
        },
      },
    ],
  },
}

/** Changes of a dashboard's YAML; what a change does not touch stays as it was written, comments too. */
export function changePanel(
  text: string,
  place: PanelPlace,
  panel: PanelInput,
  size: Partial<Placed>,
): string {
  return changed(text, document => {
    const items = itemsOf(document, place.layout)
    const item = items[place.item]
    if (item === undefined) return
    document.setIn(['spec', 'panels', keyOf(item)], document.createNode(panel))
    setItems(document, place.layout, settled(with_(items, place.item, { ...item, ...size }), place.item))
  })
}

/** The same dashboard under another name and title. */
export function renamed(text: string, name: string, title: string): string {
  return changed(text, document => {
    document.setIn(['metadata', 'name'], name)
    document.setIn(['spec', 'display', 'name'], title)
  })
}

/** Below all others of the last row, or of a first one. Gives its place, too. */
export function addPanel(text: string, panel = newPanel): { text: string; place: PanelPlace } {
  let place: PanelPlace = { layout: 0, item: 0 }
  const made = changed(text, document => {
    const layouts = document.getIn(['spec', 'layouts'])
    const count = isSeq(layouts) ? layouts.items.length : 0
    if (count === 0) document.setIn(['spec', 'layouts'], document.createNode([{ spec: { items: [] } }]))
    place = append(document, Math.max(0, count - 1), panel, { width: 12, height: 8 })
  })
  return { text: made, place }
}

export function duplicatePanel(text: string, { layout, item }: PanelPlace): string {
  return changed(text, document => {
    const original = itemsOf(document, layout)[item]
    if (original === undefined) return
    const panel = document.toJS().spec.panels[keyOf(original)] as PanelInput
    append(document, layout, panel, { width: original.width, height: original.height })
  })
}

/** A panel that no other place shows goes, too. */
export function removePanel(text: string, { layout, item }: PanelPlace): string {
  return changed(text, document => {
    const items = itemsOf(document, layout)
    const gone = items[item]
    if (gone === undefined) return
    setItems(document, layout, settled(items.filter((_, i) => i !== item)))
    const { layouts } = (document.toJS() as BoardInput).spec
    const isShown = layouts.some(one =>
      one.spec.items.some(({ content }) => content.$ref === gone.content.$ref),
    )
    if (!isShown) document.deleteIn(['spec', 'panels', keyOf(gone)])
  })
}

/** Changes places with the panel before or after it. */
export function movePanel(text: string, { layout, item }: PanelPlace, way: -1 | 1): string {
  return changed(text, document => {
    const items = itemsOf(document, layout)
    const other = neighbour(items, item, way)
    if (other !== undefined) setItems(document, layout, swapped(items, item, other))
  })
}

function changed(text: string, change: (document: Document) => void): string {
  const document = parseDocument(text)
  change(document)
  return document.toString({ lineWidth: 120 })
}

function itemsOf(document: Document, layout: number): Item[] {
  return (document.toJS() as BoardInput).spec.layouts[layout]?.spec.items ?? []
}

/** Items that are still there keep how they are written; only what moved is set. */
function setItems(document: Document, layout: number, items: readonly Item[]): void {
  const path = ['spec', 'layouts', layout, 'spec', 'items']
  const present = itemsOf(document, layout)
  if (present.length !== items.length) document.setIn(path, document.createNode(items, { flow: true }))
  else
    items.forEach((item, i) => {
      for (const key of ['x', 'y', 'width', 'height'] as const)
        if (present[i]?.[key] !== item[key]) document.setIn([...path, i, key], item[key])
    })
}

function append(
  document: Document,
  layout: number,
  panel: PanelInput,
  size: Pick<Placed, 'width' | 'height'>,
) {
  const key = freeKey(document)
  document.setIn(['spec', 'panels', key], document.createNode(panel))
  const items = itemsOf(document, layout)
  const y = Math.max(0, ...items.map(item => item.y + item.height))
  const item = { x: 0, y, ...size, content: { $ref: prefix + key } }
  document.addIn(['spec', 'layouts', layout, 'spec', 'items'], document.createNode(item, { flow: true }))
  return { layout, item: items.length }
}

function freeKey(document: Document): string {
  const panels = document.getIn(['spec', 'panels'])
  const keys = new Set(isMap(panels) ? panels.items.map(pair => String(pair.key)) : [])
  let i = keys.size + 1
  while (keys.has(`panel${i}`)) i++
  return `panel${i}`
}

const keyOf = (item: Item) => item.content.$ref.slice(prefix.length)
const with_ = <T>(list: readonly T[], index: number, value: T) =>
  list.map((one, i) => (i === index ? value : one))
