import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../cli/config.ts'
import { metricName } from './metrics/names.ts'
import { ByteSink } from './native/bytes.ts'
import { TemplateScanner } from './patterns/scanner.ts'

const page = readFileSync(new URL('../docs/metrics.md', import.meta.url), 'utf8')
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text as string)

describe('docs/metrics.md', () => {
  const names = [...page.matchAll(/^\| `(.+?)` \| `(.+?)` \| (\w+) \| `(.+?)` \|$/gm)]
  it.each(names.map(([, name, unit, kind, expected]) => [name, unit, kind, expected] as const))(
    'names %s in %s as a %s',
    (name = '', unit = '', kind = '', expected = '') => {
      expect(metricName(name, unit, kind)).toBe(expected)
    },
  )

  it('has rollups that can be configured', () => {
    const [yaml = ''] = blocks('yaml')
    const { rollups } = parseConfig(yaml, {})
    expect(rollups.map(({ name, value, windows }) => [name, value, windows])).toEqual([
      ['http_errors', 'count', ['10s', '1m', '1h']],
      ['http_bytes', 'bytes', ['10s', '1m']],
      ['http_slowest', 'max duration', ['10s', '1m']],
    ])
  })

  it('shows templates as they are made', () => {
    const examples = [...(blocks('text')[0] ?? '').matchAll(/^in {3}(.*)\nout {2}(.*)$/gm)]
    expect(examples).toHaveLength(3)
    for (const [, message = '', template] of examples) {
      const bytes = Buffer.from(message)
      const sink = new ByteSink()
      new TemplateScanner().scan(bytes, 0, bytes.length, sink)
      expect(sink.view().toString()).toBe(template)
    }
  })

  it('names tables and labels that are there', () => {
    expect(names.length).toBe(6)
    expect(page).toContain('`metric_exemplars`')
  })
})
