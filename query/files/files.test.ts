import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  originalOf,
  type SentFile,
  type SentLine,
  sentRecord,
  takeIn,
} from '../../aggregator/testing/sent.ts'
import type { RecordInput } from '../../lib/kafka/index.ts'
import type { LedgerEntry } from '../../lib/ledger/index.ts'
import { formOf, lineBytes, StoreConnection } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { deleteLines, previewDeletion } from '../deletion/delete-lines.ts'
import { StoreReader } from '../store-reader.ts'
import { type FileQuestion, fileContent, generationOf, writtenNames } from './content.ts'
import { listFiles } from './list.ts'
import { unstoredFiles } from './unstored.ts'

const reason = storeUnavailable()
const topic = 'otlp_logs'
const timeMs = Date.now()
const fileOf = (path: string): SentFile => ({
  agent: 'web1',
  source: path,
  generation: '7',
  service: 'web',
  timeMs,
})
const nothing = new AbortController().signal

/** Lines as files have them, each with what parsing found in it. */
const nasty: SentLine[] = [
  { body: '' },
  { body: 'plain words' },
  { body: 'ends with CR', original: 'ends with CR\r\n' },
  { body: 'two lines\n\tof one event', original: 'two lines\n\tof one event\n' },
  { body: 'colours \u001b[31mred\u001b[0m and 𝄞', attributes: { message: 'colours red' } },
  {
    body: '{"time":"2026-01-02T03:04:05.678Z","level":"INFO","msg":"a \\"quoted\\" \\u00fc","n":1.10,"m":1e3,"ok":true,"x":{"y":[1,2]},"id":"abc"}',
    attributes: { msg: 'a "quoted" ü', n: 1.1, m: 1000, ok: true, 'x.y': '[1,2]', id: 'abc' },
  },
  {
    body: 'level=info msg="spaced  out" took=12ms took=12ms',
    attributes: { msg: 'spaced  out', took: '12ms' },
  },
  { body: '\0\0 NULs \0', attributes: { message: 'NULs' } },
  { body: 'not UTF-8: \\xff', original: Buffer.from([0x6e, 0x6f, 0x20, 0xff, 0xfe, 0x00, 0x0a]) },
  { body: 'in a container', original: '2026-01-02T03:04:05.678901234Z stdout F in a container\n' },
  { body: 'of docker "x"', original: '{"log":"of docker \\"x\\"\\n","stream":"stdout"}\n' },
  { body: 'x'.repeat(70_000), attributes: { message: 'x'.repeat(70_000) } },
  { body: 'of a part whose bytes another row has', original: '' },
  { body: '', original: '' },
  { body: 'no line end', original: 'no line end' },
]

describe('a rotated file', () => {
  it.each([
    ['/var/log/app.log.1', ['/var/log/app.log', '/var/log/app']],
    ['/v/app.log-20260131.gz', ['/v/app.log-20260131', '/v/app.log', '/v/app', '/v/app.log.gz']],
    ['/v/app-2026-01-31.log', ['/v/app-2026-01-31', '/v/app-2026-01', '/v/app-2026', '/v/app', '/v/app.log']],
    ['/v.d/plain', []],
  ])('%s may have been written under other names', (path, names) => {
    expect(writtenNames(path)).toEqual(names)
  })
})

describe.skipIf(reason !== undefined)(`files${reason === undefined ? '' : ` (${reason})`}`, () => {
  let store: TestStore
  let connection: StoreConnection
  let reader: StoreReader
  let client: ClickHouseClient
  let next = 0

  beforeAll(async () => {
    store = await startTestStore()
    connection = new StoreConnection(store.config, { application: 'test' })
    client = await connection.client()
    reader = new StoreReader(connection)
  }, 30_000)
  afterAll(async () => {
    await connection?.close()
    await store?.close()
  })

  const take = async (...records: RecordInput[]): Promise<void> => {
    await takeIn(client, topic, records, next, `files ${next}`)
    next += records.length
  }
  const read = async (path: string, more: Partial<FileQuestion> = {}) => {
    const base = { tenant: 'default', host: 'web1', path, generation: undefined, sinceMs: 0 }
    const asked = { ...base, from: undefined, to: undefined, ...more }
    const generation = await generationOf(reader, asked, nothing)
    const bytes: Buffer[] = []
    const notes: string[] = []
    for await (const piece of fileContent(reader, { ...asked, generation }, timeMs, nothing)) {
      if (piece.kind === 'bytes') bytes.push(piece.bytes)
      else notes.push(`${piece.from}-${piece.to} ${piece.reason}${piece.isMissing ? '' : ' (given)'}`)
    }
    return { bytes: Buffer.concat(bytes), notes }
  }
  /** A file in records of so many lines. */
  const recordsOf = (path: string, lines: readonly SentLine[], perRecord: number) => {
    const records: RecordInput[] = []
    let from = 0
    for (let i = 0; i < lines.length; i += perRecord) {
      const part = lines.slice(i, i + perRecord)
      records.push(sentRecord(fileOf(path), from, part))
      from += Buffer.concat(part.map(originalOf)).length
    }
    return records
  }

  it('come back byte for byte, whole and in part', async () => {
    const path = '/var/log/nasty'
    await take(...recordsOf(path, nasty, 3))
    const whole = Buffer.concat(nasty.map(originalOf))
    const all = await read(path)
    expect(all.notes).toEqual([])
    expect(all.bytes.equals(whole)).toBe(true)
    for (const [from, to] of [
      [0, 1],
      [5, 60],
      [100, 100],
      [200, 70_300],
      [whole.length - 3, whole.length],
    ] as const)
      expect((await read(path, { from, to })).bytes.equals(whole.subarray(from, to))).toBe(true)
    const bodies = await client.query({
      query: `SELECT Body FROM otel_logs WHERE LogFilePath = '${path}' ORDER BY TopicOffset, TopicIndex`,
      format: 'JSONEachRow',
    })
    expect((await bodies.json<{ Body: string }>()).map(row => row.Body)).toEqual(nasty.map(line => line.body))
  })

  it('count the bytes of lines as they were written, in rollups and in rows, also where these are no text', async () => {
    const ask = async (query: string) =>
      (await (await client.query({ query, format: 'JSONCompactEachRow' })).json<unknown[]>()).flat()
    const [inRows] = await ask(`SELECT sum(${lineBytes}) FROM otel_logs`)
    expect(await ask('SELECT sum(Bytes) FROM log_rollup_1h')).toEqual([inRows])
    expect(await ask(`SELECT ${lineBytes} FROM otel_logs WHERE startsWith(Body, 'not UTF-8')`)).toEqual([6])
  })

  it('say which bytes are not there as they were written', async () => {
    const path = '/var/log/gaps'
    const lines = [{ body: 'first' }, { body: 'masked ***' }, { body: 'last' }]
    const gaps: LedgerEntry['gaps'] = [
      { row: 0, bytes: 4, reason: 'health', isChange: false },
      { row: 1, bytes: 20, reason: 'mask', isChange: true },
      { row: 3, bytes: 2, reason: 'cut', isChange: false },
    ]
    const to = 4 + 6 + 20 + 5 + 2
    await take(
      sentRecord(fileOf(path), 0, lines, { to, gaps }),
      sentRecord(fileOf(path), to + 10, [{ body: 'after a hole' }]),
    )
    const found = await read(path, { to: 80 })
    expect(found.bytes.toString()).toBe('first\nlast\nafter a hole\n')
    expect(found.notes).toEqual([
      '0-4 health',
      '10-30 changed by mask',
      '35-37 cut',
      '37-47 in no record',
      '60-80 in no record',
    ])
  })

  it('say what the store has lost or changed, and give a range that was sent twice once', async () => {
    const path = '/var/log/lost'
    const lines = ['one', 'two', 'six'].map(body => ({ body }))
    const records = recordsOf(path, lines, 1)
    await take(...records, ...records.slice(2))
    expect(await read(path)).toEqual({ bytes: Buffer.from('one\ntwo\nsix\n'), notes: [] })
    const delete1 = `ALTER TABLE otel_logs DELETE WHERE LineRest = 'two' SETTINGS mutations_sync = 2`
    const change = `ALTER TABLE otel_logs UPDATE LineRest = 'sex' WHERE LineRest = 'six' SETTINGS mutations_sync = 2`
    for (const query of [delete1, change]) await client.command({ query })
    expect(await read(path)).toEqual({
      bytes: Buffer.from('one\nsex\n'),
      notes: [
        '4-8 1 line is lost: see millrace verify',
        '8-12 the store does not have the bytes that were sent (given)',
      ],
    })
  })

  it('give what is there of records of which lines are lost, or there twice', async () => {
    const path = '/var/log/partly'
    const bodies = ['aa', 'b', 'cccc', 'dd', 'eee', 'f']
    const lines = bodies.map(body => ({ body: `${body} partly` }))
    const [first = '', ...rest] = lines.map(({ body }) => `${body}\n`)
    const change = async (query: string) =>
      await client.command({ query: `${query} SETTINGS mutations_sync = 2` })
    const lose = (body: string) => change(`ALTER TABLE otel_logs DELETE WHERE LineRest = '${body} partly'`)
    await take(...recordsOf(path, lines, 6))
    await lose('b')
    expect(await read(path)).toEqual({
      bytes: Buffer.from([first, ...rest.slice(1)].join('')),
      notes: ['10-19 1 line is lost: see millrace verify'],
    })
    await lose('eee')
    const one = '1 line is lost: see millrace verify'
    expect(await read(path)).toEqual({
      bytes: Buffer.from('aa partly\ncccc partly\ndd partly\nf partly\n'),
      notes: [`10-52 ${one}; ${one}; all others of it are given`],
    })
    expect(await read(path, { from: 3, to: 20 })).toEqual({
      bytes: Buffer.from('partly\n'),
      notes: [`10-20 ${one}; ${one}; ask for all of it to have the others`],
    })
    expect((await read(path, { from: 53 })).bytes.toString()).toBe(' partly\n')
    await lose('cccc')
    await client.command({
      query: `INSERT INTO otel_logs SELECT * FROM otel_logs WHERE LineRest = 'f partly'`,
      clickhouse_settings: { async_insert: 0 },
    })
    expect(await read(path)).toEqual({
      bytes: Buffer.from('aa partly\ndd partly\nf partly\n'),
      notes: [
        '0-61 lines of it are in the store twice, and given once: see millrace verify (given)',
        `10-52 2 lines are lost: see millrace verify; ${one}; all others of it are given`,
      ],
    })
  })

  it('come back without deleted lines, which are named at their place', async () => {
    const path = '/var/log/deleted'
    const lines = ['zero', 'ann 1', 'two', 'ann three', 'bob 4', 'five'].map(body => ({ body }))
    const gaps: LedgerEntry['gaps'] = [
      { row: 1, bytes: 3, reason: 'cut', isChange: false },
      { row: 4, bytes: 4, reason: 'cut', isChange: false },
      { row: 5, bytes: 9, reason: 'mask', isChange: true },
    ]
    const to = 5 + 3 + 6 + 4 + 10 + 4 + 6 + 9
    await take(
      sentRecord(fileOf(path), 0, lines, { to, gaps }),
      sentRecord(fileOf(path), to, [{ body: 'ann alone' }, { body: 'end' }]),
    )
    const remove = async (match: string, nowMs: number) => {
      const options = { store: client, form: formOf(store.config), tenant: 'default', match }
      const asked = { ...options, sinceMs: undefined, untilMs: undefined }
      await deleteLines(asked, { by: 'root@h', preview: await previewDeletion(asked), nowMs })
    }
    const at = (ms: number) => `by root@h at ${new Date(ms).toISOString().slice(0, 19)}Z`
    await remove('{} |= "ann"', timeMs)
    const rest = { bytes: Buffer.from('zero\ntwo\nbob 4\nend\n') }
    const known = ['5-8 cut', `8-14 1 line deleted ${at(timeMs)}`, `18-28 1 line deleted ${at(timeMs)}`]
    const end = `47-57 1 line deleted ${at(timeMs)}`
    const change = '38-47 changed by mask'
    expect(await read(path)).toEqual({ ...rest, notes: [...known, '28-32 cut', change, end] })
    expect(await read(path, { from: 15, to: 30 })).toEqual({
      bytes: Buffer.from('wo\n'),
      notes: [`18-28 1 line deleted ${at(timeMs)}`, '28-30 cut'],
    })
    await remove('{} |= "bob"', timeMs + 60_000)
    const both = `deleted ${at(timeMs)} and ${at(timeMs + 60_000)}`
    expect(await read(path)).toEqual({
      bytes: Buffer.from('zero\ntwo\nend\n'),
      notes: [...known.slice(0, 2), `18-38 2 lines ${both}`, change, end],
    })
  })

  it('of which nothing is stored are told from others, however many and long their names', async () => {
    const path = '/var/log/stored'
    await take(...recordsOf(path, [{ body: 'a' }], 1))
    const names = Array.from({ length: 1_000 }, (_, i) => `/${'ä'.repeat(300)}/${i}`)
    const sources = [path, ...names].map(source => ({ source, lagBytes: 0 }))
    const agents = [{ agent: 'web1', sources }] as unknown as Parameters<typeof unstoredFiles>[1]
    const found = await unstoredFiles(reader, agents, { host: '', path: '' }, nothing)
    expect(new Set(found.map(file => file.path))).toEqual(new Set(names))
  })

  it('are listed with their incarnations, and one that nobody knows is not found', async () => {
    const path = '/var/log/listed'
    await take(sentRecord(fileOf(path), 0, [{ body: 'old' }]))
    await take(sentRecord({ ...fileOf(path), generation: '8', timeMs: timeMs + 5 }, 0, [{ body: 'new one' }]))
    const files = await listFiles(reader, { tenant: 'default', host: 'web1', path }, nothing)
    expect(
      files.map(file => [file.path, file.generation, file.from, file.to, file.lines, file.gaps]),
    ).toEqual([
      [path, '8', 0, 8, 1, 0],
      [path, '7', 0, 4, 1, 0],
    ])
    expect((await read(path)).bytes.toString()).toBe('new one\n')
    expect((await read(path, { generation: '7' })).bytes.toString()).toBe('old\n')
    await expect(read('/no')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    for (const name of [`${path}.1`, `${path}-20260131.gz`])
      await expect(read(name)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining(
          `a rotated file stands under the path at which it was written, ${path}, with`,
        ),
      })
    await expect(read(path, { generation: '9' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
