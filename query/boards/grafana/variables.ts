import type { BoardInput } from '../model.ts'
import type { Datasource, GrafanaBoard, GrafanaVariable } from './grafana.ts'

type VariableInput = NonNullable<BoardInput['spec']['variables']>[number]
type ListPlugin = Extract<VariableInput, { kind: 'ListVariable' }>['spec']['plugin']

export type QueryLanguage = 'promql' | 'logql' | 'traceql'

export interface Languages {
  /** The language of a data source; or what it is, where we do not speak it. */
  of(datasource: Datasource): QueryLanguage | { unknown: string }
}

const languageOfType: Readonly<Record<string, QueryLanguage>> = {
  prometheus: 'promql',
  // MetricsQL, which takes nearly all of PromQL
  'victoriametrics-metrics-datasource': 'promql',
  'victoriametrics-datasource': 'promql',
  loki: 'logql',
  tempo: 'traceql',
}

/** Which data source speaks what: by its type, by a variable that stands for one, else by its name. Prometheus is what nobody names. */
export function languagesOf({ templating }: GrafanaBoard): Languages {
  const variables = new Map(
    (templating?.list ?? [])
      .filter(({ type }) => type === 'datasource')
      .map(({ name = '', query }) => [name, String(query ?? '')]),
  )
  return {
    of: datasource => {
      const { type, text } = described(datasource)
      const variable = /^\$\{?(\w+)\}?$/.exec(text)?.[1]
      const kind = type ?? (variable === undefined ? undefined : variables.get(variable))
      if (kind !== undefined && kind !== '') return languageOfType[kind] ?? { unknown: kind }
      return languageOfName(text)
    },
  }
}

function described(datasource: Datasource): { type: string | undefined; text: string } {
  if (datasource == null) return { type: undefined, text: '' }
  if (typeof datasource === 'string') return { type: undefined, text: datasource }
  return { type: datasource.type, text: datasource.uid ?? '' }
}

function languageOfName(text: string): QueryLanguage | { unknown: string } {
  if (/loki/i.test(text)) return 'logql'
  if (/tempo/i.test(text)) return 'traceql'
  if (/^(?:elasticsearch|influx|mysql|postgres|cloudwatch|graphite|zabbix)/i.test(text))
    return { unknown: text }
  return 'promql'
}

/** Variables that we have; of others is said why not. */
export function variablesOf(board: GrafanaBoard, dropped: string[]): VariableInput[] {
  const languages = languagesOf(board)
  return (board.templating?.list ?? []).flatMap(variable => {
    // it is known what each panel asks
    if (variable.type === 'datasource') return []
    const made = variableOf(variable, languages)
    if (typeof made !== 'string') return [made]
    dropped.push(`variable ${variable.name ?? ''}: ${made}`)
    return []
  })
}

function variableOf(variable: GrafanaVariable, languages: Languages): VariableInput | string {
  const { name = '', label, type, hide, query } = variable
  if (!/^\w+$/.test(name)) return 'its name is not one'
  const isHidden = hide === 2 || hide === 'hideVariable'
  const head = { name, display: { name: label ?? '' }, ...(isHidden ? { hidden: true } : {}) }
  const text = String(variable.current?.value ?? query ?? '')
  switch (type) {
    case 'textbox':
      return { kind: 'TextVariable', spec: { ...head, value: text } }
    case 'constant':
      return { kind: 'TextVariable', spec: { ...head, value: String(query ?? ''), constant: true } }
    case 'interval':
      return list(variable, head, staticPlugin(String(query ?? '').split(',')))
    case 'custom':
      return list(variable, head, staticPlugin(customValues(variable)))
    case 'query': {
      const plugin = queryPlugin(variable, languages)
      return typeof plugin === 'string' ? plugin : list(variable, head, plugin)
    }
    default:
      return `there is no kind of variable for ${type ?? 'none'}`
  }
}

type Head = { name: string; display: { name: string }; hidden?: boolean }

function list(variable: GrafanaVariable, head: Head, plugin: ListPlugin): VariableInput {
  const { multi = false, includeAll = false, allValue, regex = '', current } = variable
  const value = current?.value
  const isGiven = typeof value === 'string' && value !== '' && !value.startsWith('$__')
  const capturing = regex === '' ? {} : { capturingRegexp: regex.replace(/^\/(.*)\/[a-z]*$/s, '$1') }
  return {
    kind: 'ListVariable',
    spec: {
      ...head,
      ...(multi ? { allowMultiple: true } : {}),
      ...(includeAll ? { allowAllValue: true } : {}),
      ...(allValue == null || allValue === '' ? {} : { customAllValue: allValue }),
      ...capturing,
      ...(isGiven ? { defaultValue: value } : {}),
      plugin,
    },
  }
}

function staticPlugin(values: readonly string[]): ListPlugin {
  const given = values.map(value => value.trim()).filter(value => value !== '' && value !== 'auto')
  return { kind: 'StaticListVariable', spec: { values: given } }
}

/** `a,b`, or `text : value,text : value`. */
function customValues({ query, options = [] }: GrafanaVariable): string[] {
  if (typeof query === 'string' && query !== '')
    return query.split(/(?<!\\),/).map(part => part.replaceAll('\\,', ',').replace(/^.*? : /, ''))
  return options.map(({ value }) => String(value)).filter(value => value !== '$__all')
}

function queryPlugin(
  { query, definition, datasource }: GrafanaVariable,
  languages: Languages,
): ListPlugin | string {
  const language = languages.of(datasource)
  const given = query as
    | { query?: unknown; label?: string; stream?: string; expr?: string }
    | string
    | undefined
  if (language === 'logql') return lokiPlugin(given, definition)
  if (language !== 'promql') return `it asks ${typeof language === 'string' ? language : language.unknown}`
  const text = (typeof given === 'string' ? given : String(given?.query ?? definition ?? '')).trim()
  return prometheusPlugin(text)
}

/** Source: Grafana, template variables of Prometheus. */
function prometheusPlugin(text: string): ListPlugin | string {
  const values = /^label_values\((?:(.*),)?\s*(\w+)\s*\)$/s.exec(text)
  if (values !== null) {
    const matcher = values[1]?.trim() ?? ''
    const matchers = matcher === '' ? [] : [matcher]
    return {
      kind: 'PrometheusLabelValuesVariable',
      spec: { labelName: values[2] ?? '', ...(matchers.length === 0 ? {} : { matchers }) },
    }
  }
  const result = /^query_result\((.*)\)$/s.exec(text)?.[1]
  if (result !== undefined) return { kind: 'PrometheusPromQLVariable', spec: { expr: result } }
  const match = /^metrics\((.*)\)$/s.exec(text)?.[1]
  if (match !== undefined) return { kind: 'PrometheusMetricsVariable', spec: { match } }
  return text === '' ? 'it asks nothing' : `its question is not known: ${text.slice(0, 80)}`
}

function lokiPlugin(
  given: { label?: string; stream?: string } | string | undefined,
  definition: string | undefined,
): ListPlugin | string {
  if (typeof given === 'object' && given?.label !== undefined && given.label !== '')
    return {
      kind: 'LokiLabelValuesVariable',
      spec: { labelName: given.label, ...(given.stream ? { query: given.stream } : {}) },
    }
  const text = typeof given === 'string' ? given : (definition ?? '')
  const values = /^label_values\((?:(.*),)?\s*(\w+)\s*\)$/s.exec(text.trim())
  if (values === null) return `its question is not known: ${text.slice(0, 80)}`
  const query = values[1]?.trim() ?? ''
  return {
    kind: 'LokiLabelValuesVariable',
    spec: { labelName: values[2] ?? '', ...(query === '' ? {} : { query }) },
  }
}
