import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failedId } from '../shop-traces.ts'
import type { Hands } from './hands.ts'
import { type Pages, startPages } from './pages-scene.ts'
import { accessFaults, isPageMissing, type PageScene } from './scene.ts'

let pages: Pages
let scene: PageScene
let page: Page
let hands: Hands

const go = (path: string) => hands.go(path)

/** All of it, from its left to its right. */
async function isInSight(element: Locator): Promise<boolean> {
  const box = await element.boundingBox()
  return box !== null && box.x >= 0 && box.x + box.width <= 390
}

describe.skipIf(isPageMissing)('the pages', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    pages = await startPages()
    scene = pages.scene
    page = pages.page
    hands = pages.hands
  }, 120_000)

  afterAll(() => pages?.close(), 60_000)

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

  it.each(['/?start=now-1h&end=now', '/metrics', '/traces', '/dashboards/overview'])(
    'copies a link that shows the same to whoever opens it later: %s',
    async path => {
      await go(path)
      await page.evaluate(
        'navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve() }',
      )
      await page
        .getByRole('button', { name: /^Range: / })
        .first()
        .click()
      await page.getByRole('button', { name: 'Copy a link to this time' }).click()
      await page.getByText('Copied', { exact: true }).waitFor()
      await hands.expectNoFaults()
      const link = new URL(String(await page.evaluate('window.copied')))
      const [start, end] = ['start', 'end'].map(name => Number(link.searchParams.get(name)))
      expect(Math.abs(Date.now() - Number(end))).toBeLessThan(60_000)
      expect(Number(end) - Number(start)).toBeGreaterThanOrEqual(300_000)
      await page.goto(link.href)
      const shown = await page
        .getByRole('button', { name: /^Range: / })
        .first()
        .getAttribute('aria-label')
      expect(shown).toMatch(/\d:\d\d/)
    },
  )

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
