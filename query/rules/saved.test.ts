import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { memoryLogger } from '../../lib/base/index.ts'
import { SavedRulesFollower } from './follow-saved.ts'
import { SavedRules } from './saved.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-saved-rules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rule = (name: string) => `groups: [ { name: ${name}, rules: [ { alert: ${name}, expr: up == 0 } ] } ]`

describe('rules that were saved', () => {
  const saved = new SavedRules(folder)

  it('change their stamp with whatever is saved or deleted', async () => {
    const stamps = [await saved.stamp()]
    await saved.save('one', rule('one'))
    stamps.push(await saved.stamp())
    await saved.save('one', rule('two'))
    stamps.push(await saved.stamp())
    await saved.remove('one')
    expect(new Set(stamps).size).toBe(3)
    expect(await saved.stamp()).toBe(stamps[0])
  })

  it('are taken up where another node has saved them in the same folder', async () => {
    const { logger } = memoryLogger()
    const { promise: taken, resolve } = Promise.withResolvers<void>()
    const reload = async () => {
      const groups = await saved.load(logger)
      if (groups.some(({ name }) => name === 'theirs')) resolve()
    }
    const follower = new SavedRulesFollower(saved, reload, logger, 20)
    follower.start(await saved.stamp())
    await new SavedRules(folder).save('theirs', rule('theirs'))
    await taken
    await follower.close()
  })
})
