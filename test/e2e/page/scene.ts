import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { root } from '../../house/sources.ts'
import { type Stack, searchLogs, startStack, until } from '../stack.ts'

const executablePath = '/usr/bin/chromium'
/** chromium comes from the distribution (apt-get install chromium) and the page from npm run build:ui. */
export const isPageMissing = !existsSync(executablePath) || !existsSync(`${root}/dist/ui/index.html`)

/** What a browser loads before anything is shown, compressed. */
export function firstLoadBytes(): number {
  const index = readFileSync(`${root}/dist/ui/index.html`, 'utf8')
  const files = [...index.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(match => match[1] ?? '')
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(`${root}/dist/ui${file}`)).length, 0)
}

export interface Line {
  text: string
  level?: number
  agoMs?: number
  attributes?: Record<string, string>
  traceId?: string
}

export interface PageScene {
  stack: Stack
  browser: Browser
  /** A page of its own, and what went wrong on it. */
  open(path: string, size?: { width: number; height: number }): Promise<Page>
  errors: string[]
  post(service: string, lines: readonly Line[]): Promise<void>
  /** Waits until so many lines are in the store. */
  hasLines(query: string, count: number): Promise<void>
  close(): Promise<void>
}

/** A whole system and a browser to look at it. */
export async function startPageScene(set: readonly string[] = []): Promise<PageScene> {
  const stack = await startStack([
    'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}]',
    'agent.heartbeatMs=500',
    'telemetry.enabled=false',
    ...set,
  ])
  const browser = await chromium.launch({ executablePath })
  const errors: string[] = []
  const contexts: BrowserContext[] = []
  return {
    stack,
    browser,
    errors,
    open: async (path, viewport = { width: 1280, height: 720 }) => {
      const context = await browser.newContext({ viewport, reducedMotion: 'reduce' })
      contexts.push(context)
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      page.on('pageerror', error => errors.push(error.message))
      await page.goto(stack.url + path)
      return page
    },
    post: (service, lines) => postLines(stack, service, lines),
    hasLines: (query, count) =>
      until(
        async () =>
          (await searchLogs(stack, { query, limit: '1000', start: 'now-10d' })).logs.length === count,
        30_000,
        stack.output,
      ),
    close: async () => {
      await browser.close()
      await stack.stop()
    },
  }
}

async function postLines(stack: Stack, service: string, lines: readonly Line[]): Promise<void> {
  const asAttributes = (values: Record<string, string>) =>
    Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  const logRecords = lines.map(({ text, level = 9, agoMs = 0, attributes = {}, traceId }) => ({
    timeUnixNano: String(BigInt(Date.now() - agoMs) * 1_000_000n),
    severityNumber: level,
    body: { stringValue: text },
    attributes: asAttributes(attributes),
    ...(traceId === undefined ? {} : { traceId, spanId: '00f067aa0ba902b7' }),
  }))
  const resource = { attributes: asAttributes({ 'service.name': service, 'host.name': 'h1' }) }
  const response = await fetch(`http://${stack.address('agent', 'otlpHttp')}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
  })
  expect(response.status).toBe(200)
}

const axe = `${root}/node_modules/axe-core/axe.min.js`

/** What axe finds wrong on a page, by rule and place. */
export async function accessFaults(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(axe, 'utf8'))
  const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run()')
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`),
  )
}

interface Violation {
  id: string
  nodes: { target: string[]; html: string }[]
}
