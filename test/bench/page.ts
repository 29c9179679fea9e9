import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { stringify } from 'yaml'
import { firstLoadBytes } from '../e2e/page/scene.ts'
import { type Stack, searchLogs, startStack, until } from '../e2e/stack.ts'
import type { BenchRow } from './types.ts'

const executablePath = '/usr/bin/chromium'
const lines = 10_000
const panels = 50
const spans = 10_000
const traceId = '5'.repeat(32)
const interactions = 40

/**
 * How soon the page shows what comes of a click or a key, among many lines and many panels, as Chromium measures it (Event Timing: to
 * the next paint, in steps of 8 ms); and what the first load weighs. The floor is the same on an empty page of the same browser.
 */
export async function run(): Promise<BenchRow[]> {
  if (!existsSync(executablePath)) throw new Error('there is no chromium: apt-get install chromium')
  const stack = await startStack([
    'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}]',
    'telemetry.enabled=false',
  ])
  const browser = await chromium.launch({ executablePath })
  try {
    await fill(stack)
    const floor = await floorOf(await opened(browser, 'data:text/html,<button>a</button>'))
    return [
      await amongLines(stack, browser, floor),
      await amongPanels(stack, browser, floor),
      await amongSpans(stack, browser, floor),
      firstLoad(),
    ]
  } finally {
    await browser.close()
    await stack.stop()
  }
}

async function floorOf(page: Page): Promise<number> {
  const figure = await worst(page, () => page.locator('button').click())
  await page.close()
  return figure
}

async function fill(stack: Stack): Promise<void> {
  await Promise.all([fillLines(stack), fillSpans(stack)])
}

const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] }

async function post(stack: Stack, path: string, body: object): Promise<void> {
  await fetch(`http://${stack.address('agent', 'otlpHttp')}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** One trace, of which each span has called the next eight. */
async function fillSpans(stack: Stack): Promise<void> {
  const idOf = (i: number) => (i + 1).toString(16).padStart(16, '0')
  const startNs = BigInt(Date.now() - 60_000) * 1_000_000n
  const all = Array.from({ length: spans }, (_, i) => ({
    traceId,
    spanId: idOf(i),
    parentSpanId: i === 0 ? '' : idOf(Math.floor((i - 1) / 8)),
    name: `step ${i % 50}`,
    kind: 2,
    startTimeUnixNano: String(startNs + BigInt(i) * 10_000n),
    endTimeUnixNano: String(startNs + BigInt(spans) * 20_000n - BigInt(i) * 10_000n),
  }))
  for (let from = 0; from < spans; from += 1_000)
    await post(stack, '/v1/traces', {
      resourceSpans: [{ resource, scopeSpans: [{ spans: all.slice(from, from + 1_000) }] }],
    })
  await until(async () => {
    const response = await fetch(`${stack.url}/api/traces/${traceId}`)
    return ((await response.json()) as { spans?: unknown[] }).spans?.length === spans
  }, 60_000)
}

async function fillLines(stack: Stack): Promise<void> {
  const nowMs = Date.now()
  for (let from = 0; from < lines; from += 1_000) {
    const logRecords = Array.from({ length: 1_000 }, (_, i) => ({
      timeUnixNano: String(BigInt(nowMs - (from + i) * 100) * 1_000_000n),
      severityNumber: (from + i) % 10 === 0 ? 17 : 9,
      body: { stringValue: `GET /carts/${from + i} took ${i} ms` },
      attributes: [{ key: 'status', value: { stringValue: String(200 + (i % 4) * 100) } }],
    }))
    await post(stack, '/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
  }
  const last = `GET /carts/${lines - 1} `
  await until(async () => (await searchLogs(stack, { query: `{} |= "${last}"` })).logs.length === 1, 60_000)
}

/** Run in the page, before anything of it: keeps how long each click and key took to its next paint. */
const watch = `
  globalThis.taken = []
  new PerformanceObserver(list => {
    for (const { interactionId, duration } of list.getEntries()) if (interactionId) taken.push(duration)
  }).observe({ type: 'event', durationThreshold: 16, buffered: true })
`

async function opened(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.addInitScript({ content: watch })
  await page.goto(address)
  return page
}

/** Interactions one after the other; the longest of them that Chromium has seen, but for the slowest fiftieth (INP). */
async function worst(page: Page, interact: (i: number) => Promise<void>): Promise<number> {
  await page.evaluate('taken.length = 0')
  for (let i = 0; i < interactions; i++) {
    await interact(i)
    await page.waitForTimeout(60)
  }
  const taken = (await page.evaluate('taken')) as number[]
  const sorted = taken.sort((a, b) => a - b)
  // what is below 16 ms is not told
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.98) - 1)] ?? 16
}

const keys = ['ArrowDown', 'Enter', 'ArrowUp', 'Escape'] as const

async function amongLines(stack: Stack, browser: Browser, floor: number): Promise<BenchRow> {
  const page = await opened(browser, `${stack.url}/explore`)
  const list = page.getByTestId('lines')
  await list.waitFor()
  const loaded = async () =>
    Number(/([\d,]+) lines/.exec(await shownBelow(page))?.[1]?.replaceAll(',', '') ?? 0)
  await list.hover()
  for (let i = 0; i < 600 && (await loaded()) < lines; i++) {
    await page.mouse.wheel(0, 20_000)
    await page.waitForTimeout(20)
  }
  const box = await list.boundingBox()
  if (box === null) throw new Error('the list of lines has no place on the page')
  const figure = await worst(page, async i => {
    await page.mouse.click(box.x + box.width / 2, box.y + 60 + 24 * (i % 12))
    await page.keyboard.press(keys[i % keys.length] as string)
  })
  const notes = await shownBelow(page)
  await page.close()
  return row(
    `page: interaction to next paint among ${lines.toLocaleString('en')} lines`,
    figure,
    floor,
    notes,
  )
}

async function shownBelow(page: Page): Promise<string> {
  return (await page.locator('footer').first().textContent()) ?? ''
}

async function amongPanels(stack: Stack, browser: Browser, floor: number): Promise<BenchRow> {
  const names = Array.from({ length: panels }, (_, i) => `p${i}`)
  const query = 'sum by (level) (rate({service="web"}[1m]))'
  const plugin = { kind: 'LokiTimeSeriesQuery', spec: { query } }
  const panel = {
    spec: { plugin: { kind: 'TimeSeriesChart' }, queries: [{ kind: 'TimeSeriesQuery', spec: { plugin } }] },
  }
  const items = names.map((key, i) => ({
    x: (i % 4) * 6,
    y: Math.floor(i / 4) * 6,
    width: 6,
    height: 6,
    content: { $ref: `#/spec/panels/${key}` },
  }))
  const spec = { panels: Object.fromEntries(names.map(key => [key, panel])), layouts: [{ spec: { items } }] }
  await fetch(`${stack.url}/api/dashboards/bench`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      text: stringify({ kind: 'Dashboard', metadata: { name: 'bench' }, spec }),
      base: 0,
    }),
  })
  const page = await opened(browser, `${stack.url}/dashboards/bench`)
  await page
    .locator('canvas')
    .nth(panels - 1)
    .waitFor({ timeout: 120_000 })
  const legend = page.locator('section[aria-label] ul button')
  const count = await legend.count()
  const figure = await worst(page, i => legend.nth((i * 7) % count).click())
  await page.close()
  return row(`page: interaction to next paint among ${panels} panels`, figure, floor, '')
}

const treeKeys = ['End', 'ArrowUp', 'Home', 'ArrowLeft', 'ArrowRight', 'ArrowDown'] as const

async function amongSpans(stack: Stack, browser: Browser, floor: number): Promise<BenchRow> {
  const page = await opened(browser, `${stack.url}/traces/${traceId}`)
  const tree = page.getByRole('tree', { name: 'Waterfall' })
  await tree.getByRole('treeitem').first().waitFor()
  await tree.focus()
  const figure = await worst(page, async i => {
    await page.keyboard.press(treeKeys[i % treeKeys.length] as string)
    await tree.getByRole('treeitem').nth(5).click()
    await tree.focus()
  })
  const named = spans.toLocaleString('en')
  await page.close()
  return row(`page: interaction to next paint among ${named} spans`, figure, floor, '')
}

function row(name: string, figure: number, floor: number, notes: string): BenchRow {
  return {
    name,
    figure,
    unit: 'ms',
    floor,
    ratio: figure / floor,
    notes: `floor: an empty page ${notes}`.trim(),
  }
}

function firstLoad(): BenchRow {
  return { name: 'page: first load, compressed', figure: firstLoadBytes() / 1000, unit: 'kB' }
}
