import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failedId, shopStartMs, shopTraces } from '../shop-traces.ts'
import { until } from '../stack.ts'
import { Hands } from './hands.ts'
import { accessFaults, isPageMissing, type PageScene, startPageScene } from './scene.ts'

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

let scene: PageScene
let page: Page
let folder: string

let hands: Hands

const go = (path: string) => hands.go(path)
const focused = () => page.evaluate<string>('document.activeElement.textContent')

async function postTraces(): Promise<void> {
  const response = await fetch(`http://${scene.stack.address('agent', 'otlpHttp')}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(shopTraces),
  })
  expect(response.status).toBe(200)
}

/** All of it, from its left to its right. */
async function isInSight(element: Locator): Promise<boolean> {
  const box = await element.boundingBox()
  return box !== null && box.x >= 0 && box.x + box.width <= 390
}

const isThere = async (path: string, text: string) =>
  (await (await fetch(scene.stack.url + path)).text()).includes(text)

describe.skipIf(isPageMissing)('the pages', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-pages-'))
    const file = join(folder, 'rules.yaml')
    writeFileSync(file, rules)
    scene = await startPageScene([
      'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}, {type: hostmetrics, intervalMs: 500}]',
      'query.streams=write',
      `rules=[${JSON.stringify(file)}]`,
    ])
    await scene.post('shop', [
      { text: 'order placed', agoMs: 60_000 },
      { text: 'card refused', level: 17, agoMs: Date.now() - shopStartMs - 1_200, traceId: failedId },
    ])
    await scene.post('web', [{ text: 'page served', agoMs: 60_000 }])
    await postTraces()
    await scene.hasLines('{service=~"shop|web"}', 3)
    await until(() => isThere(`/api/traces/${failedId}`, 'SELECT'), 30_000, scene.stack.output)
    await until(() => isThere('/api/metrics/names', 'system_memory_usage'), 30_000, scene.stack.output)
    page = await scene.open('/fleet')
    hands = new Hands(page, scene.stack.url)
    await page.getByRole('row', { name: /running/ }).waitFor()
  }, 120_000)

  afterAll(async () => {
    await scene?.close()
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  it('finds traces, goes through the spans of one by keyboard, and to its lines and back', async () => {
    await hands.goByKeys('t', 'Traces')
    const rows = page.getByRole('table', { name: 'Traces' }).getByRole('row')
    await rows.filter({ hasText: 'POST /checkout' }).waitFor()
    await rows.nth(1).focus()
    await page.keyboard.press('End')
    expect(await focused()).toContain('POST /checkout')
    await hands.expectNoFaults()
    await page.keyboard.press('Enter')
    await page.getByRole('tree', { name: 'Waterfall' }).focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await page.getByRole('complementary', { name: 'Span' }).getByText('web: pay').waitFor()
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => page.getByRole('treeitem').count()).toBe(2)
    await page.keyboard.press('ArrowRight')
    await page.getByRole('treeitem', { name: /error cart Pay 300 ms/ }).waitFor()
    await hands.expectNoFaults()
    await page.getByRole('link', { name: 'Its lines' }).click()
    await page.getByTestId('lines').getByText('card refused').waitFor()
    await page.goBack()
    await page.getByRole('treeitem', { name: /web POST \/checkout/ }).waitFor()
  })

  it('says which service and which of its operations is slow, in the address', async () => {
    await go('/traces?tab=services')
    await page.getByRole('row', { name: /^web/ }).click()
    await page.getByRole('table', { name: 'Operations of web' }).waitFor()
    await hands.expectNoFaults()
    await page.goBack()
    await page.getByRole('table', { name: 'Services' }).waitFor()
    await page.getByRole('button', { name: 'All operations' }).click()
    const all = page.getByRole('table', { name: 'All operations' })
    await all.getByRole('row', { name: /^web POST \/checkout/ }).waitFor()
    await all.getByRole('button', { name: 'p99' }).click()
    await hands.expectNoFaults()
    expect(hands.parameter('operations')).toBe('true')
    await page.getByRole('tab', { name: 'Services' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('table').getByText('cart').first().waitFor()
    await hands.expectNoFaults()
  })

  it('reads a topic, and says how far a group is', async () => {
    await hands.goByKeys('s', 'Streams')
    const topics = page.getByRole('row')
    await topics.filter({ hasText: 'otlp_logs' }).focus()
    await hands.expectNoFaults()
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Text' }).fill('refused')
    await page.keyboard.press('Enter')
    await page.getByRole('row', { name: /card refused/ }).click()
    await page.getByText('stringValue').first().waitFor()
    await hands.expectNoFaults()
    await page.getByLabel('From').fill('now-10m')
    await page.getByRole('textbox', { name: 'Text' }).fill('')
    await page.getByRole('button', { name: 'Read' }).click()
    await page.getByRole('button', { name: 'The youngest' }).click()
    await page.getByRole('row', { name: /card refused/ }).waitFor()
    await page.goBack()
    await page.getByRole('row', { name: /card refused/ }).waitFor()
    await go('/streams/groups')
    await page.getByRole('row', { name: /millrace-aggregator/ }).click()
    await page.getByText('Records behind').first().waitFor()
    await page.getByRole('button', { name: 'Reset offsets' }).click()
    await page.getByRole('dialog').waitFor()
    await hands.expectNoFaults()
    await hands.leaveDialog()
  })

  it('shows what fires, silences it, and tries a rule', async () => {
    await hands.goByKeys('a', 'Alerts')
    await page.getByRole('row', { name: /ShopFails/ }).waitFor()
    await hands.expectNoFaults()
    await page.getByRole('link', { name: 'what it asked' }).first().click()
    await page.getByRole('region', { name: 'The query over time' }).locator('canvas').waitFor()
    await page.getByRole('button', { name: 'Its lines' }).click()
    await page
      .getByRole('tab', { name: 'Lines' })
      .or(page.getByRole('button', { name: 'Lines' }))
      .first()
      .waitFor()
    expect(hands.parameter('query')).toBe('{service="shop", level="error"}')
    await page.goBack()
    await page.goBack()
    await page
      .getByRole('row', { name: /ShopFails/ })
      .getByRole('button', { name: 'Silence' })
      .click()
    await page.getByLabel('Why').fill('known')
    await page.getByLabel('By').fill('ada')
    await page.getByRole('button', { name: 'Silence' }).click()
    await page.getByRole('table', { name: 'Silences' }).getByText('known').waitFor()
    await hands.expectNoFaults()
    await go('/alerts/editor')
    await page.getByLabel('Fires where this is there').fill('count_over_time({service="shop"}[1h]) > 0')
    await page.getByLabel('Every').fill('1s')
    await page.getByLabel('For', { exact: true }).fill('')
    await page.getByRole('button', { name: 'Try on the last week' }).click()
    await page.getByRole('heading', { name: 'The rule' }).waitFor()
    await hands.expectNoFaults()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'see the rules' }).click()
    const saved = page.getByRole('region', { name: 'ManyErrors' })
    await saved.getByRole('row', { name: /ManyErrors.*count_over_time/ }).waitFor()
    await saved.getByRole('cell', { name: /^(firing|pending)$/ }).waitFor()
    await hands.expectNoFaults()
    await saved.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await expect.poll(() => saved.count()).toBe(0)
    await page.getByRole('region', { name: 'shop' }).waitFor()
  })

  it('shows the agents, and what one does', async () => {
    await hands.goByKeys('f', 'Fleet')
    await page.getByText('1 agent', { exact: true }).waitFor()
    await hands.expectNoFaults()
    await page.getByRole('row', { name: /running/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Sources' }).waitFor()
    await hands.expectNoFaults()
  })

  it('tries changed rules on the lines of an agent, and says where they are wrong', async () => {
    await page.getByRole('link', { name: 'Try changed rules' }).click()
    const rules = page.getByLabel('Rules, as in millrace.yaml')
    await rules.fill("agent: { transforms: [ { type: drop, where: '|= oops' } ] }")
    await page.getByRole('button', { name: 'Try', exact: true }).click()
    await page
      .getByRole('alert')
      .getByText(/^rules\.yaml:1:\d+: agent\.transforms\[0\]\.where/)
      .waitFor()
    await hands.expectNoFaults()
    const drop = `{ name: orders, type: drop, where: '|= "order placed"' }`
    await rules.fill(
      `agent: { transforms: [ ${drop}, { name: team, type: set, fields: { team: a }, where: 'service="web"' } ] }`,
    )
    await page.getByRole('button', { name: 'Try', exact: true }).click()
    const table = page.getByRole('table', { name: 'What each rule did' })
    await table.getByRole('row', { name: /^orders 1 0 1/ }).waitFor()
    await page.getByText('order placed', { exact: true }).waitFor()
    await table.getByRole('row', { name: /^team 1 1 0/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('figure').getByText('page served').waitFor()
    await hands.expectNoFaults()
    expect(hands.parameter('rules')).toContain('team: a')
    await page.getByLabel('Lines of').selectOption({ index: 1 })
    await page.getByRole('button', { name: 'Try', exact: true }).click()
    await page.getByText('Of 3 lines 2 would be kept').waitFor()
  })

  it('tells of the disk, and makes a token that is revoked', async () => {
    await hands.goByKeys('d', 'Admin')
    await page.getByRole('heading', { name: 'Retention' }).waitFor()
    await hands.expectNoFaults()
    await go('/admin/tokens')
    await page.getByLabel('Name').fill('for a test')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('millrace_').waitFor()
    await hands.leaveDialog()
    await hands.expectNoFaults()
    await page.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('There are no tokens yet.').waitFor()
  })

  it('draws a metric in its unit, and a formula over two', async () => {
    await hands.goByKeys('m', 'Metrics')
    await page.getByLabel('Find').fill('memory usage')
    await page.getByRole('row', { name: /system_memory_usage_bytes/ }).focus()
    await hands.expectNoFaults()
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Drawing' }).locator('canvas').waitFor()
    await page
      .getByRole('cell', { name: / [GM]B$/ })
      .first()
      .waitFor()
    await page.getByRole('button', { name: /^\+ query/ }).click()
    await page.getByLabel('PromQL b').fill('$a / 2')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^b: / }).first().waitFor()
    await hands.expectNoFaults()
  })

  it('marks where a query is wrong, and says it', async () => {
    await go('/metrics?query=sum(rate(system_network_io_bytes_total[5m]))+by+(host')
    await page.getByRole('alert').getByText('the query ends too early').waitFor()
    await page.locator('.cm-lintRange-error, .cm-lintPoint-error').first().waitFor({ state: 'attached' })
    expect(await page.getByLabel('PromQL', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    await hands.expectNoFaults()
  })

  it('goes to a trace and to a service by the command menu', async () => {
    await go('/fleet')
    await page.getByRole('row', { name: /running/ }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog', { name: 'Go to' }).waitFor()
    await page.keyboard.type(failedId)
    await hands.expectNoFaults()
    await page.keyboard.press('Enter')
    await page.getByRole('treeitem', { name: /web POST \/checkout/ }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await hands.expectNoFaults()
    await hands.leaveDialog()
  })

  it('says what there is where an address has no page, and what is not there', async () => {
    await go('/nothing-such')
    await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor()
    await hands.expectNoFaults()
    for (const path of [
      '/metrics/none',
      '/traces/services',
      '/streams/none',
      '/streams/topics/none/more',
      '/alerts/none',
      '/admin/none',
    ]) {
      await go(path)
      await page.getByRole('heading', { level: 2, name: `There is no page ${path}` }).waitFor()
    }
    for (const path of [
      '/traces/00000000000000000000000000000001',
      '/streams/topics/none',
      '/dashboards/none',
    ]) {
      await go(path)
      await page.getByRole('alert').first().waitFor()
      expect(await accessFaults(page)).toEqual([])
    }
  })

  it('says that a view broke, and leaves the others be', async () => {
    await go('/admin')
    await page.getByRole('heading', { name: 'Retention' }).waitFor()
    await page.route('**/assets/fleet-*.js', route => route.abort())
    await page.getByRole('link', { name: 'Fleet' }).click()
    await page.getByRole('heading', { level: 1, name: 'This view broke' }).waitFor()
    await hands.expectNoFaults()
    await page.getByRole('link', { name: 'Admin' }).click()
    await page.getByRole('heading', { name: 'Retention' }).waitFor()
    await page.goBack()
    await page.unroute('**/assets/fleet-*.js')
    await page.getByRole('button', { name: 'Load the page anew' }).click()
    await page.getByRole('row', { name: /running/ }).waitFor()
  })

  it('can be used on a phone', async () => {
    const phone = await scene.open(`/traces/${failedId}`, { width: 390, height: 844 })
    await phone.getByRole('treeitem', { name: /web POST \/checkout/ }).waitFor()
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390)
    expect(await accessFaults(phone)).toEqual([])
    for (const name of ['Traces', 'Streams'])
      await expect.poll(() => isInSight(phone.getByRole('link', { name, exact: true }))).toBe(true)
    for (const [path, tab] of [
      ['/alerts/editor', 'Write a rule'],
      ['/streams/access', 'Access and quotas'],
    ] as const) {
      await phone.goto(scene.stack.url + path)
      await expect.poll(() => isInSight(phone.getByRole('tab', { name: tab }))).toBe(true)
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390)
    }
    await phone.goto(`${scene.stack.url}/alerts/silences`)
    expect(await isInSight(phone.getByLabel('Of alerts with'))).toBe(true)
    expect(scene.errors).toEqual([])
  })
})
