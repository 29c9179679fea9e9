import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Hands } from './hands.ts'
import { type Pages, startPages } from './pages-scene.ts'
import { isPageMissing } from './scene.ts'

const phone = { width: 390, height: 844 }
let pages: Pages
let page: Page

/** What a row is about is read without moving anything sideways. */
async function expectInSight(table: string, text: string | RegExp): Promise<void> {
  const cell = page.getByRole('table', { name: table, exact: true }).getByRole('cell', { name: text }).first()
  await cell.waitFor()
  const box = await cell.boundingBox()
  expect(box?.x).toBeGreaterThanOrEqual(0)
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(phone.width)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(phone.width)
}

describe.skipIf(isPageMissing)('a small screen', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    pages = await startPages()
    page = await pages.scene.open('/fleet', phone)
  }, 120_000)

  afterAll(() => pages?.close(), 60_000)

  it('shows of tables what their rows are about', async () => {
    await expectInSight('Agents', /\S/)
    await new Hands(page, pages.scene.stack.url).expectNoFaults()
    await page.goto(`${pages.scene.stack.url}/traces`)
    await expectInSight('Traces', /POST \/checkout/)
    await page.goto(`${pages.scene.stack.url}/traces?tab=services`)
    await expectInSight('Services', /^web/)
    await page.goto(`${pages.scene.stack.url}/streams/topics/otlp_logs`)
    await expectInSight('Records', /page served/)
    await page.goto(`${pages.scene.stack.url}/alerts`)
    await expectInSight('Alerts', /ShopFails/)
  })

  it('leaves room for lines at twice the size, and on a phone on its side', async () => {
    for (const size of [
      { width: 640, height: 360 },
      { width: 844, height: 390 },
    ]) {
      const small = await pages.scene.open('/explore', size)
      const line = small.getByTestId('lines').getByText('order placed')
      await line.waitFor()
      await line.scrollIntoViewIfNeeded()
      await line.click()
      await small.getByRole('rowheader', { name: 'service' }).waitFor()
      const box = await small.getByTestId('lines').boundingBox()
      expect(box?.height).toBeGreaterThan(size.height / 2)
      expect(await small.evaluate('document.documentElement.scrollWidth')).toBe(size.width)
      await small.close()
    }
  })

  it('holds names of any length', async () => {
    const long = 'topic-'.repeat(40)
    await page.goto(`${pages.scene.stack.url}/streams/groups/${long}`)
    const box = await page.getByRole('heading', { level: 1, name: long }).boundingBox()
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(phone.width)
    expect(box?.height).toBeLessThan(60)
  })

  it('says beside each value what stands above its column elsewhere', async () => {
    await page.goto(`${pages.scene.stack.url}/streams/topics/otlp_logs`)
    const offset = 'table[aria-label="Records"] td[data-title="Offset"]'
    await page.locator(offset).first().waitFor()
    const before = await page.evaluate<string>(
      `getComputedStyle(document.querySelector('${offset}'), '::before').content`,
    )
    expect(before).toContain('Offset')
  })
})
