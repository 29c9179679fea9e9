import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { ask } from './loki-peer/compare.ts'
import { lokiUnavailable } from './loki-peer/loki.ts'
import { requests, widerRequests } from './loki-peer/requests.ts'
import { type PeerScene, startPeerScene } from './loki-peer/scene.ts'
import { differences } from './peer-difference.ts'

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
      const asked = requests(scene.zeroMs)[kind] ?? []
      expect(await differences({ ...scene, ask }, asked, 1e-9)).toEqual([])
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
