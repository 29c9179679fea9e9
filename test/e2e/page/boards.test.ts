import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { BoardAnswer } from '../../../query/index.ts'
import { until } from '../stack.ts'
import { Hands } from './hands.ts'
import { isPageMissing, type PageScene, startPageScene } from './scene.ts'

let scene: PageScene
let page: Page
let hands: Hands

const go = (path: string) => hands.go(path)

describe.skipIf(isPageMissing)('dashboards', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    const sources = '[{type: otlp, http: 127.0.0.1:0, grpc: null}, {type: hostmetrics, intervalMs: 500}]'
    scene = await startPageScene([`agent.sources=${sources}`])
    await scene.post('shop', [{ text: 'order placed', agoMs: 60_000 }])
    await scene.post('web', [{ text: 'page served', agoMs: 60_000 }])
    await scene.hasLines('{service=~"shop|web"}', 2)
    const names = async () => (await fetch(`${scene.stack.url}/api/metrics/names`)).text()
    const isThere = async () => (await names()).includes('system_memory_usage')
    await until(isThere, 30_000, scene.stack.output)
    page = await scene.open('/dashboards')
    hands = new Hands(page, scene.stack.url)
  }, 120_000)

  afterAll(async () => {
    await scene?.close()
  }, 60_000)

  it('puts what is drawn onto a dashboard, and makes an alert of it', async () => {
    const query = 'sum by (service) (count_over_time({service=~".+"}[5m]))'
    await go(`/explore?${new URLSearchParams({ query })}`)
    await page.getByRole('button', { name: 'Onto a dashboard' }).click()
    const dialog = page.getByRole('dialog', { name: 'Onto a dashboard' })
    await dialog.getByLabel('Title of the panel').fill('Lines of services')
    await dialog.getByLabel('Its title').fill('Kept: mine')
    await hands.expectNoFaults()
    await dialog.getByRole('button', { name: 'Add' }).click()
    await page.getByRole('heading', { level: 1, name: 'Kept: mine' }).waitFor()
    await page.getByRole('region', { name: 'Lines of services' }).locator('canvas').waitFor()
    await go('/metrics?query=system_memory_usage_bytes')
    await page.getByRole('button', { name: 'Onto a dashboard' }).click()
    await dialog.getByLabel('Title of the panel').fill('Memory')
    await dialog.getByLabel('Dashboard').selectOption('kept-mine')
    await dialog.getByRole('button', { name: 'Add' }).click()
    await page.getByRole('region', { name: 'Memory' }).waitFor()
    // nothing is drawn before a step of the chart has passed
    await vi.waitFor(
      async () => {
        await page.reload()
        await page.getByRole('region', { name: 'Memory' }).locator('canvas').waitFor({ timeout: 3_000 })
      },
      { timeout: 90_000 },
    )
    await page.getByRole('region', { name: 'Lines of services' }).waitFor()
    await go(`/explore?${new URLSearchParams({ query })}`)
    await page.getByRole('link', { name: 'Make an alert' }).click()
    await page.getByLabel('Fires where this is there').waitFor()
    expect(await page.getByLabel('Fires where this is there').inputValue()).toBe(query)
  }, 150_000)

  it('shows a dashboard, changes its variable, and saves it changed', async () => {
    await hands.goByKeys('b', 'Dashboards')
    await page
      .getByRole('link', { name: 'Service' })
      .or(page.getByRole('row', { name: /^Service/ }))
      .first()
      .waitFor()
    await hands.expectNoFaults()
    await go('/dashboards/service')
    // the first is chosen already
    await page.getByRole('button', { name: /^service: / }).click()
    await page.getByLabel('Find').fill('^we')
    await page.getByLabel('web', { exact: true }).click()
    await expect.poll(() => hands.parameter('var-service')).toBe('web')
    await hands.expectNoFaults()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByRole('button', { name: 'YAML', exact: true }).click()
    const text = page.getByLabel('YAML of the dashboard')
    await text.fill((await text.inputValue()).replace('name: Service\n', 'name: Our service\n'))
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'Our service' }).waitFor()
  })

  it('changes panels of a dashboard by forms, and keeps the YAML that was written', async () => {
    const text = `# ours
kind: Dashboard
metadata: { name: formed }
spec:
  display: { name: Formed }
  panels:
    one: { spec: { display: { name: One }, plugin: { kind: Markdown, spec: { text: hello } } } }
  layouts: [ { spec: { items: [ { x: 0, y: 0, width: 12, height: 6, content: { $ref: '#/spec/panels/one' } } ] } } ]
`
    const put = async (version: number, changed: string, base: number) => {
      const response = await fetch(`${scene.stack.url}/api/dashboards/formed`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: changed, base }),
      })
      expect(await response.json()).toEqual({ version })
    }
    await put(1, text, 0)
    await go('/dashboards/formed?edit=true')
    await page.getByRole('button', { name: 'Add a panel' }).click()
    await page.getByRole('button', { name: 'Edit: New panel' }).click()
    const form = page.getByRole('form', { name: 'Panel' })
    await form.getByLabel('Title').fill('Lines by service')
    await form.getByLabel('Unit').fill('lines/s')
    await form.getByRole('region', { name: 'Lines by service' }).waitFor()
    await hands.expectNoFaults()
    await form.getByRole('button', { name: 'Take over' }).click()
    await page.getByRole('button', { name: 'Move before the panel before it: Lines by service' }).click()
    await page.getByRole('button', { name: 'Copy: One' }).click()
    await expect.poll(() => page.getByRole('toolbar').count()).toBe(3)
    await page.getByRole('button', { name: 'Remove: One' }).last().click()
    await expect.poll(() => page.getByRole('toolbar').count()).toBe(2)
    await hands.expectNoFaults()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved as version 2.').waitFor()
    const saved = (await (await fetch(`${scene.stack.url}/api/dashboards/formed`)).json()) as BoardAnswer
    expect(saved.version).toBe(2)
    expect(saved.text).toMatch(/^# ours\n/)
    expect(saved.board.spec.layouts[0]?.spec.items.map(({ y, content }) => [y, content.$ref])).toEqual([
      [8, '#/spec/panels/one'],
      [0, '#/spec/panels/panel2'],
    ])
    expect(saved.board.spec.panels['panel2']?.spec).toMatchObject({
      display: { name: 'Lines by service' },
      plugin: { kind: 'TimeSeriesChart', spec: { format: { unit: 'lines/s' } } },
    })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved as version 3.').waitFor()
    await put(4, text.replace('hello', "another's"), 3)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('somebody has saved version 4 of formed since').waitFor()
  })

  it('says of a dashboard that comes with Millrace what saving and deleting make of it', async () => {
    await go('/dashboards/host?edit=true')
    await page.getByText('which is shown in place of what comes with Millrace').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    const said =
      'Saved as version 1, in place of the one that comes with Millrace: deleting yours brings that back.'
    await page.getByText(said).waitFor()
    await hands.expectNoFaults()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { level: 1, name: 'Dashboards' }).waitFor()
    const { origin } = (await (await fetch(`${scene.stack.url}/api/dashboards/host`)).json()) as BoardAnswer
    expect(origin).toBe('shipped')
  })

  it('takes a dashboard from Grafana', async () => {
    await go('/dashboards/import')
    const target = { expr: 'system_memory_usage_bytes', refId: 'A' }
    const panel = { id: 1, type: 'timeseries', title: 'Used', gridPos: { x: 0, y: 0, w: 24, h: 8 } }
    const panels = [{ ...panel, datasource: { type: 'prometheus', uid: 'p' }, targets: [target] }]
    const board = { title: 'Taken', uid: 'taken', schemaVersion: 39, panels }
    await page.getByLabel('or its text').fill(JSON.stringify(board))
    await page.getByText('1 of 1 panel was taken.').waitFor()
    await page.getByRole('region', { name: 'Used' }).locator('canvas').waitFor()
    await hands.expectNoFaults()
    await page.getByRole('button', { name: /Save as/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Taken' }).waitFor()
  })

  it('shows all that could not be taken from Grafana, and saves what is taken under another title', async () => {
    await go('/dashboards/import')
    const panels = Array.from({ length: 9 }, (_, id) => ({ id, type: 'geomap', title: `Map ${id}` }))
    const text = { id: 9, type: 'text', title: 'Words', options: { content: 'hello' } }
    const board = { title: 'Taken', uid: 'taken', schemaVersion: 39, panels: [...panels, text] }
    await page.getByLabel('or its text').fill(JSON.stringify(board))
    const last = page.getByRole('region', { name: 'What was taken' }).getByRole('listitem').last()
    await last.scrollIntoViewIfNeeded()
    // at its middle is itself: nothing lies over it, and nothing cuts it off
    await last.click({ trial: true })
    await page.getByRole('button', { name: 'Save as taken' }).click()
    await page.getByText(/a dashboard taken is saved already/).waitFor()
    await page.getByLabel('Title').fill('地図')
    await page.getByRole('button', { name: /Save as board-/ }).click()
    await page.getByRole('heading', { level: 1, name: '地図' }).waitFor()
  })

  it('says once what all panels would say of a store that does not answer', async () => {
    const pid = scene.stack.rolePid('store') as number
    process.kill(pid, 'SIGSTOP')
    try {
      await go('/dashboards/overview')
      await page.getByRole('button', { name: 'Try again' }).waitFor({ timeout: 40_000 })
      await expect.poll(() => page.getByText('No answer: see above.').count()).toBeGreaterThan(2)
      expect(await page.getByRole('alert').count()).toBe(1)
      await hands.expectNoFaults()
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    // nobody has to click: it asks again when the store answers
    await page.getByRole('button', { name: 'Try again' }).waitFor({ state: 'detached', timeout: 40_000 })
    await page.getByRole('region', { name: 'Lines a second' }).getByRole('strong').waitFor()
  })
})
