import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatTraceQl, parseTraceQl } from '../../lib/traceql/index.ts'

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
const queries = [...read('traces.md').matchAll(/```traceql\n(.*?)```/gs)].flatMap(([, block = '']) =>
  block.split('\n').filter(line => line !== ''),
)

describe('docs/traces.md', () => {
  it.each(queries)('has an example that is TraceQL: %s', query => {
    const parsed = parseTraceQl(query)
    expect(parseTraceQl(formatTraceQl(parsed))).toEqual(parsed)
  })
})
