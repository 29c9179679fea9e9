import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

/** Takes the README's picture: `node test/tools/screenshot.ts` beside a running `millrace up` with some minutes of `millrace demo`. */
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' })
const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme: 'light' })
await page.goto(
  'http://127.0.0.1:4300/explore?start=now-5m&query=%7Bservice%3D~%22checkout%7Cpayments%7Ccart%7Cgateway%22%7D',
)
await page.getByTestId('lines').getByRole('button').first().waitFor()
await page.getByTestId('lines').getByText('error', { exact: true }).first().click()
await page.waitForTimeout(1_000)
await page.screenshot({ path: fileURLToPath(new URL('../../docs/explore.png', import.meta.url)) })
await browser.close()
