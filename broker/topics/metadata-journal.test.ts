import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMetadataJournal } from './metadata-journal.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-metadata-'))
  path = join(folder, 'metadata.jsonl')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const topic = (name: string) => ({ name, id: `id-${name}`, partitions: 3, configs: { 'retention.ms': '5' } })

describe('the metadata journal', () => {
  it('keeps topics, the cluster id and producer ids over a restart', async () => {
    const first = await openMetadataJournal(path, () => 'cluster-1')
    await first.addTopic(topic('a'))
    await first.addTopic(topic('b'))
    await first.removeTopic('id-a')
    expect([await first.takeProducerIds(10), await first.takeProducerIds(10)]).toEqual([0, 10])
    await first.close()
    const second = await openMetadataJournal(path, () => 'cluster-2')
    expect(second.clusterId).toBe('cluster-1')
    expect([...second.topics.values()]).toEqual([topic('b')])
    expect(await second.takeProducerIds(1)).toBe(20)
    await second.close()
  })

  it.each(['{"type":"topic","name":"to', '\0\0\0\0\0\0\0:3}\n', '{"type":"to\0\0\0\0\0\n', '\0\n', '\0\0\0'])(
    'drops a last line that a crash or a loss of power has torn, and goes on after the last whole one: %j',
    async torn => {
      const first = await openMetadataJournal(path, () => 'c')
      await first.addTopic(topic('a'))
      await first.close()
      await appendFile(path, torn)
      const second = await openMetadataJournal(path, () => 'c')
      await second.addTopic(topic('b'))
      await second.close()
      const third = await openMetadataJournal(path, () => 'c')
      expect([...third.topics.keys()]).toEqual(['a', 'b'])
      await third.close()
    },
  )

  it('is rewritten when most of it is outdated', async () => {
    const first = await openMetadataJournal(path, () => 'c')
    for (let i = 0; i < 80; i++) {
      await first.addTopic(topic(`t${i}`))
      if (i > 0) await first.removeTopic(`id-t${i}`)
    }
    await first.close()
    const second = await openMetadataJournal(path, () => 'c')
    expect([...second.topics.keys()]).toEqual(['t0'])
    await second.addTopic(topic('new'))
    await second.close()
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(5)
  })

  it('damaged in the middle is an error that names the line', async () => {
    await writeFile(path, '{"type":"cluster","id":"c"}\nnonsense\n')
    await expect(openMetadataJournal(path, () => 'c')).rejects.toThrow(/damaged at line 2: restore/)
  })
})
