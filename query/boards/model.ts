import { z } from 'zod'

/**
 * A dashboard as its YAML file has it. Shape and names are those of Perses (https://perses.dev, dashboard specification),
 * with what Perses leaves out: annotations, and a panel that is repeated. What is not known is refused, so that a mistyped
 * key does not go by unseen.
 */
const name = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$/, 'letters, digits, - and _; at most 100')
const display = z.strictObject({ name: z.string().default(''), description: z.string().default('') })
const unit = z.strictObject({ unit: z.string().default('number'), decimalPlaces: z.int().optional() })

export const queryKinds = [
  'PrometheusTimeSeriesQuery',
  'LokiTimeSeriesQuery',
  'TempoTimeSeriesQuery',
  'LokiLogQuery',
  'TempoTraceQuery',
] as const

const query = z.strictObject({
  kind: z.enum(['TimeSeriesQuery', 'LogQuery', 'TraceQuery']),
  spec: z.strictObject({
    plugin: z.strictObject({
      kind: z.enum(queryKinds),
      spec: z.strictObject({
        query: z.string().max(10_000),
        /** `{{label}}` stands for a label's value. */
        seriesNameFormat: z.string().default(''),
        minStep: z.string().optional(),
      }),
    }),
  }),
})

export const panelKinds = [
  'TimeSeriesChart',
  'StatChart',
  'GaugeChart',
  'BarChart',
  'TimeSeriesTable',
  'HeatMapChart',
  'LogsTable',
  'TracesTable',
  'Markdown',
] as const

const threshold = z.strictObject({ value: z.number(), color: z.string().default('') })

/** What joins of many exporters come to. */
export const maxColumns = 1_000

/** Of series with this name, or whose name `/a regular expression/` matches. */
const override = z.strictObject({
  match: z.string().max(1_000),
  name: z.string().optional(),
  unit: z.string().optional(),
  color: z.string().optional(),
  axis: z.enum(['left', 'right']).optional(),
  hide: z.boolean().optional(),
  /** Drawn below zero: what goes out below what comes in. */
  negate: z.boolean().optional(),
})

/** A column of a table: a label, `Value`, or with several queries `Value #A`. */
const columnSetting = z.strictObject({
  name: z.string(),
  header: z.string().optional(),
  hide: z.boolean().optional(),
  unit: z.string().optional(),
})

const panelSpec = z.strictObject({
  /** Of Markdown. */
  text: z.string().default(''),
  format: unit.prefault({}),
  /** Which value of a series a stat, a gauge or a bar shows. */
  calculation: z.enum(['last', 'first', 'min', 'max', 'mean', 'sum', 'count']).default('last'),
  thresholds: z.strictObject({ steps: z.array(threshold).max(50).default([]) }).prefault({}),
  min: z.number().optional(),
  max: z.number().optional(),
  overrides: z.array(override).max(100).default([]),
  /** Of a table, in their order; others come after. */
  columnSettings: z.array(columnSetting).max(maxColumns).default([]),
  legend: z.strictObject({ mode: z.enum(['list', 'table', 'hidden']).default('list') }).prefault({}),
  visual: z
    .strictObject({
      display: z.enum(['line', 'area', 'bar']).default('line'),
      stack: z.boolean().default(false),
    })
    .prefault({}),
})

const link = z.strictObject({ name: z.string().default(''), url: z.string() })

const panel = z.strictObject({
  kind: z.literal('Panel').default('Panel'),
  spec: z.strictObject({
    display: display.prefault({}),
    plugin: z.strictObject({ kind: z.enum(panelKinds), spec: panelSpec.prefault({}) }),
    queries: z.array(query).max(26).default([]),
    links: z.array(link).max(20).default([]),
  }),
})

const listPlugin = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('PrometheusLabelValuesVariable'),
    spec: z.strictObject({ labelName: z.string(), matchers: z.array(z.string()).default([]) }),
  }),
  z.strictObject({
    kind: z.literal('PrometheusPromQLVariable'),
    spec: z.strictObject({ expr: z.string(), labelName: z.string().default('') }),
  }),
  z.strictObject({
    kind: z.literal('PrometheusMetricsVariable'),
    spec: z.strictObject({ match: z.string() }),
  }),
  z.strictObject({
    kind: z.literal('LokiLabelValuesVariable'),
    spec: z.strictObject({ labelName: z.string(), query: z.string().default('') }),
  }),
  z.strictObject({
    kind: z.literal('StaticListVariable'),
    spec: z.strictObject({ values: z.array(z.string()).max(1_000) }),
  }),
])

const variableHead = {
  name: z.string().regex(/^\w+$/),
  display: display.prefault({}),
  hidden: z.boolean().default(false),
}

const variable = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ListVariable'),
    spec: z.strictObject({
      ...variableHead,
      allowMultiple: z.boolean().default(false),
      allowAllValue: z.boolean().default(false),
      /** What stands for all; by default all values, one or the other. */
      customAllValue: z.string().optional(),
      /** Only values that it matches; its first group is the value. */
      capturingRegexp: z.string().optional(),
      defaultValue: z.union([z.string(), z.array(z.string())]).optional(),
      /** Where no value is chosen: the one of the highest series of the first query that has any. */
      preferred: z
        .array(z.strictObject({ language: z.enum(['logql', 'promql', 'traceql']), query: z.string() }))
        .max(4)
        .default([]),
      plugin: listPlugin,
    }),
  }),
  z.strictObject({
    kind: z.literal('TextVariable'),
    spec: z.strictObject({
      ...variableHead,
      value: z.string().default(''),
      constant: z.boolean().default(false),
    }),
  }),
])

const item = z.strictObject({
  x: z.int().min(0).max(23),
  y: z.int().min(0).max(10_000),
  width: z.int().min(1).max(24),
  height: z.int().min(1).max(100),
  content: z.strictObject({ $ref: z.string().startsWith('#/spec/panels/') }),
  /** One panel for each value of this variable. */
  repeatVariable: z.string().optional(),
})

const layout = z.strictObject({
  kind: z.literal('Grid').default('Grid'),
  spec: z.strictObject({
    display: z
      .strictObject({ title: z.string(), collapse: z.strictObject({ open: z.boolean() }).optional() })
      .optional(),
    items: z.array(item).max(500),
    /** The whole row for each value of this variable. */
    repeatVariable: z.string().optional(),
  }),
})

const annotation = z.strictObject({
  name: z.string(),
  language: z.enum(['logql', 'promql']),
  query: z.string(),
})

export const boardSchema = z
  .strictObject({
    kind: z.literal('Dashboard'),
    metadata: z.strictObject({ name }),
    spec: z.strictObject({
      display: display.prefault({}),
      /** The range that it opens with. */
      duration: z
        .string()
        .regex(/^\d+[smhdw]$/)
        .default('1h'),
      refreshInterval: z.string().default('0s'),
      variables: z.array(variable).max(50).default([]),
      panels: z.record(z.string(), panel),
      layouts: z.array(layout).max(100),
      links: z.array(link).max(20).default([]),
      annotations: z.array(annotation).max(20).default([]),
    }),
  })
  .superRefine((board, context) => {
    board.spec.layouts.forEach((grid, i) => {
      grid.spec.items.forEach(({ content }, j) => {
        const key = content.$ref.slice('#/spec/panels/'.length)
        if (!(key in board.spec.panels))
          context.addIssue({
            code: 'custom',
            path: ['spec', 'layouts', i, 'spec', 'items', j, 'content', '$ref'],
            message: `there is no panel ${key}`,
          })
      })
    })
  })

export type Board = z.output<typeof boardSchema>
export type BoardInput = z.input<typeof boardSchema>
export type BoardPanel = Board['spec']['panels'][string]
export type BoardVariable = Board['spec']['variables'][number]
export type BoardLayout = Board['spec']['layouts'][number]
