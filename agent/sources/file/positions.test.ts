import { appendFile, cp, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memoryLogger, OnceAMinute, systemClock } from '../../../lib/base/index.ts'
import { type Log, openLog } from '../../../lib/log/index.ts'
import { Lane } from '../../spool/lane.ts'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { type FilePosition, identityHeaders } from './position.ts'
import { Positions } from './positions.ts'

function positionAt(generation: string, offset: number): FilePosition {
  const sums = { headLength: Math.min(1024, offset), headSum: offset, tailSum: offset + 1 }
  const path = `/l/${generation}`
  const target = generation === 'g1' ? '/t/ü \udcff.log' : ''
  const file = { source: path, path, target, device: '1', inode: generation, birth: '123' }
  return {
    generation,
    ...file,
    ...sums,
    offset,
    skipping: offset % 20 === 0,
    continuing: offset % 30 === 0,
    done: false,
  }
}

function openSpool(folder: string): Promise<Log> {
  return openLog({ folder: join(folder, 'spool'), segmentBytes: 1_048_576, flush: 'os' })
}

/** Appends one record per step, each moving one of three generations ten bytes on. */
async function write(log: Log, positions: Positions, from: number, to: number): Promise<void> {
  const { logger } = memoryLogger()
  const lane = new Lane({
    name: 'logs',
    signal: 'logs',
    topic: 't',
    use: 'signal',
    log,
    clock: systemClock,
    troubles: new OnceAMinute(logger, systemClock),
    hasRoom: () => true,
  })
  for (let i = from; i < to; i++) {
    const position = positionAt(`g${i % 3}`, (Math.floor(i / 3) + 1) * 10)
    const { source, generation, offset } = position
    const entry = { agent: 'a', source, generation, from: offset - 10, to: offset, lines: 1, dropped: {} }
    await lane.append({
      value: Buffer.from('x'),
      entry,
      headers: identityHeaders(position),
      onDurable: () => positions.note(position),
    })
  }
  await lane.close()
}

describe('positions', () => {
  test('come back from the spool alone', async () => {
    await inTemporaryFolder(async folder => {
      const { logger } = memoryLogger()
      const log = await openSpool(folder)
      const written = await Positions.load(folder, [{ name: 'logs', log }], logger)
      await write(log, written, 0, 7)
      const read = await Positions.load(folder, [{ name: 'logs', log }], logger)
      expect(read.all()).toEqual(written.all())
      expect(read.get('g0')).toEqual(positionAt('g0', 30))
      await log.close()
    })
  })

  test('come back from the checkpoint and what stands in the spool behind it', async () => {
    await inTemporaryFolder(async folder => {
      const { logger } = memoryLogger()
      const log = await openSpool(folder)
      const written = await Positions.load(folder, [{ name: 'logs', log }], logger)
      await write(log, written, 0, 7)
      written.finish('g2')
      await written.checkpoint(new Map([['logs', log.endOffset]]))
      await log.roll()
      await log.deleteBefore(log.endOffset)
      await write(log, written, 7, 10)
      const read = await Positions.load(folder, [{ name: 'logs', log }], logger)
      expect(read.all()).toEqual(written.all())
      expect(read.covered('logs')).toBe(7)
      await log.close()
    })
  })

  test('are those of the last whole batch, wherever a crash tore the spool', async () => {
    await inTemporaryFolder(async folder => {
      const { logger } = memoryLogger()
      const log = await openSpool(folder)
      const written = await Positions.load(folder, [{ name: 'logs', log }], logger)
      await write(log, written, 0, 4)
      await written.checkpoint(new Map([['logs', log.endOffset]]))
      const keptBytes = log.sizeBytes
      await write(log, written, 4, 12)
      const segment = join('spool', '00000000000000000000.log')
      const { size } = await stat(join(folder, segment))
      for (let cut = keptBytes; cut <= size; cut += 37) {
        const torn = join(folder, 'torn', String(cut))
        await cp(join(folder, 'spool'), join(torn, 'spool'), { recursive: true })
        await cp(join(folder, 'positions.json'), join(torn, 'positions.json'))
        await truncate(join(torn, segment), cut)
        // what a crash may leave behind a torn batch
        await appendFile(join(torn, segment), Buffer.alloc(cut % 50))
        const again = await openSpool(torn)
        const read = await Positions.load(torn, [{ name: 'logs', log: again }], logger)
        const last = again.endOffset - 1
        expect(read.get(`g${last % 3}`)?.offset).toBe((Math.floor(last / 3) + 1) * 10)
        await again.close()
      }
      await log.close()
    })
  }, 20_000)

  test('of a damaged checkpoint are not guessed', async () => {
    await inTemporaryFolder(async folder => {
      const log = await openSpool(folder)
      await writeFile(join(folder, 'positions.json'), '{')
      await expect(Positions.load(folder, [{ name: 'logs', log }], memoryLogger().logger)).rejects.toThrow(
        'is damaged: restore it',
      )
      await log.close()
    })
  })
})
