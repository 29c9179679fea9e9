import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseConfig } from '../cli/config.ts'
import { sourceKinds } from './sources/kinds.ts'

const page = readFileSync(new URL('../docs/agent.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(match => match[1] ?? '')
const ours = blocks.filter(block => block.startsWith('agent:'))

describe('docs/agent.md', () => {
  test.each(ours)('has an example that is a configuration: %s', block => {
    const config = parseConfig(block, { environment: {} })
    expect(Object.keys(config.agent)).toEqual(
      expect.arrayContaining(Object.keys((parse(block) as { agent: object }).agent)),
    )
  })

  test.each([...sourceKinds])('names every key of the source %s', (type, { config }) => {
    const section = page.split(`### ${type}\n`)[1]?.split(/\n##/)[0] ?? ''
    const keys = Object.keys(config.shape).filter(key => key !== 'type' && key !== 'name')
    expect(keys.filter(key => !new RegExp(`\\b${key}\\b`).test(section))).toEqual([])
  })

  test('has an example of every kind of source and output', () => {
    const all = ours.map(
      block => parse(block) as { agent: { sources?: { type: string }[]; outputs?: { type: string }[] } },
    )
    const sources = new Set(all.flatMap(({ agent }) => agent.sources ?? []).map(({ type }) => type))
    // standard input is documented by a command
    for (const type of [
      'file',
      'docker',
      'kubernetes',
      'otlp',
      'forward',
      'syslog',
      'journald',
      'http',
      'exec',
      'hostmetrics',
      'prometheus',
      'statsd',
    ])
      expect(sources).toContain(type)
    const outputs = new Set(all.flatMap(({ agent }) => agent.outputs ?? []).map(({ type }) => type))
    for (const type of ['kafka', 'otlp', 'forward', 'loki', 'file']) expect(outputs).toContain(type)
  })
})
