import { describe, expect, it } from 'vitest'
import { readSources, roomOf } from './sources.ts'

/** Imports go down only; a room may import its own floor only where listed. See ARCHITECTURE.md. */
const floors: Readonly<Record<string, number>> = {
  'lib/base': 0,
  'lib/native': 0,
  'lib/kafka': 1,
  'lib/otlp': 1,
  'lib/ledger': 1,
  'lib/go-template': 1,
  'lib/logql': 2,
  'lib/traceql': 2,
  'lib/re2': 1,
  'lib/telemetry': 2,
  'lib/log': 2,
  'lib/kafka/client': 2,
  'lib/kafka/admin': 2,
  agent: 3,
  broker: 3,
  aggregator: 3,
  store: 3,
  query: 3,
  dashboards: 4,
  cli: 5,
  test: 6,
}
const sameFloor: Readonly<Record<string, readonly string[]>> = {
  aggregator: ['store'],
  query: ['store'],
  'lib/traceql': ['lib/logql'],
  'lib/kafka/admin': ['lib/kafka/client'],
}
/** Folders of the broker, by floor. What stands beside them is either below all (types, names, settings) or puts them together. */
const brokerFloors: Readonly<Record<string, number>> = {
  partitions: 1,
  topics: 2,
  'fetch-sessions': 2,
  access: 3,
  compaction: 3,
  groups: 3,
  quotas: 4,
  transactions: 4,
  share: 4,
  network: 4,
  handlers: 5,
  metrics: 6,
}
const maxLines = 400
const wantedLines = 300
/** How many files may be longer than wanted before it is a habit. */
const maxLong = 5

/** A room's face; a role has a second one, its part of the configuration, which loads nothing else of it. */
const isFace = (path: string) => path.endsWith('/index.ts') || /^\w+\/config\.ts$/.test(path)

const sources = readSources()
const isTest = (path: string) => path.startsWith('test/') || /\.test\.tsx?$|\/testing\//.test(path)
const product = sources.filter(source => !isTest(source.path) && roomOf(source.path) !== '')

describe('the house', () => {
  it('knows every room', () => {
    expect([...new Set(product.map(s => roomOf(s.path)))].filter(room => floors[room] === undefined)).toEqual(
      [],
    )
    expect(product.length).toBeGreaterThan(100)
  })

  it('imports go down only', () => {
    const wrong = product.flatMap(source => {
      const from = roomOf(source.path)
      const bad = source.imports.filter(target => {
        const to = roomOf(target)
        if (to === from || to === '') return false
        const below = (floors[to] ?? 99) < (floors[from] ?? 0)
        return !below && !(sameFloor[from] ?? []).includes(to)
      })
      return bad.map(target => `${source.path} -> ${target}`)
    })
    expect(wrong).toEqual([])
  })

  it('a room is entered by its face alone, index.ts or config.ts', () => {
    const wrong = product.flatMap(source =>
      source.imports
        .filter(target => roomOf(target) !== roomOf(source.path) && roomOf(target) !== '' && !isFace(target))
        .map(target => `${source.path} -> ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('has floors inside the broker, too', () => {
    const inside = product.filter(source => roomOf(source.path) === 'broker')
    expect(
      [...new Set(inside.map(s => folderOf(s.path)))].filter(f => f !== '' && !(f in brokerFloors)),
    ).toEqual([])
    const wrong = inside.flatMap(source =>
      source.imports
        .filter(target => roomOf(target) === 'broker' && isNotBelow(folderOf(source.path), folderOf(target)))
        .map(target => `${source.path} -> ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('dashboards takes only types from the API', () => {
    const wrong = product
      .filter(source => roomOf(source.path) === 'dashboards')
      .flatMap(s => s.valueImports.filter(t => roomOf(t) !== 'dashboards').map(t => `${s.path} -> ${t}`))
    expect(wrong).toEqual([])
  })

  it('no files import each other in a circle, not even for types', () => {
    expect(circles(new Map(sources.map(source => [source.path, source.imports])))).toEqual([])
  })

  it('nothing of the product imports a test', () => {
    const wrong = product.flatMap(s => s.imports.filter(isTest).map(target => `${s.path} -> ${target}`))
    expect(wrong).toEqual([])
  })

  it('files are short', () => {
    expect(sources.filter(source => source.lines > maxLines).map(s => `${s.path}: ${s.lines} lines`)).toEqual(
      [],
    )
    expect(
      product
        .filter(source => source.lines > wantedLines)
        .map(s => s.path)
        .slice(maxLong),
    ).toEqual([])
  })
})

/** The folder below the room's own; '' for a file that stands beside them. */
function folderOf(path: string): string {
  const parts = path.split('/')
  return parts.length > 2 ? (parts[1] as string) : ''
}

function isNotBelow(from: string, to: string): boolean {
  if (from === '' || to === '' || from === to) return false
  return (brokerFloors[to] ?? 0) >= (brokerFloors[from] ?? 0)
}

/** Depth first; a file met again while still open closes a circle. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const state = new Map<string, 'open' | 'done'>()
  const found: string[] = []
  const visit = (path: string, way: readonly string[]) => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      found.push([...way.slice(way.indexOf(path)), path].join(' -> '))
      return
    }
    state.set(path, 'open')
    for (const next of graph.get(path) ?? []) visit(next, [...way, path])
    state.set(path, 'done')
  }
  for (const path of graph.keys()) visit(path, [])
  return found
}
