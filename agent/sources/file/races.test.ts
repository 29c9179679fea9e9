import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { FakeClock } from '../../../lib/base/index.ts'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { Looker } from './inspect.ts'
import { TestAgent } from './testing/test-agent.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Does something right after this path was first looked at. */
function afterFirstLook(path: string, act: () => void): void {
  const original = Looker.prototype.look
  let isDone = false
  vi.spyOn(Looker.prototype, 'look').mockImplementation(function (this: Looker, looked) {
    const found = original.call(this, looked)
    if (!isDone && looked === path) {
      isDone = true
      act()
    }
    return found
  })
}

async function withAgent(
  include: readonly string[],
  run: (folder: string, agent: TestAgent, clock: FakeClock) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async folder => {
    const clock = new FakeClock()
    for (const name of ['links', 'targets']) mkdirSync(join(folder, name))
    const agent = await TestAgent.open({ folder, include, clock })
    try {
      await run(folder, agent, clock)
    } finally {
      await agent.close()
    }
  })
}

const expectOnce = async (agent: TestAgent, lines: readonly string[]): Promise<void> => {
  const bodies = (await agent.rows()).map(({ body }) => body)
  expect(bodies.sort()).toEqual([...lines].sort())
}

test('a file that is rotated between two looks of the first scan is neither read twice nor lost', async () => {
  await withAgent(['*.log', '*.log.*'], async (folder, agent, clock) => {
    const path = join(folder, 'app.log')
    writeFileSync(path, 'one\n')
    await agent.readAll(clock)
    await agent.reopen(() => {
      appendFileSync(path, 'two\n')
      return Promise.resolve()
    })
    afterFirstLook(path, () => {
      renameSync(path, `${path}.1`)
      writeFileSync(path, 'three\n')
    })
    await agent.readAll(clock)
    await expectOnce(agent, ['one', 'two', 'three'])
    expect(new Set((await agent.records()).map(({ entry }) => entry.generation)).size).toBe(2)
  })
})

/** So long that nothing is polled any more. */
const idleMs = 20_000

test.each([
  ['compressed', (path: string) => writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(`${path}.1`)))],
  ['deleted', () => undefined],
])(
  'a file that was empty for long, and is written, rotated and %s between two looks, is read once',
  async (_, archive) => {
    await withAgent(['*.log', '*.log.*'], async (folder, agent, clock) => {
      const path = join(folder, 'app.log')
      writeFileSync(path, '')
      await agent.readAll(clock)
      clock.advance(idleMs)
      await agent.readAll(clock)
      appendFileSync(path, 'one\ntwo\n')
      renameSync(path, `${path}.1`)
      writeFileSync(path, 'three\n')
      archive(path)
      rmSync(`${path}.1`)
      for (const ms of [0, 2_000]) {
        clock.advance(ms)
        await agent.readAll(clock)
      }
      await expectOnce(agent, ['one', 'two', 'three'])
      for (const ms of [61_000, 1_000]) {
        clock.advance(ms)
        await agent.readAll(clock)
      }
      await expectOnce(agent, ['one', 'two', 'three'])
    })
  },
)

test('a file that is rotated while it is looked for where its name leads to is neither read twice nor lost', async () => {
  await withAgent(['*.log', '*.log.*'], async (folder, agent, clock) => {
    const path = join(folder, 'app.log')
    writeFileSync(path, 'one\n')
    await agent.readAll(clock)
    appendFileSync(path, 'two\n')
    renameSync(path, `${path}.1`)
    afterFirstLook(`${path}.1`, () => renameSync(`${path}.1`, `${path}.2`))
    await agent.readAll(clock)
    await expectOnce(agent, ['one', 'two'])
  })
})

test('behind a link, what is renamed once more while it is looked for is read to its end', async () => {
  await withAgent(['links/*.log'], async (folder, agent, clock) => {
    const target = join(folder, 'targets', 'app.log')
    writeFileSync(target, 'one\n')
    symlinkSync(target, join(folder, 'links', 'app.log'))
    await agent.readAll(clock)
    await agent.reopen(() => {
      appendFileSync(target, 'two\n')
      return Promise.resolve()
    })
    // the folder is listed with the file under its old name, which it has no more when it is looked at
    const original = Looker.prototype.siblings
    let isDone = false
    vi.spyOn(Looker.prototype, 'siblings').mockImplementation(function (this: Looker, ...args) {
      const found = original.apply(this, args)
      if (isDone || args[0] !== target) return found
      isDone = true
      return found.filter(({ path }) => !path.includes('app.log.'))
    })
    renameSync(target, `${target}.1`)
    writeFileSync(target, 'three\n')
    await agent.readAll(clock)
    await expectOnce(agent, ['one', 'two', 'three'])
    expect(isDone).toBe(true)
  })
})
