import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { quarantineFolder } from '../file-names.ts'
import { laneRecords, writeLaneBatch } from '../records/lane-records.ts'
import { quarantine } from '../ship/quarantine.ts'
import { readSpool } from '../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../testing/spool.ts'
import { until } from '../testing/temporary-folder.ts'
import { replayBatch } from './replay.ts'

/** A batch of what a tenant sent, set aside under a name. */
async function setAside({ spool, intake, folder }: TestSpool, place: string): Promise<string> {
  await intake.ofTenant('acme').take([{ signal: 'logs', value: Buffer.from('x'), lines: 1 }])
  const slice = await spool.lane('logs').log.read(0, 1_000)
  const bytes = writeLaneBatch(laneRecords(Buffer.from(slice.bytes)))
  slice.release()
  const path = await quarantine(folder, place, 7, bytes)
  return path.split('/').at(-1) ?? ''
}

const left = (folder: string): string[] => readdirSync(quarantineFolder(folder))

test('what the brokers refused is put into its lane again, and stays its tenant’s', async () => {
  await withSpool(async spooled => {
    const { spool, folder } = spooled
    const file = await setAside(spooled, 'logs')
    expect(await replayBatch(spool, folder, file)).toBe(1)
    await until('both', async () => (await readSpool(spool.lane('logs').log)).length === 2)
    const [, again] = await readSpool(spool.lane('logs').log)
    expect([again?.tenant, again?.entry.source]).toEqual(['acme', 'otlp'])
    expect(left(folder)).toEqual([])
  })
})

test('what an output refused goes to that output alone', async () => {
  await withSpool(async spooled => {
    const { spool, folder } = spooled
    const file = await setAside(spooled, 'loki-logs')
    await expect(replayBatch(spool, folder, file)).rejects.toThrow('sent there by the agent that runs')
    const refused = () => Promise.reject(new Error('refused again'))
    await expect(replayBatch(spool, folder, file, refused)).rejects.toThrow('refused again')
    expect(left(folder)).toEqual([file])
    const sent: string[] = []
    const toOutput = (name: string, records: readonly { value: Buffer }[]) => {
      sent.push(name, ...records.map(({ value }) => String(value)))
      return Promise.resolve(records.length)
    }
    expect(await replayBatch(spool, folder, file, toOutput)).toBe(1)
    expect(sent).toEqual([file, 'x'])
    expect(left(folder)).toEqual([])
    expect(await readSpool(spool.lane('logs').log)).toHaveLength(1)
  })
})
