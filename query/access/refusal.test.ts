import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { memoryLogger } from '../../lib/base/index.ts'
import { refusal } from './refusal.ts'

function appWith(fail: () => Promise<Response>) {
  const { logger, entries } = memoryLogger()
  const app = new Hono()
  app.onError((error, c) => refusal(c, error, logger))
  app.get('*', fail)
  return { app, entries }
}

describe('a failure', () => {
  it.each(['/api/logs', '/loki/api/v1/query', '/prometheus/api/v1/query'])(
    'is none where the client has gone away: %s',
    async path => {
      const gone = new AbortController()
      const { app, entries } = appWith(() => {
        gone.abort()
        return Promise.reject(new Error('The user aborted a request.'))
      })
      const response = await app.request(path, { signal: gone.signal })
      expect([response.status, entries]).toEqual([499, []])
    },
  )

  it('of ours is logged with its stack', async () => {
    const { app, entries } = appWith(() => Promise.reject(new Error('boom')))
    expect((await app.request('/api/logs')).status).toBe(500)
    expect(entries[0]).toMatchObject({ level: 'error', message: 'request failed' })
  })
})
