import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { failedId, shopStartMs, shopTraces } from '../shop-traces.ts'
import { type Stack, until } from '../stack.ts'
import { Hands } from './hands.ts'
import { type PageScene, startPageScene } from './scene.ts'

const rules = `
groups:
  - name: shop
    interval: 1s
    rules:
      - alert: ShopFails
        expr: sum by (service) (count_over_time({service="shop", level="error"}[1h])) > 0
        labels: { severity: page }
        annotations: { summary: '{{ $labels.service }} fails' }
`

export interface Pages {
  scene: PageScene
  page: Page
  hands: Hands
  close: () => Promise<void>
}

/** A shop with lines, spans, metrics of its host and a rule that fires, with the agents in sight. */
export async function startPages(): Promise<Pages> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-pages-'))
  const file = join(folder, 'rules.yaml')
  writeFileSync(file, rules)
  const scene = await startPageScene([
    'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}, {type: hostmetrics, intervalMs: 500}]',
    'query.streams=write',
    `rules=[${JSON.stringify(file)}]`,
  ])
  await scene.post('shop', [
    { text: 'order placed', agoMs: 60_000 },
    { text: 'card refused', level: 17, agoMs: Date.now() - shopStartMs - 1_200, traceId: failedId },
  ])
  await scene.post('web', [{ text: 'page served', agoMs: 60_000 }])
  await postTraces(scene.stack)
  await scene.hasLines('{service=~"shop|web"}', 3)
  await until(() => isThere(scene.stack, `/api/traces/${failedId}`, 'SELECT'), 30_000, scene.stack.output)
  await until(
    () => isThere(scene.stack, '/api/metrics/names', 'system_memory_usage'),
    30_000,
    scene.stack.output,
  )
  const page = await scene.open('/fleet')
  await page.getByRole('row', { name: /running/ }).waitFor()
  return {
    scene,
    page,
    hands: new Hands(page, scene.stack.url),
    close: async () => {
      await scene.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function postTraces(stack: Stack): Promise<void> {
  const response = await fetch(`http://${stack.address('agent', 'otlpHttp')}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(shopTraces),
  })
  expect(response.status).toBe(200)
}

async function isThere(stack: Stack, path: string, text: string): Promise<boolean> {
  return (await (await fetch(stack.url + path)).text()).includes(text)
}
