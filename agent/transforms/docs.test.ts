import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { ruleKinds } from './table.ts'
import { draftOf, pipelineOf, runRules } from './testing/run-rules.ts'

const page = readFileSync(new URL('../../docs/transforms.md', import.meta.url), 'utf8')
const examples = [...page.matchAll(/```yaml\n(.*?)```\n\n```text\n(.*?)```/gs)].map(
  ([, yaml = '', text = '']) => ({ yaml, lines: text.trimEnd().split('\n') }),
)
const environment = { AWS_REGION: 'eu-central-1', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=prod' }

const textsOf = (lines: readonly string[], mark: string) =>
  lines.filter(line => line.startsWith(mark)).map(line => line.slice(5))

describe('docs/transforms.md', () => {
  it.each(examples)('$yaml', ({ yaml, lines }) => {
    const { transforms } = parseConfig(yaml, { environment: {} }).agent
    const found = runRules(transforms, textsOf(lines, 'in'), { environment })
    const expected = textsOf(lines, 'out').filter(text => text !== '-')
    expect(found.length).toBe(expected.length)
    for (const [i, text] of expected.entries()) {
      const shown = JSON.parse(text) as Record<string, unknown>
      const record = found[i] as unknown as Record<string, unknown>
      expect(Object.fromEntries(Object.keys(shown).map(key => [key, record[key]]))).toEqual(shown)
    }
  })

  it('says in its place what is dropped', () => {
    for (const { yaml, lines } of examples) {
      if (!lines.includes('out  -')) continue
      const pipeline = pipelineOf(parseConfig(yaml, { environment: {} }).agent.transforms)
      const kept = textsOf(lines, 'in').map(line => pipeline.apply(draftOf(line)))
      expect(kept).toEqual(textsOf(lines, 'out').map(text => text !== '-'))
    }
  })

  it('has a section with an example for every type', () => {
    for (const { type } of ruleKinds) expect(page).toMatch(new RegExp(`\n## ${type}\n[^#]*\`\`\`yaml`))
  })
})
