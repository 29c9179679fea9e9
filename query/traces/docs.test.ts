import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { formatTraceQl, parseTraceQl } from '../../lib/traceql/index.ts'

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
const queries = [...read('traces.md').matchAll(/```traceql\n(.*?)```/gs)].flatMap(([, block = '']) =>
  block.split('\n').filter(line => line !== ''),
)

interface DataSource {
  uid: string
  type: string
  url: string
  jsonData: {
    tracesToLogsV2?: { datasourceUid: string; query: string }
    derivedFields?: { datasourceUid: string; matcherRegex: string }[]
  }
}

describe('docs/traces.md', () => {
  it.each(queries)('has an example that is TraceQL: %s', query => {
    const parsed = parseTraceQl(query)
    expect(parseTraceQl(formatTraceQl(parsed))).toEqual(parsed)
  })

  it('has data sources for Grafana that lead to each other', () => {
    const { datasources } = parse(read('grafana/traces.yaml')) as { datasources: DataSource[] }
    const page = read('traces.md')
    const uids = datasources.map(({ uid }) => uid)
    for (const { type, url, jsonData } of datasources) {
      if (type !== 'loki') expect(page).toContain(url.replace('127.0.0.1', 'HOST'))
      for (const { datasourceUid } of [jsonData.tracesToLogsV2, ...(jsonData.derivedFields ?? [])].filter(
        link => link !== undefined,
      ))
        expect(uids).toContain(datasourceUid)
    }
    expect(datasources.map(({ type }) => type)).toEqual(['tempo', 'jaeger', 'loki'])
  })
})
