import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { accessFaults } from './scene.ts'

/** What somebody does on a page. */
export class Hands {
  readonly #page: Page
  readonly #url: string

  constructor(page: Page, url: string) {
    this.#page = page
    this.#url = url
  }

  async go(path: string): Promise<void> {
    await this.#page.goto(this.#url + path)
  }

  /** Of the address. */
  parameter(name: string): string | null {
    return new URL(this.#page.url()).searchParams.get(name)
  }

  /** In both themes, where the page stands now. */
  async expectNoFaults(): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.#page.emulateMedia({ colorScheme })
      expect(await accessFaults(this.#page)).toEqual([])
    }
  }

  /** It has gone before anything behind it is looked for. */
  async leaveDialog(): Promise<void> {
    await this.#page.keyboard.press('Escape')
    // by its element: one that is hidden and about to go has no role any more
    await this.#page.locator('dialog').waitFor({ state: 'detached' })
  }

  /** `g` and a key, and then the title of the page. */
  async goByKeys(key: string, title: string): Promise<void> {
    await this.#page.evaluate('document.activeElement.blur()')
    await this.#page.keyboard.press('g')
    await this.#page.keyboard.press(key)
    await this.#page.getByRole('heading', { level: 1, name: title }).waitFor()
  }
}
