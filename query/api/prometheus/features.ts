import { aggregationOperators } from '../../promql/ast.ts'
import { functions } from '../../promql/functions/index.ts'

const keywords = [
  ...['offset', 'smoothed', 'anchored', 'by', 'without', 'on', 'ignoring', 'group_left', 'group_right'],
  ...['fill', 'fill_left', 'fill_right', 'bool', 'start', 'end', 'step', 'range', 'max_of', 'min_of'],
]
const operators = [
  ...['+', '-', '*', '/', '%', '^', 'atan2', '</', '>/', '@'],
  ...['==', '=~', '!=', '!~', '<', '<=', '>', '>=', 'and', 'or', 'unless'],
]

/** What is understood, by the names that Prometheus has for it; what is left out is not. Source: Prometheus HTTP API, features. */
export const features: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  api: allOf([
    ...['label_values_match', 'query_warnings', 'query_stats'],
    ...['time_range_series', 'time_range_labels', 'exclude_alerts'],
  ]),
  promql: allOf([
    ...keywords,
    ...['subqueries', 'per_query_lookback_delta', 'duration_expr', 'unquoted_utf8_names'],
  ]),
  promql_functions: allOf(Object.keys(functions)),
  promql_operators: allOf([...operators, ...aggregationOperators]),
  rules: allOf(['keep_firing_for']),
  tsdb: allOf(['native_histograms', 'exemplar_storage']),
}

function allOf(names: readonly string[]): Record<string, boolean> {
  return Object.fromEntries(names.toSorted().map(name => [name, true]))
}
