import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failedId, shopTraces } from '../shop-traces.ts'
import { run, until } from '../stack.ts'
import { Hands } from './hands.ts'
import { isPageMissing, type PageScene, startPageScene } from './scene.ts'

/**
 * What people do every day with Grafana and with Kafka's tools, done here as they would: on the page by what it says, and on
 * the shell by what --help says.
 */
let scene: PageScene
let page: Page
let hands: Hands
const go = (path: string) => page.goto(scene.stack.url + path)
const shell = (...args: string[]) => run([...args, ...scene.stack.arguments])

async function answered(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await shell(...args)
  expect(code, `${args.join(' ')}: ${stderr}`).toBe(0)
  return stdout
}

describe.skipIf(isPageMissing)('ten everyday tasks', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    scene = await startPageScene([
      'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}, {type: hostmetrics, intervalMs: 500}]',
      'query.streams=write',
    ])
    await fetch(`http://${scene.stack.address('agent', 'otlpHttp')}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(shopTraces),
    })
    const served = Array.from({ length: 30 }, (_, i) => ({
      text: `GET /cart/${i} served`,
      agoMs: i * 20_000,
      attributes: { status: i % 10 === 0 ? '502' : '200' },
    }))
    await scene.post('web', served)
    await scene.post('shop', [{ text: 'card refused', level: 17, agoMs: 120_000, traceId: failedId }])
    await scene.hasLines('{service=~"web|shop"}', 31)
    await until(
      async () => (await (await fetch(`${scene.stack.url}/api/metrics/names`)).text()).includes('system_cpu'),
      30_000,
      scene.stack.output,
    )
    page = await scene.open('/')
    hands = new Hands(page, scene.stack.url)
  }, 120_000)

  afterAll(() => scene?.close(), 60_000)

  it('1: find an error of a service, and go to its trace', async () => {
    await page.getByLabel('Query', { exact: true }).fill('level:error')
    await page.keyboard.press('Enter')
    await page.getByTestId('lines').getByText('card refused').click()
    await page.getByRole('link', { name: 'Trace', exact: true }).click()
    await page.getByRole('treeitem', { name: /web POST \/checkout/ }).waitFor()
    expect(await answered('logs', 'level:error')).toContain('card refused')
    expect(await answered('traces', failedId)).toContain('POST /checkout')
  })

  it('2: narrow down by a field without writing a query', async () => {
    await go('/explore?query=served')
    await page.getByText('30 lines loaded').waitFor()
    await page.getByRole('button', { name: 'status', exact: false }).first().click()
    await page.getByTitle('only 502').click()
    await page.getByText('3 lines loaded').waitFor()
    expect((await answered('logs', '{service="web"} | status=502')).trim().split('\n')).toHaveLength(3)
  })

  it('3: see which kinds of lines there are', async () => {
    await go('/explore')
    await page.getByRole('button', { name: 'Patterns' }).click()
    await page
      .getByText(/GET .*served/)
      .first()
      .waitFor()
    expect(await answered('patterns')).toMatch(/30 .*GET .*served/)
  })

  it('4: count lines over time', async () => {
    await go('/explore')
    await page
      .getByLabel('Query', { exact: true })
      .fill('sum by (service) (count_over_time({service=~".+"}[1m]))')
    await page.keyboard.press('Enter')
    await page.locator('canvas').first().waitFor()
    expect(await answered('metrics', 'max(system_memory_usage_bytes)', '--instant')).toMatch(/[0-9]/)
    expect(await answered('stats')).toContain('web')
  })

  it('5: watch lines as they come in', async () => {
    await go('/explore?tail=true')
    await page.getByTestId('tail').waitFor()
    await scene.post('web', [{ text: 'just now' }])
    await page.getByTestId('tail').getByText('just now').waitFor()
  })

  it('6: make a topic, write a message and find it by its key', async () => {
    await go('/streams')
    await page.getByRole('button', { name: 'New topic' }).click()
    await page.getByLabel('Name').fill('orders')
    await page.getByRole('button', { name: 'Create' }).click()
    await until(async () => (await shell('topics', 'orders')).code === 0, 20_000)
    await go('/streams/topics/orders')
    await page.getByRole('button', { name: 'Write one' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Key', { exact: true }).fill('o-1')
    await dialog.getByLabel('Value', { exact: true }).fill('{"total": 12}')
    await dialog.getByRole('button', { name: 'Write', exact: true }).click()
    await dialog.getByText(/It lies in partition \d+ at offset 0/).waitFor()
    await hands.leaveDialog()
    await page.getByLabel('Key', { exact: true }).fill('o-1')
    await page.getByRole('button', { name: 'Read' }).click()
    await page.getByText('{"total":12}').waitFor()
    expect(await answered('topics', 'read', 'orders', '--key', 'o-1')).toContain('{"total":12}')
  })

  it('7: see how far a group is behind, and where it would go on after a reset', async () => {
    await answered('groups', 'reset', 'billing', '--topic', 'orders', '--to', 'earliest', '--yes')
    await go('/streams/groups')
    await page.getByRole('row', { name: /billing/ }).click()
    await page.getByText(/: 1 records? behind/).waitFor()
    await page.getByRole('button', { name: 'Reset offsets' }).click()
    await page.getByLabel('From').selectOption('latest')
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('table', { name: 'What changes' }).getByText('1 left out').waitFor()
    await page.getByRole('button', { name: /^Reset \d+ partitions/ }).click()
    await page.getByText('Done.').waitFor()
    expect(await answered('groups', '--json')).toMatch(/"group":"billing".*"lagRecords":0/)
  })

  it('8: look at the memory of a host', async () => {
    await go('/metrics')
    await page.getByLabel('Find').fill('memory usage')
    await page.getByRole('row', { name: /^system_memory_usage_bytes/ }).click()
    await page.locator('canvas').first().waitFor()
    expect(await answered('metrics', 'system_memory_usage_bytes', '--since', '5m')).toContain('state=')
  })

  it('9: put a chart onto a dashboard of my own', async () => {
    await go('/dashboards')
    await page.getByRole('button', { name: 'New dashboard' }).click()
    await page.getByRole('textbox', { name: 'Title' }).fill('Mine')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('button', { name: 'Add a panel' }).click()
    await page.getByRole('button', { name: 'Edit: New panel' }).click()
    await page.getByRole('form', { name: 'Panel' }).getByLabel('Title').fill('My lines')
    await page.getByRole('button', { name: 'Take over' }).click()
    await page.getByRole('region', { name: 'My lines' }).waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved as version 2.').waitFor()
    await go('/dashboards/mine')
    await page.getByRole('region', { name: 'My lines' }).waitFor()
  })

  it('10: be told when something is wrong, and not be told twice', async () => {
    await go('/alerts/editor')
    await page.getByLabel('Name').fill('CardRefused')
    await page
      .getByLabel('Fires where this is there')
      .fill('count_over_time({service="shop"} |= "refused" [1h]) > 0')
    await page.getByLabel('Every').fill('1s')
    await page.getByLabel('For', { exact: true }).fill('')
    await page.getByRole('button', { name: 'Try on the last week' }).click()
    await page.getByText(/It would have fired in the last week: \d+ times?, for/).waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'see the rules' }).waitFor()
    await go('/alerts')
    const firing = page.getByRole('row', { name: /CardRefused/ })
    await firing.waitFor({ timeout: 40_000 })
    await firing.getByRole('button', { name: 'Silence' }).click()
    await page.getByLabel('Why').fill('known')
    await page.getByLabel('By').fill('me')
    await page.getByRole('button', { name: 'Silence' }).click()
    await page.getByRole('table', { name: 'Silences' }).getByText('known').waitFor()
    expect(scene.errors).toEqual([])
  })
})
