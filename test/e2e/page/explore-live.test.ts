import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../stack.ts'
import { accessFaults, isPageMissing, type PageScene, startPageScene } from './scene.ts'

let scene: PageScene
let page: Page
const tail = () => page.getByTestId('tail')
const scroller = "document.querySelector('[data-testid=tail]').scrollTop"
const scrollTop = () => page.evaluate(scroller)

/** Tells a role to stop for a while, as a disk or a network does. */
async function frozen(role: string, during: () => Promise<void>): Promise<void> {
  const pid = scene.stack.rolePid(role) as number
  process.kill(pid, 'SIGSTOP')
  try {
    await during()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

describe.skipIf(isPageMissing)('Explore, live and when something is broken', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    scene = await startPageScene()
    const old = Array.from({ length: 90 }, (_, i) => ({ text: `old line ${i}`, agoMs: 600_000 - i * 1_000 }))
    await scene.post('web', old)
    await scene.hasLines('{}', 90)
    page = await scene.open('/explore?tail=true')
  }, 120_000)

  afterAll(() => scene?.close(), 60_000)

  it('begins with the last lines of a service that is quiet, and puts new ones in the order of time', async () => {
    await tail().getByText('old line 89').waitFor()
    await scene.post('web', [
      { text: 'second', agoMs: 1_000 },
      { text: 'third', agoMs: 0 },
      { text: 'first', agoMs: 2_000 },
    ])
    await tail().getByText('first', { exact: true }).waitFor()
    const rows = await tail().getByRole('row').allTextContents()
    expect(rows.slice(1, 5).map(row => /(third|second|first|old line 89)$/.exec(row)?.[0])).toEqual([
      'third',
      'second',
      'first',
      'old line 89',
    ])
    expect(await accessFaults(page)).toEqual([])
  })

  it('does not move under who has scrolled, and says how many are new', async () => {
    await page.evaluate(`${scroller} = 400`)
    await expect.poll(scrollTop).toBe(400)
    await sleep(300)
    await scene.post('web', [{ text: 'while away 1' }, { text: 'while away 2' }])
    await page.getByRole('button', { name: '2 new' }).waitFor()
    expect(await scrollTop()).toBe(400)
    await page.getByRole('button', { name: '2 new' }).click()
    await tail().getByText('while away 2').waitFor()
    expect(await scrollTop()).toBe(0)
  })

  it('goes on where it left off when the connection breaks, and loses nothing', async () => {
    const pid = scene.stack.rolePid('query') as number
    process.kill(pid, 'SIGKILL')
    await page.getByText('The connection is lost').waitFor()
    await scene.post('web', [{ text: 'while it was down' }])
    await tail().getByText('while it was down').waitFor()
    await scene.post('web', [{ text: 'afterwards' }])
    await tail().getByText('afterwards').waitFor()
    expect(await tail().getByText('while it was down').count()).toBe(1)
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByText('Waiting for the next line').waitFor()
  })

  it('says so when the store is frozen, can be stopped, and goes on afterwards', async () => {
    await until(async () => (await fetch(`${scene.stack.url}/readyz`)).ok, 30_000, scene.stack.output)
    await page.goto(`${scene.stack.url}/explore?query=old`)
    await page.getByText('90 lines loaded').waitFor()
    await frozen('store', async () => {
      await page.getByLabel('Query', { exact: true }).fill('level:error')
      await page.keyboard.press('Enter')
      await page.getByText(/Searching for \d+ s.*of the search before/).waitFor()
      await page.getByRole('button', { name: 'Stop', exact: true }).click()
      await page.getByText('Stopped before there was an answer').waitFor()
      await page.getByRole('button', { name: 'Search again' }).click()
      await page
        .getByRole('alert')
        .getByText(/does not answer/)
        .first()
        .waitFor()
    })
    // it asks again when the store answers
    await page.getByRole('heading', { name: 'No lines here' }).waitFor()
  })

  it('shows what is new where the store cannot be asked for what was before', async () => {
    const other = await scene.open('/fleet')
    await other.route(/\/api\/logs\/tail\?.*backfill=/, route => route.fulfill({ status: 503 }))
    await other.goto(`${scene.stack.url}/explore?tail=true`)
    await other.getByText('Waiting for the next line').waitFor()
    await scene.post('web', [{ text: 'of yesterday', agoMs: 86_400_000 }, { text: 'new without a store' }])
    const rows = other.getByTestId('tail').getByRole('row')
    await rows.filter({ hasText: 'new without a store' }).waitFor()
    // two days have dates, though each is told by its clock alone while all are of today
    expect(await rows.filter({ hasText: 'of yesterday' }).textContent()).toMatch(/^\d{4}-\d\d-\d\d /)
  })

  it('says so when the API is down', async () => {
    const other = await scene.open('/explore?query=old')
    await other.getByText('90 lines loaded').waitFor()
    await other.route('**/api/**', route => route.abort())
    await other.getByRole('button', { name: 'Run' }).click()
    await other.getByRole('alert').first().waitFor()
    await other.getByRole('button', { name: 'Try again' }).waitFor()
    expect(scene.errors).toEqual([])
  })
})
