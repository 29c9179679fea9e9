import { expect, test } from 'vitest'
import { parseLogQuery } from '../lib/logql/index.ts'
import { readsOf } from './reads.ts'

test.each([
  ['| status >= 500', 'attributes'],
  ['| status != "200" and level="error"', 'attributes'],
  ['| status=~"5.."', 'line'],
  ['| status=~"4..|5.."', 'attributes'],
  ['| status=~".."', 'attributes'],
  ['| status="200"', 'line'],
  ['| status=""', 'attributes'],
  ['| level="error"', 'columns'],
  ['| service!="web" or host="h1"', 'columns'],
  ['| trace_id!="7"', 'attributes'],
  ['| body!="x"', 'line'],
])('%s reads %s first', (text, reads) => {
  const [stage] = parseLogQuery(text).stages
  expect(stage?.kind === 'label' && readsOf(stage.expression)).toBe(reads)
})
