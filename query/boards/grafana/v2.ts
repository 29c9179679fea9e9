import type { Datasource, GrafanaAnnotation, GrafanaBoard, GrafanaPanel, GrafanaVariable } from './grafana.ts'

/**
 * What we read of a dashboard of Grafana 12 and later, whose panels stand apart from where they are (`dashboard.grafana.app/v2`,
 * and its alpha and beta, which name a kind where later ones name a group). Everything may be missing.
 */
export interface GrafanaV2Board {
  title?: string
  description?: string
  elements: Record<string, V2Element>
  layout?: V2Layout
  variables?: {
    kind?: string
    spec?: Omit<GrafanaVariable, 'query'> & { query?: unknown; pluginId?: string }
  }[]
  annotations?: { spec?: V2Annotation }[]
  timeSettings?: { from?: string }
}

interface V2Query {
  kind?: string
  group?: string
  datasource?: { name?: string; type?: string; uid?: string }
  spec?: Record<string, unknown>
}

type V2Annotation = Omit<GrafanaAnnotation, 'builtIn' | 'target'> & { builtIn?: boolean; query?: V2Query }

interface V2Element {
  kind?: string
  spec?: {
    id?: number
    title?: string
    description?: string
    links?: GrafanaPanel['links']
    data?: {
      spec?: {
        queries?: { spec?: { hidden?: boolean; query?: V2Query; datasource?: Datasource } }[]
        transformations?: { kind?: string; group?: string; spec?: { id?: string } }[]
      }
    }
    vizConfig?: {
      kind?: string
      group?: string
      spec?: Pick<GrafanaPanel, 'options' | 'fieldConfig'>
    }
  }
}

interface V2Repeat {
  value?: string
}

interface V2Layout {
  kind?: string
  spec?: {
    maxColumnCount?: number
    items?: {
      spec?: {
        x?: number
        y?: number
        width?: number
        height?: number
        element?: { name?: string }
        repeat?: V2Repeat
      }
    }[]
    rows?: { spec?: { title?: string; collapse?: boolean; repeat?: V2Repeat; layout?: V2Layout } }[]
    tabs?: { spec?: { title?: string; repeat?: V2Repeat; layout?: V2Layout } }[]
  }
}

const columns = 24
const usualColumns = 3
const usualHeight = 8

/** The same as earlier versions have it. */
export function fromV2(board: GrafanaV2Board): GrafanaBoard {
  const { title, description, variables = [], annotations = [], timeSettings } = board
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(timeSettings?.from === undefined ? {} : { time: { from: timeSettings.from } }),
    panels: rowsOf(board.layout, { title: '', collapsed: false }, board.elements).map((row, i) => ({
      ...row,
      gridPos: { x: 0, y: i, w: columns, h: 1 },
    })),
    templating: { list: variables.map(variableOf) },
    annotations: { list: annotations.map(annotationOf) },
  }
}

type Head = Pick<GrafanaPanel, 'title' | 'collapsed' | 'repeat'>

/** Rows of the layout, and of those within it; a tab is a row, too. */
function rowsOf(
  layout: V2Layout | undefined,
  head: Head,
  elements: GrafanaV2Board['elements'],
): GrafanaPanel[] {
  const { rows = [], tabs = [], items = [], maxColumnCount = usualColumns } = layout?.spec ?? {}
  const inner = [...rows, ...tabs].flatMap(({ spec = {} }) => {
    const own = 'collapse' in spec && spec.collapse === true
    const title = [head.title, spec.title].filter(Boolean).join(' / ')
    return rowsOf(spec.layout, { title, collapsed: own, ...repeatOf(spec.repeat) }, elements)
  })
  if (items.length === 0) return inner
  const isAuto = layout?.kind === 'AutoGridLayout'
  const width = Math.max(1, Math.floor(columns / Math.max(1, maxColumnCount)))
  const panels = items.map(({ spec = {} }, i) => {
    const across = Math.floor(columns / width)
    const auto = {
      x: (i % across) * width,
      y: Math.floor(i / across) * usualHeight,
      w: width,
      h: usualHeight,
    }
    const { x = auto.x, y = auto.y, width: w = auto.w, height: h = auto.h } = isAuto ? {} : spec
    const name = spec.element?.name ?? ''
    return { ...panelOf(elements[name]), ...repeatOf(spec.repeat), gridPos: { x, y, w, h } }
  })
  return [{ type: 'row', ...head, panels }, ...inner]
}

function repeatOf(repeat: V2Repeat | undefined): { repeat?: string } {
  return repeat?.value === undefined ? {} : { repeat: repeat.value }
}

function panelOf({ kind, spec = {} }: V2Element = {}): GrafanaPanel {
  const { id, title = '', description = '', links = [], data, vizConfig } = spec
  const { queries = [], transformations = [] } = data?.spec ?? {}
  return {
    ...(id === undefined ? {} : { id }),
    // one that several dashboards share stands elsewhere
    type: kind === 'LibraryPanel' ? 'a library panel' : (vizConfig?.group ?? vizConfig?.kind ?? 'none'),
    title,
    description,
    links,
    ...vizConfig?.spec,
    targets: queries.map(({ spec: { query, hidden = false, datasource } = {} }) => ({
      ...query?.spec,
      hide: hidden,
      datasource: datasourceOf(query, datasource),
    })),
    transformations: transformations.map(({ kind: older, group, spec: given }) => ({
      ...given,
      id: given?.id ?? group ?? older ?? '',
    })),
  }
}

function datasourceOf(query: V2Query | undefined, older?: Datasource): Datasource {
  const { name, uid = name, type } = query?.datasource ?? {}
  const kind = query?.group ?? type ?? (query?.kind === 'DataQuery' ? undefined : query?.kind)
  if (kind === undefined) return older ?? (uid === undefined ? null : { uid })
  return { type: kind, ...(uid === undefined ? {} : { uid }) }
}

const kinds: Readonly<Record<string, string>> = {
  QueryVariable: 'query',
  CustomVariable: 'custom',
  TextVariable: 'textbox',
  ConstantVariable: 'constant',
  IntervalVariable: 'interval',
  DatasourceVariable: 'datasource',
  AdhocVariable: 'adhoc',
}

function variableOf({
  kind = '',
  spec = {},
}: NonNullable<GrafanaV2Board['variables']>[number]): GrafanaVariable {
  const { query, pluginId, ...rest } = spec
  const type = kinds[kind] ?? kind
  if (type === 'datasource') return { ...rest, type, query: pluginId }
  if (type !== 'query') return { ...rest, type, query }
  const asked = query as V2Query | undefined
  const text = asked?.spec?.['__legacyStringValue']
  return { ...rest, type, query: text ?? asked?.spec, datasource: datasourceOf(asked, rest.datasource) }
}

function annotationOf({ spec = {} }: { spec?: V2Annotation }): GrafanaAnnotation {
  const { builtIn, query, ...rest } = spec
  const expr = query?.spec?.['expr']
  return {
    ...rest,
    builtIn: builtIn === true ? 1 : 0,
    datasource: datasourceOf(query, rest.datasource),
    ...(typeof expr === 'string' ? { expr } : {}),
  }
}
