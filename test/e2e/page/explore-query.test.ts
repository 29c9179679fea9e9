import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startExploreScene } from './explore-scene.ts'
import { accessFaults, firstLoadBytes, isPageMissing, type PageScene } from './scene.ts'

let scene: PageScene
let page: Page
const lines = (of: Page = page) => of.getByTestId('lines')
const query = (of: Page = page) => of.getByLabel('Query', { exact: true })

async function ask(text: string): Promise<void> {
  await query().fill(text)
  await page.keyboard.press('Enter')
}

describe.skipIf(isPageMissing)(
  'queries in Explore, and what is made of their answers',
  { timeout: 60_000 },
  () => {
    beforeAll(async () => {
      const started = await startExploreScene()
      scene = started.scene
      page = started.page
    }, 120_000)

    afterAll(() => scene?.close(), 60_000)

    it('filters by clicks on fields of any name, with what else there is still in sight', async () => {
      await page.goto(`${scene.stack.url}/explore`)
      await page.getByLabel('Find a field').fill('user')
      const field = page.getByRole('region', { name: 'user-id' })
      await field
        .getByRole('button', { name: /user-id/ })
        .first()
        .click()
      await field.getByTitle('only u3').click()
      await expect.poll(() => query().textContent()).toBe('{} | "user-id"="u3"')
      await page.getByText('5 lines loaded').waitFor()
      await field.getByTitle('only u5').waitFor()
      expect(await field.getByTitle('only u3').getAttribute('aria-pressed')).toBe('true')
      await field.getByRole('button', { name: 'or user-id u5' }).click()
      await page.getByText('10 lines loaded').waitFor()
      await field.getByRole('button', { name: 'without user-id u3' }).click()
      await page.getByText('5 lines loaded').waitFor()
      await field.getByRole('button', { name: 'More values' }).click()
      await field.getByLabel('Find a value of user-id').fill('u11')
      await field.getByTitle('only u11').waitFor()
    })

    it('takes the lines that have a field, or lack it', async () => {
      await page.goto(`${scene.stack.url}/explore?query=${encodeURIComponent('{host="h1"}')}`)
      const field = page.getByRole('region', { name: 'user-id' })
      await field
        .getByRole('button', { name: /user-id/ })
        .first()
        .click()
      await field.getByRole('button', { name: 'Has it' }).click()
      await page.getByText('60 lines loaded').waitFor()
      await field.getByTitle('only no value').click()
      await expect.poll(() => query().textContent()).toBe('{host="h1"}')
      await field.getByRole('button', { name: 'Lacks it' }).click()
      await page.getByText('6 lines loaded').waitFor()
      expect(await accessFaults(page)).toEqual([])
    })

    it('tells the figures of a field that is a number', async () => {
      await page.goto(`${scene.stack.url}/explore?query=service:web`)
      const field = page.getByRole('region', { name: 'took' })
      await field.getByRole('button', { name: /took/ }).first().click()
      await field.getByRole('button', { name: 'Figures' }).click()
      await field.getByText('greatest').waitFor()
      await field.getByRole('img', { name: 'Distribution from 0 to 590' }).waitFor()
      await field.getByRole('button', { name: 'Commonest values over time' }).click()
      await page.getByRole('dialog').locator('canvas').waitFor()
      await page.keyboard.press('Escape')
    })

    it('mends a query that is wrong, keeps queries, and draws those that are metrics', async () => {
      await page.goto(`${scene.stack.url}/explore`)
      await page.locator('.cm-content').waitFor()
      await ask('{service="shop"')
      await page.getByRole('button', { name: 'Add } at the end' }).click()
      await lines().getByText('payment', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Saved and recent queries' }).click()
      await page.getByPlaceholder('Name for this query').fill('mine')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.keyboard.press('Escape')
      await ask('sum by (level) (count_over_time({host="h1"}[5m]))')
      await page.getByRole('region', { name: 'The query over time' }).locator('canvas').waitFor()
      await page.getByText('level=error').waitFor()
      await page.getByRole('button', { name: 'Saved and recent queries' }).click()
      await page.getByRole('button', { name: 'mine {service="shop"}' }).click()
      await expect.poll(() => query().textContent()).toBe('{service="shop"}')
    })

    it('shows patterns, compares, explains, and has a second query beside', async () => {
      await page.goto(`${scene.stack.url}/explore?tab=patterns`)
      await page
        .getByRole('row', { name: /GET \/cart <num> served/ })
        .getByText('new')
        .waitFor()
      await page.getByRole('row', { name: /GET \/cart <num> served/ }).click()
      await page.getByText('60 lines loaded').waitFor()
      await page.goto(`${scene.stack.url}/explore?tab=compare&against=rest&query=level:error`)
      await page.getByRole('region', { name: 'service differs' }).getByTitle('only shop').waitFor()
      await page.getByRole('button', { name: 'Explain' }).click()
      await page
        .getByRole('region', { name: 'SQL' })
        .getByText(/SELECT/)
        .first()
        .waitFor()
      await page.goto(`${scene.stack.url}/explore?query=service:web`)
      await page.getByRole('button', { name: '+ Query' }).click()
      await page.getByRole('region', { name: 'Query service:web' }).getByText('GET /cart 0 served').waitFor()
    })

    it('exports what was found, and shares it', async () => {
      await page.goto(`${scene.stack.url}/explore?query=service:web`)
      await lines().getByText('GET /cart 0 served').waitFor()
      await page.getByRole('button', { name: 'Export' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: /CSV/ }).click(),
      ])
      const text = readFileSync(await download.path(), 'utf8')
        .trim()
        .split('\n')
      expect(text[0]?.trim()).toBe('id,timestamp,level,service,message')
      expect(text.length).toBe(61)
    })

    it('says what to do where there is nothing', async () => {
      const empty = await scene.open('/explore?query=service:nobody')
      await empty.getByRole('heading', { name: 'No lines here' }).waitFor()
      await empty.getByText('Nor does any match in the last 30 days.').waitFor()
      expect(await accessFaults(empty)).toEqual([])
      await empty.goto(`${scene.stack.url}/explore?query=refused&start=now-9d&end=now-8d`)
      await empty.getByText('The newest that matches is from').getByRole('link').click()
      await lines(empty).getByText('payment', { exact: true }).waitFor()
    })

    it('finds any of more fields than it lists, and shows of a line with thousands some', async () => {
      const names = Array.from({ length: 1_500 }, (_, i) => `wide_${i}`)
      await scene.post('wide', [
        { text: 'a wide line', attributes: Object.fromEntries(names.map(name => [name, 'x'])) },
      ])
      await scene.hasLines('{service="wide"}', 1)
      await page.goto(`${scene.stack.url}/explore?query=${encodeURIComponent('{service="wide"}')}`)
      await lines().getByText('a wide line').waitFor()
      await page.getByText(/200 of 1003 fields and more/).waitFor()
      expect(await page.getByRole('complementary').getByRole('region').count()).toBeLessThanOrEqual(200)
      await page.getByLabel('Find a field').fill('WIDE_999')
      await page.getByRole('region', { name: 'wide_999' }).waitFor()
      await lines().getByText('a wide line').click()
      await page.getByRole('button', { name: /Show all 1503 fields/ }).waitFor()
      expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(6_000)
    })

    it('weighs no more than 130 kB before it shows anything', () => {
      expect(firstLoadBytes()).toBeLessThanOrEqual(130_000)
    })

    it('can be read on a phone', async () => {
      const phone = await scene.open('/explore?query=service:shop', { width: 390, height: 844 })
      await lines(phone).getByText('payment', { exact: true }).waitFor()
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390)
      await phone.getByRole('button', { name: 'Fields', exact: true }).click()
      await phone.getByRole('dialog').getByRole('region', { name: 'service' }).waitFor()
      expect(await accessFaults(phone)).toEqual([])
    })

    it('has nothing that axe finds wrong, dark and light, with a line open', async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.goto(`${scene.stack.url}/explore?query=refused`)
        await lines().getByRole('row').filter({ hasText: 'refused' }).click()
        await page.getByRole('rowheader', { name: 'service' }).waitFor()
        expect(await accessFaults(page)).toEqual([])
      }
      for (const [tab, content] of [
        ['patterns', page.getByRole('table', { name: 'Patterns' })],
        ['compare', page.getByRole('heading', { name: 'What they say' })],
        ['explain', page.getByRole('region', { name: 'SQL' }).first()],
      ] as const) {
        await page.goto(`${scene.stack.url}/explore?tab=${tab}&query=level:error&against=rest`)
        await content.waitFor()
        expect(await accessFaults(page)).toEqual([])
      }
      expect(scene.errors).toEqual([])
    })
  },
)
