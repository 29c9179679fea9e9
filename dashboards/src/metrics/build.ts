/** A question that is put together rather than written. */
export interface Built {
  metric: string
  filters: readonly { label: string; operator: '=' | '!=' | '=~' | '!~'; value: string }[]
  /** What is made of each series: nothing, or a function over a range. */
  of: 'value' | 'rate' | 'increase' | 'avg_over_time' | 'max_over_time' | 'histogram_quantile'
  /** Over which range, as in 5m. */
  range: string
  /** How series are put together, and by which labels; '' leaves them as they are. */
  aggregate: '' | 'sum' | 'avg' | 'min' | 'max' | 'count'
  by: readonly string[]
  quantile: number
}

/** Names of metrics and labels that are not plain stand in quotes. Source: Prometheus 3, UTF-8 names. */
const plain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const label = (name: string) => (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name))

/** PromQL of what was put together; it can always be read. */
export function promQlOf({ metric, filters, of, range, aggregate, by, quantile }: Built): string {
  const matchers = filters.map(
    ({ label: name, operator, value }) => `${label(name)}${operator}${JSON.stringify(value)}`,
  )
  const braced = plain.test(metric) ? matchers : [JSON.stringify(metric), ...matchers]
  const selector = `${plain.test(metric) ? metric : ''}${braced.length === 0 ? '' : `{${braced.join(', ')}}`}`
  if (of === 'histogram_quantile') {
    // a native histogram has no label le, and nothing is lost by naming it
    const labels = [...new Set(['le', ...by])].map(label).join(', ')
    return `histogram_quantile(${quantile}, sum by (${labels}) (rate(${selector}[${range}])))`
  }
  const inner = of === 'value' ? selector : `${of}(${selector}[${range}])`
  if (aggregate === '') return inner
  return by.length === 0
    ? `${aggregate}(${inner})`
    : `${aggregate} by (${by.map(label).join(', ')}) (${inner})`
}

/** What one mostly wants of a metric of this type. */
export function usualOf(metric: string, type: string): Built {
  const none = { metric, filters: [], range: '5m', by: [], quantile: 0.99 } as const
  if (type === 'counter' || /_(?:total|count|sum)$/.test(metric))
    return { ...none, of: 'rate', aggregate: 'sum' }
  if (type === 'histogram' || metric.endsWith('_bucket'))
    return { ...none, of: 'histogram_quantile', aggregate: '' }
  return { ...none, of: 'value', aggregate: '' }
}
