import { useQueries } from '@tanstack/react-query'
import type { BoardVariable } from '../../../query/index.ts'
import { getInstant, getLabelValues, getStreamLabelValues } from '../api/series.ts'
import { captured, chosenOf, splitValues } from './choices.ts'
import { builtIns, type Chosen, interpolate, namesIn, type Values } from './interpolate.ts'
import { usePreferred } from './use-preferred.ts'

export interface VariableState {
  variable: BoardVariable
  options: readonly string[]
  chosen: Chosen
  error: Error | null
}

interface Range {
  startMs: number
  endMs: number
}

type ListVariable = Extract<BoardVariable, { kind: 'ListVariable' }>

/**
 * What each variable may stand for and does. One that asks for another waits until that is known: variables are asked in
 * their order, each with what those before it stand for.
 */
export function useVariables(
  variables: readonly BoardVariable[],
  asked: Readonly<Record<string, string>>,
  range: Range,
): { states: VariableState[]; values: Values; ready: boolean } {
  const known = new Map<string, Chosen>(builtIns(range.startMs, range.endMs, 15_000))
  // options are asked for with what is chosen by the address alone first; the next drawing knows more
  const results = useQueries({
    queries: variables.map((variable, i) => {
      const question = questionOf(variable, asked, variables.slice(0, i))
      return {
        queryKey: ['variable', question, range.endMs - range.startMs],
        queryFn: ({ signal }: { signal: AbortSignal }) => optionsOf(variable, question, range, signal),
        staleTime: 60_000,
        // a dashboard without what it is looked at by shows nothing: a store that is busy is asked again
        retry: 3,
      }
    }),
  })
  const preferred = usePreferred(
    variables.map(variable => ({ variable, isGiven: asked[variable.spec.name] !== undefined })),
    range,
  )
  const states = variables.map((variable, i): VariableState => {
    const expression = variable.kind === 'ListVariable' ? variable.spec.capturingRegexp : undefined
    const options = captured(results[i]?.data ?? [], expression)
    const chosen = chosenOf(variable, asked[variable.spec.name], options, preferred.values[i])
    known.set(variable.spec.name, chosen)
    return { variable, options, chosen, error: results[i]?.error ?? null }
  })
  return { states, values: known, ready: preferred.ready && results.every(result => !result.isPending) }
}

/** What is asked for the values of a variable, with what is known of those before it. */
function questionOf(
  variable: BoardVariable,
  asked: Readonly<Record<string, string>>,
  before: readonly BoardVariable[],
): string {
  if (variable.kind === 'TextVariable') return ''
  const text = JSON.stringify(variable.spec.plugin)
  const used = before.filter(({ spec }) => namesIn(text).has(spec.name))
  const values = new Map(
    used.map(other => {
      const given = asked[other.spec.name]
      // until one is chosen any will do
      const chosen: Chosen =
        given === undefined || given.includes('$__all')
          ? { values: [], all: '.+' }
          : { values: splitValues(given) }
      return [other.spec.name, chosen] as const
    }),
  )
  return interpolate(text, values, 'text').replaceAll(/=\\"\.\+\\"/g, '=~\\".+\\"')
}

async function optionsOf(
  variable: BoardVariable,
  question: string,
  range: Range,
  signal: AbortSignal,
): Promise<string[]> {
  if (variable.kind === 'TextVariable') return []
  const plugin = JSON.parse(question) as ListVariable['spec']['plugin']
  switch (plugin.kind) {
    case 'StaticListVariable':
      return plugin.spec.values
    case 'PrometheusLabelValuesVariable':
      return await getLabelValues(plugin.spec.labelName, plugin.spec.matchers[0] ?? '', signal)
    case 'PrometheusMetricsVariable':
      return await getLabelValues('__name__', `{__name__=~${JSON.stringify(plugin.spec.match)}}`, signal)
    case 'PrometheusPromQLVariable': {
      const { expr, labelName } = plugin.spec
      const found = await getInstant(expr, signal)
      return [
        ...new Set(
          found.map(metric => (labelName === '' ? JSON.stringify(metric) : (metric[labelName] ?? ''))),
        ),
      ]
    }
    case 'LokiLabelValuesVariable':
      return await getStreamLabelValues(plugin.spec.labelName, plugin.spec.query, range, signal)
  }
}
