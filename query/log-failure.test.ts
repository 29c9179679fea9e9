import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { memoryLogger } from '../lib/base/index.ts'
import { failure as jaeger } from './api/jaeger/answer.ts'
import { failure as loki } from './api/loki/answer.ts'
import { failure as prometheus } from './api/prometheus/answer.ts'
import { failure as tempo } from './api/tempo/answer.ts'
import { problemResponse } from './problem.ts'

describe.each(Object.entries({ jaeger, loki, prometheus, tempo, problemResponse }))(
  'a failure in the tongue of %s',
  (_, failure) => {
    it.each([true, false])('is written down unless who asked has left: %s', async hasLeft => {
      const entries = memoryLogger()
      const app = new Hono().get('/', c => failure(c, new Error('a bug'), entries.logger))
      const left = new AbortController()
      if (hasLeft) left.abort()
      await app.request(new Request('http://here/', { signal: left.signal }))
      expect(entries.entries.length).toBe(hasLeft ? 0 : 1)
    })
  },
)
