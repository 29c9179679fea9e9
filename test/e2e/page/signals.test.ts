import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Hands } from './hands.ts'
import { type Pages, startPages } from './pages-scene.ts'
import { isPageMissing, type PageScene } from './scene.ts'

let pages: Pages
let scene: PageScene
let page: Page
let hands: Hands

const go = (path: string) => hands.go(path)
const focused = () => page.evaluate<string>('document.activeElement.textContent')

describe.skipIf(isPageMissing)('traces, topics, alerts and metrics', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    pages = await startPages()
    scene = pages.scene
    page = pages.page
    hands = pages.hands
  }, 120_000)

  afterAll(() => pages?.close(), 60_000)

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

  it('leads from a trace back to the search that found it', async () => {
    await go('/traces?status=error&start=now-3h')
    await page.getByRole('table', { name: 'Traces' }).getByText('POST /checkout').click()
    await page.getByRole('treeitem').nth(1).click()
    await page.getByRole('complementary', { name: 'Span' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'All traces' }).click()
    await page.getByRole('table', { name: 'Traces' }).waitFor()
    expect([hands.parameter('status'), hands.parameter('start')]).toEqual(['error', 'now-3h'])
  })

  it('keeps in the address what is looked for in a list, and which record is open', async () => {
    await go('/streams')
    await page.getByLabel('Find').fill('LOGS')
    await expect.poll(() => hands.parameter('find')).toBe('LOGS')
    await page.reload()
    await page.getByRole('row', { name: /^otlp_logs/ }).click()
    await page.getByRole('table', { name: 'Records' }).getByRole('row').nth(2).click()
    const record = page.getByRole('complementary', { name: 'Record' })
    const which = await record.getByRole('heading', { level: 2 }).textContent()
    await record.getByRole('link', { name: 'Link to this record' }).click()
    await expect.poll(() => hands.parameter('from')).toMatch(/^offset:\d+$/)
    await page.reload()
    await record.getByRole('heading', { level: 2, name: String(which) }).waitFor()
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
    expect(await all.getByRole('columnheader', { name: 'p99' }).first().getAttribute('aria-sort')).toBe(
      'descending',
    )
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

  it('tries a rule over traces, with the labels that its alerts have', async () => {
    await hands.go('/alerts/editor')
    await page.getByLabel('Over').selectOption('traceql')
    await page.getByLabel('Fires where this is there').fill('{} | rate() by (resource.service.name) > 0')
    await page.getByLabel('For', { exact: true }).fill('')
    await page.getByRole('button', { name: 'Try on the last week' }).click()
    await page.getByText('type: traceql').waitFor()
    await page
      .getByText(/resource_service_name="/)
      .first()
      .waitFor()
    await hands.expectNoFaults()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'see the rules' }).click()
    const saved = page.getByRole('region', { name: 'ManyErrors' })
    await saved.getByRole('row', { name: /ManyErrors.*rate/ }).waitFor()
    await saved.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await expect.poll(() => saved.count()).toBe(0)
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

  it('breaks nowhere on the way', () => {
    expect(scene.errors).toEqual([])
  })
})
