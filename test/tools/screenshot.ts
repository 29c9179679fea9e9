import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'

/**
 * Takes the pictures of the README and of docs/page.md: `node test/tools/screenshot.ts [ADDRESS]` beside a running
 * `millrace up` with some minutes of `millrace demo`.
 */
const [address = 'http://127.0.0.1:4300'] = process.argv.slice(2)
const settledMs = 3_000
const services = encodeURIComponent('{service=~"checkout|payments|cart|gateway"}')
/** One of several services, so that there is something to see. */
const failed = encodeURIComponent(
  '{ resource.service.name = "gateway" } >> { resource.service.name = "payments" && status = error }',
)

const pictures: { name: string; path: string; act: (page: Page) => Promise<void> }[] = [
  {
    name: 'explore',
    path: `/explore?start=now-5m&query=${services}`,
    act: async page => {
      const lines = page.getByTestId('lines')
      await lines.getByRole('row').nth(3).click()
    },
  },
  {
    name: 'dashboard',
    path: '/dashboards/overview?start=now-5m',
    act: page => page.locator('canvas').nth(2).waitFor(),
  },
  {
    name: 'traces',
    path: `/traces?start=now-15m&query=${failed}`,
    act: async page => {
      await page.getByRole('table', { name: 'Traces' }).getByRole('row').nth(1).click()
      await page.getByRole('treeitem').nth(2).click()
      await page.getByRole('complementary', { name: 'Span' }).waitFor()
    },
  },
]

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' })
try {
  for (const { name, path, act } of pictures) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme: 'light' })
    await page.goto(address + path)
    await act(page)
    await page.waitForTimeout(settledMs)
    await page.screenshot({ path: fileURLToPath(new URL(`../../docs/${name}.png`, import.meta.url)) })
    await page.close()
  }
} finally {
  await browser.close()
}
