import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parsePromQl } from '../promql/parser.ts'
import { BoardLibrary, namedBoard } from './library.ts'
import { readBoard } from './read.ts'

const shipped = join(import.meta.dirname, 'shipped')
const folder = mkdtempSync(join(tmpdir(), 'millrace-boards-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const small = (name: string) => `kind: Dashboard
metadata: { name: ${name} }
spec:
  panels: { a: { spec: { plugin: { kind: Markdown, spec: { text: hello } } } } }
  layouts: [ { spec: { items: [ { x: 0, y: 0, width: 12, height: 4, content: { $ref: '#/spec/panels/a' } } ] } } ]
`

describe('dashboards that come with Millrace', () => {
  const files = readdirSync(shipped)
  it('are there', () => {
    expect(files.sort()).toEqual([
      'host.yaml',
      'kafka-broker.yaml',
      'kubernetes-workload.yaml',
      'overview.yaml',
      'pipeline-health.yaml',
      'service.yaml',
    ])
  })

  it.each(files)('%s can be read, and so can what it asks of metrics', file => {
    const board = namedBoard(file.replace('.yaml', ''), readFileSync(join(shipped, file), 'utf8'))
    for (const { spec } of Object.values(board.spec.panels))
      for (const { spec: query } of spec.queries)
        if (query.plugin.kind === 'PrometheusTimeSeriesQuery')
          parsePromQl(query.plugin.spec.query.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, 'x'))
  })
})

describe('a dashboard that is written', () => {
  it('is refused with the place of what is wrong', () => {
    expect(() => readBoard(small('a').replace('Markdown', 'Marquee'))).toThrow(
      /^4:\d+: spec\.panels\.a\.spec\.plugin\.kind/,
    )
    expect(() => readBoard(small('a').replace('panels/a', 'panels/b'))).toThrow(/there is no panel b/)
    expect(() => readBoard('kind: [')).toThrow(/^1:\d+: /)
    expect(() => readBoard(small('a').replace('text:', 'txet:'))).toThrow(/txet/)
    expect(() => namedBoard('b', small('a'))).toThrow(/found a, expected b/)
  })
})

describe('dashboards that are saved', () => {
  const library = new BoardLibrary(folder, [])

  it('have versions, and nobody overwrites what another has saved', async () => {
    expect(await library.saved.save('mine', small('mine'), 0)).toBe(1)
    expect(await library.saved.save('mine', small('mine').replace('hello', 'two'), 1)).toBe(2)
    await expect(library.saved.save('mine', small('mine'), 1)).rejects.toMatchObject({
      code: 'BOARD_CHANGED',
    })
    await expect(library.saved.save('mine', small('mine'), 0)).rejects.toMatchObject({
      code: 'BOARD_EXISTS',
      message: expect.stringContaining('give this one another title'),
    })
    expect((await library.read('mine')).text).toContain('two')
    expect((await library.read('mine', 1)).text).toContain('hello')
    expect(await library.saved.versions('mine')).toEqual([2, 1])
  })

  it('are saved once, where several do so at once', async () => {
    const saves = ['one', 'two', 'three'].map(word =>
      library.saved.save('raced', small('raced').replace('hello', word), 0),
    )
    const outcomes = await Promise.allSettled(saves)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await library.saved.versions('raced')).toEqual([1])
    expect(readdirSync(join(folder, 'dashboards', 'raced'))).toEqual(['000001.yaml'])
  })

  it('stand before those that come with Millrace, which come back when they go', async () => {
    await library.saved.save('host', small('host'), 0)
    expect(await library.read('host')).toMatchObject({ origin: 'saved', version: 1 })
    expect(await library.saved.remove('host')).toBe(true)
    expect(await library.read('host')).toMatchObject({ origin: 'shipped', version: 0 })
    expect((await library.list()).map(({ name, problem }) => [name, problem])).toContainEqual(['mine', ''])
    await expect(library.read('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('keep fifty versions', async () => {
    for (let i = 0; i < 55; i++) await library.saved.save('often', small('often'), i)
    const versions = await library.saved.versions('often')
    expect([versions.length, versions[0], versions.at(-1)]).toEqual([50, 55, 6])
  })
})
