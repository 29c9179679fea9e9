import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readOffsets, writeOffsets } from './offset-checkpoint.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-checkpoint-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a checkpoint of offsets', () => {
  it("is read as it was written, in Kafka's form", async () => {
    const path = join(folder, 'file')
    expect(await readOffsets(path)).toEqual([])
    const entries = [
      { topic: 'a', partition: 0, offset: 12 },
      { topic: 'b.c', partition: 3, offset: 0 },
    ]
    await writeOffsets(path, entries)
    expect(await readFile(path, 'utf8')).toBe('0\n2\na 0 12\nb.c 3 0\n')
    expect(await readOffsets(path)).toEqual(entries)
  })

  it.each(['', '0\n2\na 0 1\n', '1\n0\n', '0\n1\na 0 x\n', '0\n1\na 0 1'])(
    'damaged as %j says nothing',
    async text => {
      const path = join(folder, 'file')
      await writeFile(path, text)
      expect(await readOffsets(path)).toEqual([])
    },
  )
})
