import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minute, startExploreScene, trace, traceId } from './explore-scene.ts'
import { isPageMissing, type PageScene } from './scene.ts'

let scene: PageScene
let page: Page
const lines = (of: Page = page) => of.getByTestId('lines')
const query = (of: Page = page) => of.getByLabel('Query', { exact: true })

async function ask(text: string): Promise<void> {
  await query().fill(text)
  await page.keyboard.press('Enter')
}

const parameter = (name: string) => new URL(page.url()).searchParams.get(name)

describe.skipIf(isPageMissing)('the lines of Explore', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    const started = await startExploreScene()
    scene = started.scene
    page = started.page
  }, 120_000)

  afterAll(() => scene?.close(), 60_000)

  it('shows fields behind the message, colours, and one row for a stack trace, in the order written', async () => {
    await lines().getByText('GET /cart 0 served').waitFor()
    const row = lines().getByRole('row').filter({ hasText: 'GET /cart 0 served' })
    expect(await row.textContent()).toContain('status=502')
    expect(await row.textContent()).toContain('path=/charges')
    const coloured = lines().getByText('payment', { exact: true })
    expect(await coloured.getAttribute('style')).toContain('--ansi-yellow')
    const failed = lines().getByRole('row').filter({ hasText: 'charge failed' })
    expect(await failed.textContent()).toContain('+2 lines')
    await failed.click()
    const written = page.getByRole('region', { name: 'The line as it was written' })
    expect(await written.textContent()).toBe(trace.join('\n'))
    await page.keyboard.press('Escape')
  })

  it('selects a word of a line by a double click, and opens nothing by it', async () => {
    const row = lines().getByRole('row').filter({ hasText: 'GET /cart 0 served' })
    await row.getByText('GET /cart 0 served').dblclick({ position: { x: 6, y: 8 } })
    expect(await page.evaluate<string>('String(getSelection()).trim()')).toBe('GET')
    expect(await row.getAttribute('aria-expanded')).toBe('false')
    await row.getByRole('gridcell').first().click()
    expect(await row.getAttribute('aria-expanded')).toBe('true')
    await page.keyboard.press('Escape')
  })

  it('copies several lines as lines, and keeps a query in the address as it was written', async () => {
    await page.evaluate(`(() => {
      const cells = document.querySelectorAll('[data-testid="lines"] [role="row"][aria-expanded] [role="gridcell"]:first-child time')
      const range = document.createRange()
      range.setStart(cells[0].firstChild, 0)
      range.setEnd(cells[2].firstChild, 5)
      getSelection().removeAllRanges()
      getSelection().addRange(range)
      document.addEventListener('copy', event => { window.copied = event.clipboardData.getData('text/plain') }, { once: true })
      document.querySelector('[data-testid="lines"] [role="treegrid"]').focus()
      document.execCommand('copy')
      getSelection().removeAllRanges()
    })()`)
    const copied = (await page.evaluate<string>('window.copied')).trimEnd().split('\n')
    expect(copied.map(line => line.split('\t').length)).toEqual([4, 4, 1])
    const asked = 'GET "100%25 of a+b%2Fc"'
    await ask(asked)
    await page.getByText('The newest that matches').or(page.getByText('Nor does any match')).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'No lines here' }).waitFor()
    expect([parameter('query'), await query().textContent()]).toEqual([asked, asked])
    await page.goto(`${scene.stack.url}/explore`)
    await lines().getByText('GET /cart 0 served').waitFor()
  })

  it('keeps the fields of a line of 262 kB in sight, and marks what was looked for', async () => {
    await ask('big')
    await page.getByText('1 line loaded').waitFor()
    expect(await lines().locator('mark').first().textContent()).toBe('big')
    await lines().getByRole('row').filter({ hasText: 'big' }).click()
    await page.getByText('Show all of it (262 kB)').waitFor()
    expect(await page.getByRole('rowheader', { name: 'size' }).isVisible()).toBe(true)
    expect(
      (await page.getByRole('region', { name: 'The line as it was written' }).textContent())?.length,
    ).toBeLessThan(2_000)
  })

  it('has dates over more than a day, columns by choice and width, wrap and order, all in the address', async () => {
    await page.goto(`${scene.stack.url}/explore?start=now-7d&query=${encodeURIComponent('{host="h1"}')}`)
    await lines().getByText('GET /cart 0 served').waitFor()
    expect(await lines().getByRole('row').nth(1).textContent()).toMatch(/^\d{4}-\d\d-\d\d \d\d:/)
    await lines().getByRole('button', { name: 'Time' }).click()
    await lines().getByRole('row').nth(1).getByText('of three days ago').waitFor()
    await page.getByRole('region', { name: 'status' }).getByRole('button', { name: 'as a column' }).click()
    await page.getByRole('columnheader', { name: /status/ }).waitFor()
    await page.getByRole('separator', { name: 'Width of status' }).focus()
    await page.keyboard.press('ArrowRight')
    await page
      .getByRole('region', { name: 'took' })
      .getByRole('button', { name: 'behind the message' })
      .click()
    await page.getByRole('button', { name: 'Wrap' }).click()
    await expect.poll(() => parameter('columns')).toBe('level,service,status*146')
    expect([parameter('order'), parameter('wrap'), parameter('chosen')]).toEqual(['forward', 'true', 'took'])
    await lines().getByText('took=').first().waitFor()
    expect(await lines().getByText('path=').count()).toBe(0)
  })

  it('shows JSON as a tree, what stands around a line, and the way to its trace', async () => {
    await page.goto(`${scene.stack.url}/explore?query=${encodeURIComponent('{service="shop"}')}`)
    await lines().getByRole('row').filter({ hasText: 'sku' }).click()
    await page.getByRole('button', { name: 'JSON tree' }).click()
    await page.getByRole('list', { name: 'The line as JSON' }).getByText('items').waitFor()
    await page.getByRole('button', { name: 'Before and after' }).click()
    await page
      .getByRole('list', { name: /Lines before and after/ })
      .getByText('at run')
      .waitFor()
    await page.keyboard.press('Escape')
    await lines().getByRole('row').filter({ hasText: 'refused' }).click()
    expect(await page.getByRole('link', { name: 'Trace', exact: true }).getAttribute('href')).toBe(
      `/traces/${traceId}`,
    )
    const other = await scene.open(`/explore?query=nothing-such&line=${parameter('line')}`)
    await other.getByRole('region', { name: 'The line of the link' }).getByText('payment').first().waitFor()
  })

  it('goes by keyboard from the query through the lines, and along the bars', async () => {
    await page.goto(`${scene.stack.url}/explore?query=service:web`)
    await lines().getByText('GET /cart 0 served').waitFor()
    const grid = page.getByRole('treegrid', { name: 'Lines', exact: true })
    await grid.focus()
    const current = async () => (await grid.getAttribute('aria-activedescendant')) ?? ''
    const first = await current()
    await page.keyboard.press('ArrowDown')
    expect(await current()).not.toBe(first)
    await page.keyboard.press('PageDown')
    await page.keyboard.press('End')
    expect(await page.evaluate("document.activeElement.getAttribute('role')")).toBe('treegrid')
    await page.keyboard.press('Enter')
    await page.getByRole('rowheader', { name: 'user-id' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('rowheader', { name: 'user-id' }).waitFor({ state: 'detached' })
    await page.keyboard.press('/')
    await expect.poll(() => page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe('Query')
    const bars = page.getByTestId('histogram')
    await bars.getByTestId('in-sight').waitFor()
    expect(await bars.getByTestId('in-sight').getAttribute('title')).toMatch(/^on screen: .* to /)
    await bars.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    await page.getByTestId('histogram-tip').getByText(/lines/).waitFor()
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Enter')
    await expect.poll(() => Number(parameter('end')) - Number(parameter('start'))).toBe(2 * minute)
    const start = Number(parameter('start'))
    await page.keyboard.press('[')
    await expect.poll(() => Number(parameter('start'))).toBe(start - 2 * minute)
  })

  it('costs few Tabs from the query to the lines, and a key past all between', async () => {
    await page.goto(`${scene.stack.url}/explore?query=service:web`)
    await lines().getByText('GET /cart 0 served').waitFor()
    const focused = (attribute: string) =>
      page.evaluate<string | null>(`document.activeElement.getAttribute('${attribute}')`)
    await query().focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await focused('role')).toBe('treegrid')
    await query().focus()
    let tabs = 0
    while ((await focused('role')) !== 'treegrid' && tabs < 60) {
      await page.keyboard.press('Tab')
      tabs++
    }
    expect(tabs).toBeLessThan(35)
    const fields = page.getByRole('complementary', { name: 'Fields' })
    await fields.getByRole('button', { name: /^level/, expanded: true }).focus()
    await page.keyboard.press('ArrowDown')
    expect(await focused('title')).toMatch(/^only /)
    await page.keyboard.press('ArrowRight')
    expect(await focused('aria-label')).toMatch(/^or level /)
    await page.keyboard.press('Home')
    expect(await focused('title')).toBe('service')
    expect(await fields.locator('[tabindex="0"]').count()).toBe(3)
  })
})
