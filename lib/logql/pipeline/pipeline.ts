import type { LogQuery, Stage } from '../ast.ts'
import { kindOf } from '../stages/index.ts'
import type { Process } from '../stages/kind.ts'
import { compileLabelTest, matcherTest, type OnBadNumber } from './label-test.ts'
import { type BaseLabels, LineLabels } from './labels.ts'
import { lineTest } from './line-test.ts'

export interface PipelineResult {
  line: string
  /** The same object for each line: take from it what is needed before the next one. */
  labels: LineLabels
}

/** What a query makes of one line; undefined where the line is not asked for. */
export type Pipeline = (line: string, base: BaseLabels, timestampNs: bigint) => PipelineResult | undefined

/**
 * The reference meaning of a query with all its stages. Source: LogQL, log queries.
 *
 * @example
 * const base = new KnownLabels(new Map([['service', ['web', 'stream']]]))
 * compilePipeline({ matchers: [], stages: [{ kind: 'json', fields: [] }] })('{"a":1}', base, 0n)?.labels.get('a') // => '1'
 */
export function compilePipeline(query: LogQuery, onBadNumber: OnBadNumber = 'error-label'): Pipeline {
  const matchers = query.matchers.map(matcherTest)
  const stages = query.stages.map(stage => compileStage(stage, onBadNumber))
  const labels = new LineLabels()
  return (line, base, timestampNs) => {
    labels.reset(base, timestampNs)
    if (!matchers.every(test => test(labels))) return undefined
    let made: string | undefined = line
    for (const stage of stages) {
      made = stage(made, labels)
      if (made === undefined) return undefined
    }
    return { line: made, labels }
  }
}

function compileStage(stage: Stage, onBadNumber: OnBadNumber): Process {
  if (stage.kind === 'any') {
    const inner = stage.of.map(one => compileStage(one, onBadNumber))
    return (line, labels) => (inner.some(test => test(line, labels) !== undefined) ? line : undefined)
  }
  if (stage.kind === 'not') {
    const inner = compileStage(stage.of, onBadNumber)
    return (line, labels) => (inner(line, labels) === undefined ? line : undefined)
  }
  const test = lineTest(stage)
  if (test !== undefined) return line => (test(line) ? line : undefined)
  if (stage.kind === 'label') {
    const matches = compileLabelTest(stage.expression, onBadNumber)
    return (line, labels) => (matches(labels) ? line : undefined)
  }
  const kind = kindOf(stage)
  if (kind === undefined) throw new Error(`no stage ${stage.kind}`)
  return kind.compile(stage)
}
