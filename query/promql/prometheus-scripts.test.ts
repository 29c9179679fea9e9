import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { playScript } from './testing/play.ts'

/** Prometheus' own scripts, where Go's module cache has them: `go mod download github.com/prometheus/prometheus@v0.316.0`. */
const folder = join(
  process.env['GOMODCACHE'] ?? join(homedir(), 'go', 'pkg', 'mod'),
  'github.com/prometheus/prometheus@v0.316.0/promql/promqltest/testdata',
)

/** Scripts of features that Prometheus has behind a flag and that are off there too unless asked for. */
const leftOut = ['start_timestamps.test', 'type_and_unit.test']

/** Queries that differ, each file's with the reason. */
const known: Readonly<Record<string, readonly [count: number, reason: string]>> = {
  'histograms.test': [16, 'names of metrics in notes, which are there where names are removed late (a flag)'],
  'name_label_dropping.test': [8, 'names are removed late only behind a flag'],
  'native_histograms.test': [26, 'as for histograms; hints that the TSDB gives to stored histograms'],
}

describe.skipIf(!existsSync(folder))(`PromQL by Prometheus' own scripts (needs its Go module)`, () => {
  const scripts = existsSync(folder) ? readdirSync(folder).filter(name => !leftOut.includes(name)) : []
  it.each(scripts)('%s', name => {
    const { played, wrong } = playScript(readFileSync(join(folder, name), 'utf8'))
    expect(played).toBeGreaterThan(0)
    const [allowed] = known[name] ?? [0]
    const said = wrong.map(({ line, query, why }) => `line ${line}: ${query}: ${why}`).join('\n')
    expect(wrong.length, said).toBeLessThanOrEqual(allowed)
  })
})
