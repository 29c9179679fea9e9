import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { ask } from './loki-peer/compare.ts'
import { lokiUnavailable } from './loki-peer/loki.ts'
import { requests, widerRequests } from './loki-peer/requests.ts'
import { type PeerScene, startPeerScene } from './loki-peer/scene.ts'
import { difference } from './peer-difference.ts'

const reason = storeUnavailable() ?? lokiUnavailable()

describe.skipIf(reason !== undefined)(
  `answers beside a Loki's${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 300_000 },
  () => {
    let scene: PeerScene
    beforeAll(async () => {
      scene = await startPeerScene(process.env['MILLRACE_LOKI'] ?? '')
    }, 180_000)
    afterAll(async () => await scene?.close(), 60_000)

    it.each(Object.keys(requests(0)))('says the same: %s', async kind => {
      const different: string[] = []
      for (const request of requests(scene.zeroMs)[kind] ?? []) {
        const [ours, theirs] = await Promise.all([ask(scene.ours, request), ask(scene.theirs, request)])
        const found = difference(ours, theirs, 1e-9)
        if (found !== undefined)
          different.push(`${request.path} ${JSON.stringify(request.parameters)}: ${found}`)
      }
      expect(different).toEqual([])
    })

    it('answers what Loki refuses: dots and quotes in names, every unit, all of PromQL', async () => {
      for (const request of widerRequests(scene.zeroMs)) {
        const { status, text } = await ask(scene.ours, request)
        expect([request.parameters['query'], status, text]).toEqual([
          request.parameters['query'],
          200,
          expect.any(String),
        ])
      }
    })
  },
)
