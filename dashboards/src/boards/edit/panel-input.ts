import type { BoardInput, BoardPanel } from '../../../../query/index.ts'

type PanelInput = BoardInput['spec']['panels'][string]
type Spec = BoardPanel['spec']['plugin']['spec']

/** A panel as it is written: without what it has by default. */
export function written({ spec }: BoardPanel): PanelInput {
  const { display, plugin, queries, links } = spec
  return {
    kind: 'Panel',
    spec: {
      display: given({ name: display.name, description: display.description || undefined }),
      plugin: { kind: plugin.kind, spec: writtenSpec(plugin.spec) },
      ...(queries.length === 0 ? {} : { queries: queries.map(writtenQuery) }),
      ...(links.length === 0 ? {} : { links }),
    },
  }
}

function writtenQuery({ kind, spec: { plugin } }: BoardPanel['spec']['queries'][number]) {
  const { query, seriesNameFormat, minStep } = plugin.spec
  const spec = given({
    query,
    seriesNameFormat: seriesNameFormat || undefined,
    minStep: minStep || undefined,
  })
  return { kind, spec: { plugin: { kind: plugin.kind, spec } } }
}

function writtenSpec(spec: Spec) {
  const { text, format, calculation, thresholds, legend, visual, overrides, columnSettings, ...rest } = spec
  const isUsual = <T>(value: T, usual: T) => (value === usual ? undefined : value)
  return given({
    ...rest,
    text: text || undefined,
    format: format.unit === 'number' && format.decimalPlaces === undefined ? undefined : format,
    calculation: isUsual(calculation, 'last'),
    thresholds: thresholds.steps.length === 0 ? undefined : thresholds,
    overrides: overrides.length === 0 ? undefined : overrides,
    columnSettings: columnSettings.length === 0 ? undefined : columnSettings,
    legend: legend.mode === 'list' ? undefined : legend,
    visual: visual.display === 'line' && !visual.stack ? undefined : visual,
  })
}

/** Without what is undefined. */
function given<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
