import type { OtlpJson, Signal } from '../../../lib/otlp/index.ts'

/** An object of OTLP/JSON; what is absent is undefined. */
type Item = { [name: string]: OtlpJson }
type Describe = (item: Item, service: string) => string

const paths: Readonly<Record<Signal, readonly [resources: string, scopes: string, items: string]>> = {
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
}

const describe: Readonly<Record<Signal, Describe>> = {
  logs: (item, service) => `${textOf(item['severityText']) || '-'} ${service}  ${bodyOf(item['body'])}`,
  metrics: (item, service) => `${service}  ${textOf(item['name'])} ${pointsOf(item)}${unitOf(item)}`,
  traces: (item, service) => `${service}  ${textOf(item['name'])} ${durationOf(item)}`,
}

/** What a person wants to see of an export request: one line for each log record, metric or span. */
export function otlpLines(signal: Signal, request: OtlpJson): string[] {
  const [resources, scopes, items] = paths[signal]
  return listOf(request, resources).flatMap(resource => {
    const service = serviceOf(resource)
    return listOf(resource, scopes)
      .flatMap(scope => listOf(scope, items))
      .map(item => describe[signal](item, service))
  })
}

function listOf(value: OtlpJson | undefined, name: string): Item[] {
  const list = (value as Item | undefined)?.[name]
  return Array.isArray(list) ? (list as Item[]) : []
}

function textOf(value: OtlpJson | undefined): string {
  return value === undefined ? '' : String(value)
}

function serviceOf(resource: Item): string {
  const found = listOf(resource['resource'], 'attributes').find(({ key }) => key === 'service.name')
  return bodyOf(found?.['value']) || '-'
}

/** The one value of an AnyValue. */
function bodyOf(value: OtlpJson | undefined): string {
  const [only] = Object.values((value ?? {}) as Item)
  if (only === undefined) return ''
  return typeof only === 'object' ? JSON.stringify(only) : String(only)
}

function pointsOf(metric: Item): string {
  for (const kind of ['gauge', 'sum']) {
    const points = listOf(metric[kind], 'dataPoints')
    if (points.length === 1) return textOf(points[0]?.['asDouble'] ?? points[0]?.['asInt'])
    if (points.length > 1) return `${points.length} points`
  }
  return Object.keys(metric).find(name => /istogram|summary/.test(name)) ?? ''
}

function unitOf({ unit }: Item): string {
  return unit === undefined || unit === '' || unit === '1' ? '' : ` ${textOf(unit)}`
}

function durationOf({ startTimeUnixNano: start, endTimeUnixNano: end }: Item): string {
  const ms = Number(BigInt(textOf(end) || '0') - BigInt(textOf(start) || '0')) / 1e6
  return `${Number(ms.toPrecision(4))} ms`
}
