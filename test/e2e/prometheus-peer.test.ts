import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { differences } from './peer-difference.ts'
import { ask } from './prometheus-peer/compare.ts'
import { prometheusUnavailable } from './prometheus-peer/prometheus.ts'
import { requests, widerRequests } from './prometheus-peer/requests.ts'
import { type PeerScene, startPeerScene } from './prometheus-peer/scene.ts'

const reason = storeUnavailable() ?? prometheusUnavailable()

describe.skipIf(reason !== undefined)(
  `answers beside a Prometheus'${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 300_000 },
  () => {
    let scene: PeerScene
    beforeAll(async () => {
      scene = await startPeerScene(process.env['MILLRACE_PROMETHEUS'] ?? '')
    }, 180_000)
    afterAll(async () => await scene?.close(), 60_000)

    it.each(Object.keys(requests(0)))('says the same: %s', async kind => {
      const asked = requests(scene.zeroMs)[kind] ?? []
      expect(await differences({ ...scene, ask }, asked, 1e-12)).toEqual([])
    })

    it('answers what Prometheus refuses or tells in other digits', async () => {
      for (const request of widerRequests(scene.zeroMs)) {
        const { status, text } = await ask(scene.ours, request)
        expect([request.parameters, status, text]).toEqual([request.parameters, 200, expect.any(String)])
      }
    })
  },
)
