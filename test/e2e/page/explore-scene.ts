import type { Page } from 'playwright-core'
import { type PageScene, startPageScene } from './scene.ts'

export const minute = 60_000
const esc = '\u001b'
export const trace = ['Error: charge failed', '    at charge (pay.js:10:3)', '    at run (main.js:2:1)']
export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

/** Lines of all kinds that Explore shows, and Explore open beside them. */
export async function startExploreScene(): Promise<{ scene: PageScene; page: Page }> {
  const scene = await startPageScene()
  const requests = Array.from({ length: 60 }, (_, i) => ({
    text: `GET /cart ${i} served`,
    agoMs: (i % 30) * minute,
    attributes: {
      status: i % 6 === 0 ? '502' : '200',
      path: '/charges',
      took: String(i * 10),
      'user-id': `u${i % 12}`,
    },
  }))
  await scene.post('web', requests)
  await scene.post('shop', [
    { text: `${esc}[33mpayment${esc}[0m refused`, level: 17, agoMs: 2 * minute, traceId },
    ...trace.map((text, i) => ({ text, level: 17, agoMs: minute - i })),
    {
      text: JSON.stringify({ msg: 'order', order: { items: [{ sku: 'a1' }] } }),
      agoMs: 3 * minute,
      attributes: { order: '{"id":7}' },
    },
    { text: `big ${'x'.repeat(262_000)} end`, agoMs: 30_000, attributes: { size: 'large' } },
    { text: 'of the hour before', agoMs: 80 * minute },
    { text: 'of three days ago', agoMs: 3 * 86_400_000 },
  ])
  await scene.hasLines('{host="h1"}', 68)
  const page = await scene.open('/explore')
  await page.locator('.cm-content').waitFor()
  return { scene, page }
}
