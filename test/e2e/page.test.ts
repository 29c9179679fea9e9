import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../house/sources.ts'
import { type Stack, searchLogs, startStack, until } from './stack.ts'

const executablePath = '/usr/bin/chromium'
const missing = !existsSync(executablePath) || !existsSync(`${root}/dist/ui/index.html`)

let stack: Stack
let browser: Browser
let page: Page
const errors: string[] = []

async function post(
  service: string,
  lines: { text: string; level: number; agoMs?: number }[],
): Promise<void> {
  const logRecords = lines.map(({ text, level, agoMs = 0 }) => ({
    timeUnixNano: String(BigInt(Date.now() - agoMs) * 1_000_000n),
    severityNumber: level,
    body: { stringValue: text },
    attributes: [{ key: 'route', value: { stringValue: '/cart' } }],
  }))
  const attributes = [
    { key: 'service.name', value: { stringValue: service } },
    { key: 'host.name', value: { stringValue: 'h1' } },
  ]
  const response = await fetch(`http://${stack.address('agent', 'otlpHttp')}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] }),
  })
  expect(response.status).toBe(200)
}

// chromium comes from the distribution (apt-get install chromium) and the page from npm run build:ui
describe.skipIf(missing)('the page in Chromium', () => {
  beforeAll(async () => {
    stack = await startStack([
      'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}, {type: hostmetrics, intervalMs: 500}]',
      'telemetry.enabled=false',
    ])
    const minute = 60_000
    await post(
      'web',
      Array.from({ length: 400 }, (_, i) => ({ text: `GET /cart ${i}`, level: 9, agoMs: (i % 50) * minute })),
    )
    await post(
      'shop',
      Array.from({ length: 60 }, (_, i) => ({
        text: `payment ${i} refused`,
        level: 17,
        agoMs: (i % 20) * minute,
      })),
    )
    await until(
      async () => (await searchLogs(stack, { query: '{host="h1"}', limit: '1000' })).logs.length === 460,
      30_000,
      stack.output,
    )
    browser = await chromium.launch({ executablePath })
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
    page.on('pageerror', error => errors.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error' && !message.text().includes('400')) errors.push(message.text())
    })
    await page.goto(stack.url)
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
  }, 60_000)

  it('opens on Explore and shows lines', async () => {
    await page.getByTestId('lines').getByText('payment 0 refused').first().waitFor()
    expect(page.url()).toContain('/explore')
    // the editor replaces the plain field as soon as it has come
    await page.locator('.cm-content').waitFor()
  }, 20_000)

  it('takes a query and shows only what matches, with the query in the address', async () => {
    await page.getByLabel('Query').fill('{service="shop"} |= "refused"')
    await page.keyboard.press('Enter')
    await page.getByTestId('lines').getByText('payment 3 refused').first().waitFor()
    await page.getByText('60 lines loaded').waitFor()
    expect(await page.getByTestId('lines').getByText('GET /cart').count()).toBe(0)
    expect(page.url()).toContain('shop')
  }, 20_000)

  it('opens a line, and a click on a value filters by it', async () => {
    await page.getByTestId('lines').getByText('payment 3 refused').first().click()
    await page.getByRole('rowheader', { name: 'route' }).waitFor()
    await page.getByTitle('only route = /cart').click()
    await expect.poll(() => page.getByLabel('Query').textContent()).toContain('route="/cart"')
  }, 20_000)

  it('completes labels and their values', async () => {
    await page.getByLabel('Query').fill('')
    await page.getByLabel('Query').pressSequentially('{ser')
    await page.getByRole('option', { name: 'service' }).click()
    await page.getByLabel('Query').pressSequentially('="sh')
    await page.getByRole('option', { name: /shop/ }).click()
    expect(await page.getByLabel('Query').textContent()).toBe('{service="shop"}')
  }, 20_000)

  it('shows where a query is wrong', async () => {
    await page.getByLabel('Query').fill('{service="shop"')
    await page.keyboard.press('Enter')
    const alert = page.getByRole('alert')
    await alert.getByText('the stream selector does not end').waitFor()
    expect(await alert.textContent()).toContain('add a closing }')
    expect(await page.getByLabel('Query').getAttribute('aria-invalid')).toBe('true')
  }, 20_000)

  it('looks closer where the histogram is brushed', async () => {
    await page.getByLabel('Query').fill('{host="h1"}')
    await page.keyboard.press('Enter')
    await page.getByTestId('lines').getByText('GET /cart').first().waitFor()
    const box = await page.getByTestId('histogram').boundingBox()
    if (box === null) throw new Error('the histogram has no place on the page')
    await page.mouse.move(box.x + box.width * 0.3, box.y + 40)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.6, box.y + 40, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => new URL(page.url()).searchParams.get('start')).toMatch(/^\d{13}$/)
    const { searchParams } = new URL(page.url())
    const width = Number(searchParams.get('end')) - Number(searchParams.get('start'))
    expect(width).toBeGreaterThan(10 * 60_000)
    expect(width).toBeLessThan(30 * 60_000)
  }, 20_000)

  it('follows lines live, pauses and goes on', async () => {
    await page.goto(`${stack.url}/explore`)
    await page.getByRole('button', { name: 'Live' }).click()
    // a service that is quiet shows its last lines
    await page.getByTestId('tail').getByText('GET /cart').first().waitFor()
    await post('web', [{ text: 'a fresh line', level: 13 }])
    await page.getByTestId('tail').getByText('a fresh line').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await post('web', [{ text: 'while paused', level: 9 }])
    await page.getByText('Paused, 1 new').waitFor()
    expect(await page.getByTestId('tail').getByText('while paused').count()).toBe(0)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByTestId('tail').getByText('while paused').waitFor()
  }, 40_000)

  it("shows this host's metrics as charts", async () => {
    await page.goto(`${stack.url}/dashboards/host?start=now-5m`)
    const memory = page.getByRole('region', { name: 'Memory', exact: true })
    await memory.locator('canvas').waitFor()
    await memory.getByRole('button', { name: /used/ }).waitFor()
    await page.getByRole('region', { name: 'Load, 1 minute' }).locator('canvas').waitFor()
  }, 20_000)

  it('had no error in its console', () => {
    expect(errors).toEqual([])
  })
})
