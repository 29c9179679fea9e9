import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')

interface Link {
  datasourceUid: string
  matcherRegex?: string
}
interface DataSource {
  uid: string
  type: string
  url: string
  jsonData: { tracesToLogsV2?: Link; derivedFields?: Link[]; exemplarTraceIdDestinations?: Link[] }
}
const { datasources } = parse(read('grafana/datasources.yaml')) as { datasources: DataSource[] }

/** What the plugin of each kind asks when somebody presses "Save & test", and what it wants to hear. */
const health: Record<string, { path: string; init?: RequestInit; wants: (text: string) => boolean }> = {
  loki: {
    path: `/loki/api/v1/query?${new URLSearchParams({ query: 'vector(1)+vector(1)', direction: 'backward', time: String(Date.now() * 1e6) })}`,
    wants: text => JSON.parse(text).data.result[0].value[1] === '2',
  },
  prometheus: {
    path: '/api/v1/query',
    init: {
      method: 'POST',
      body: new URLSearchParams({ query: '1+1', time: String(Date.now() / 1000) }),
    },
    wants: text => JSON.parse(text).data.result[1] === '2',
  },
  tempo: { path: '/api/echo', wants: text => text === 'echo' },
  jaeger: { path: '/api/services', wants: text => Array.isArray(JSON.parse(text).data) },
}

describe.skipIf(reason !== undefined)(
  `docs/grafana.md${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
    }, 30_000)
    afterAll(() => scene?.close())

    it('provisions a data source of each kind, and the page names their addresses', () => {
      expect(datasources.map(({ type }) => type)).toEqual(['loki', 'prometheus', 'tempo', 'jaeger'])
      for (const { url } of datasources)
        expect(read('grafana.md')).toContain(`\`${url.replace('127.0.0.1', 'HOST')}\``)
    })

    it.each(datasources)('$type is healthy where the file says it is', async ({ type, url }) => {
      const { path, init, wants } = health[type] as (typeof health)['loki']
      const response = await scene.request(`${new URL(url).pathname.replace(/\/$/, '')}${path}`, init)
      const text = await response.text()
      expect([response.status, wants(text), text]).toEqual([200, true, text])
    })

    it('leads from lines and exemplars to traces, and back', () => {
      const uids = datasources.map(({ uid }) => uid)
      const links = datasources.flatMap(({ jsonData: links }) => [
        ...(links.tracesToLogsV2 === undefined ? [] : [links.tracesToLogsV2]),
        ...(links.derivedFields ?? []),
        ...(links.exemplarTraceIdDestinations ?? []),
      ])
      expect(links).toHaveLength(5)
      for (const { datasourceUid } of links) expect(uids).toContain(datasourceUid)
    })

    it.each([
      ['{"trace_id":"0af7651916cd43dd8448eb211c80319c"}'],
      ['level=info traceId=0af7651916cd43dd8448eb211c80319c msg=x'],
      ['trace_id: 0af7651916cd43dd8448eb211c80319c'],
    ])('finds the trace in the text of %s', line => {
      const [, inText] = datasources[0]?.jsonData.derivedFields ?? []
      expect(new RegExp(inText?.matcherRegex ?? '').exec(line)?.[1]).toBe('0af7651916cd43dd8448eb211c80319c')
    })
  },
)
