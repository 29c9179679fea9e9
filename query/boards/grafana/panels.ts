import type { BoardInput } from '../model.ts'
import type { GrafanaPanel, GrafanaTarget } from './grafana.ts'
import { overridesOf, type Taken, transformationsOf } from './transformations.ts'
import type { Languages, QueryLanguage } from './variables.ts'

type PanelInput = BoardInput['spec']['panels'][string]
type Plugin = PanelInput['spec']['plugin']
type Kind = Plugin['kind']
type Query = NonNullable<PanelInput['spec']['queries']>[number]

const kinds: Readonly<Record<string, Kind>> = {
  timeseries: 'TimeSeriesChart',
  graph: 'TimeSeriesChart',
  trend: 'TimeSeriesChart',
  'state-timeline': 'TimeSeriesChart',
  'status-history': 'TimeSeriesChart',
  stat: 'StatChart',
  singlestat: 'StatChart',
  'grafana-singlestat-panel': 'StatChart',
  gauge: 'GaugeChart',
  bargauge: 'BarChart',
  barchart: 'BarChart',
  piechart: 'BarChart',
  'grafana-piechart-panel': 'BarChart',
  histogram: 'BarChart',
  table: 'TimeSeriesTable',
  'table-old': 'TimeSeriesTable',
  heatmap: 'HeatMapChart',
  'heatmap-new': 'HeatMapChart',
  logs: 'LogsTable',
  traces: 'TracesTable',
  text: 'Markdown',
}

/** A panel with what of it was left out, or why it cannot be taken. */
export function panelOf(panel: GrafanaPanel, languages: Languages): Taken<PanelInput> | string {
  const kind = panel.gauge?.show === true ? 'GaugeChart' : kinds[panel.type ?? '']
  if (kind === undefined) return `there is no kind of panel for ${panel.type ?? 'none'}`
  const queries = kind === 'Markdown' ? [] : queriesOf(panel, kind, languages)
  if (typeof queries === 'string') return queries
  const more = [transformationsOf(panel), overridesOf(panel)]
  const taken: PanelInput = {
    kind: 'Panel',
    spec: {
      display: { name: panel.title ?? '', description: panel.description ?? '' },
      plugin: { kind, spec: Object.assign({}, specOf(panel, kind), ...more.map(one => one.taken)) },
      queries,
      links: (panel.links ?? [])
        .filter(({ url = '' }) => /^(?:https?:|\/)/.test(url))
        .map(({ title = '', url = '' }) => ({ name: title, url })),
    },
  }
  return { taken, left: more.flatMap(({ left }) => left) }
}

function queriesOf(panel: GrafanaPanel, kind: Kind, languages: Languages): Query[] | string {
  const shown = (panel.targets ?? []).filter(({ hide }) => hide !== true)
  const found: Query[] = []
  const unknown = new Set<string>()
  for (const target of shown) {
    const expr = (target.expr ?? (typeof target.query === 'string' ? target.query : '')).trim()
    if (expr === '') continue
    const language = languages.of(target.datasource ?? panel.datasource)
    if (typeof language === 'string') found.push(queryOf(kind, language as QueryLanguage, expr, target))
    else unknown.add(language.unknown)
  }
  if (found.length > 0) return found
  if (unknown.size > 0) return `it asks ${[...unknown].join(', ')}`
  return 'it asks nothing that we understand'
}

function queryOf(kind: Kind, language: QueryLanguage, expr: string, target: GrafanaTarget): Query {
  const legend = target.legendFormat === '__auto' ? '' : (target.legendFormat ?? '')
  const spec = {
    query: expr,
    ...(legend === '' ? {} : { seriesNameFormat: legend }),
    ...(/^\d+[smh]$/.test(target.interval ?? '') ? { minStep: target.interval } : {}),
  }
  if (language === 'traceql')
    return { kind: 'TraceQuery', spec: { plugin: { kind: 'TempoTraceQuery', spec } } }
  if (language === 'promql')
    return { kind: 'TimeSeriesQuery', spec: { plugin: { kind: 'PrometheusTimeSeriesQuery', spec } } }
  return kind === 'LogsTable'
    ? { kind: 'LogQuery', spec: { plugin: { kind: 'LokiLogQuery', spec } } }
    : { kind: 'TimeSeriesQuery', spec: { plugin: { kind: 'LokiTimeSeriesQuery', spec } } }
}

function specOf(panel: GrafanaPanel, kind: Kind): Plugin['spec'] {
  if (kind === 'Markdown') return { text: panel.options?.content ?? panel.content ?? '' }
  const { min, max } = limitsOf(panel)
  const steps = thresholdsOf(panel)
  return {
    format: { unit: unitOf(panel) },
    ...(steps.length === 0 ? {} : { thresholds: { steps } }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(kind === 'TimeSeriesChart' ? drawnAs(panel) : { calculation: calculationOf(panel) }),
  }
}

function unitOf({ fieldConfig, yaxes, yAxis, format }: GrafanaPanel): string {
  return fieldConfig?.defaults?.unit ?? yaxes?.[0]?.format ?? yAxis?.format ?? format ?? 'number'
}

function limitsOf({ fieldConfig, gauge }: GrafanaPanel): { min?: number; max?: number } {
  const { min = gauge?.minValue, max = gauge?.maxValue } = fieldConfig?.defaults ?? {}
  return {
    ...(typeof min === 'number' ? { min } : {}),
    ...(typeof max === 'number' ? { max } : {}),
  }
}

function thresholdsOf({ fieldConfig }: GrafanaPanel): { value: number; color: string }[] {
  const steps = fieldConfig?.defaults?.thresholds?.steps ?? []
  return steps.flatMap(({ value, color }) =>
    typeof value === 'number' ? [{ value, color: String(color) }] : [],
  )
}

function drawnAs({ fieldConfig, options, bars, stack, fill, legend }: GrafanaPanel): Plugin['spec'] {
  const custom = fieldConfig?.defaults?.custom
  const isBars = custom?.drawStyle === 'bars' || bars === true
  const stacking = custom?.stacking?.mode
  const isStacked = (stacking !== undefined && stacking !== 'none') || stack === true
  const isFilled = (custom?.fillOpacity ?? 0) > 0 || (custom === undefined && (fill ?? 0) > 0) || isStacked
  const isHidden = options?.legend?.showLegend === false || legend?.show === false
  const isTable = options?.legend?.displayMode === 'table' || legend?.alignAsTable === true
  return {
    visual: { display: isBars ? 'bar' : isFilled ? 'area' : 'line', stack: isStacked },
    legend: { mode: isHidden ? 'hidden' : isTable ? 'table' : 'list' },
  }
}

const calculations = {
  lastNotNull: 'last',
  last: 'last',
  current: 'last',
  firstNotNull: 'first',
  first: 'first',
  min: 'min',
  max: 'max',
  mean: 'mean',
  avg: 'mean',
  sum: 'sum',
  total: 'sum',
  count: 'count',
} as const

function calculationOf({ options, valueName }: GrafanaPanel) {
  const asked = options?.reduceOptions?.calcs?.[0] ?? valueName ?? 'last'
  return calculations[asked as keyof typeof calculations] ?? 'last'
}
