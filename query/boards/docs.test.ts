import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readBoard } from './read.ts'

it('docs/page.md shows a dashboard that can be read', () => {
  const text = readFileSync(new URL('../../docs/page.md', import.meta.url), 'utf8')
  const found = [...text.matchAll(/```yaml\n(kind: Dashboard\n.*?)```/gs)].map(match => match[1] ?? '')
  expect(found).toHaveLength(1)
  expect(readBoard(found[0] ?? '').metadata.name).toBe('shop')
})
