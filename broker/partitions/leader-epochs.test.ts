import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LeaderEpochs } from './leader-epochs.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-epochs-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const text = () => readFile(join(folder, 'leader-epoch-checkpoint'), 'utf8')
const openAt = (epoch: number, startOffset: number, endOffset: number) =>
  LeaderEpochs.open(folder, epoch, { startOffset, endOffset })

describe('the epochs of a log', () => {
  it("stand in Kafka's file from the beginning, each leader's where the log ended then", async () => {
    await openAt(0, 0, 0)
    expect(await text()).toBe('0\n1\n0 0\n')
    await openAt(0, 0, 10)
    await openAt(2, 0, 10)
    expect(await text()).toBe('0\n2\n0 0\n2 10\n')
    const epochs = await openAt(5, 0, 30)
    const end = (epoch: number) => Object.values(epochs.endOf(epoch, 40))
    expect([end(0), end(1), end(2), end(3), end(5), end(6), end(-1)]).toEqual([
      [0, 10],
      [0, 10],
      [2, 30],
      [2, 30],
      [5, 40],
      [-1, -1],
      [-1, -1],
    ])
  })

  it('begin where the log begins', async () => {
    await openAt(0, 0, 0)
    const epochs = await openAt(1, 0, 10)
    await epochs.moveStart(4)
    expect(await text()).toBe('0\n2\n0 4\n1 10\n')
    await epochs.moveStart(12)
    expect(await text()).toBe('0\n1\n1 12\n')
    expect(epochs.endOf(0, 20)).toEqual({ leaderEpoch: 0, endOffset: 12 })
  })

  it.each(['', 'x', '0\n1\n', '0\n2\n0 0\n', '0\n1\n0 x\n', '0\n2\n1 5\n0 9\n'])(
    'are told anew where the file is %j',
    async damaged => {
      await writeFile(join(folder, 'leader-epoch-checkpoint'), damaged)
      expect((await openAt(0, 3, 9)).all).toEqual([{ epoch: 0, startOffset: 3 }])
      expect(await text()).toBe('0\n1\n0 3\n')
    },
  )
})
