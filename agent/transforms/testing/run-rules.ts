import { z } from 'zod'
import { FakeClock } from '../../../lib/base/index.ts'
import { LineParser } from '../../lines/line-parser.ts'
import { utc } from '../../lines/time/zone.ts'
import { RecordDraft } from '../../records/draft.ts'
import { originOf } from '../../records/origin.ts'
import { transformsConfig } from '../config.ts'
import { type DescribedRecord, describeDraft } from '../draft/describe.ts'
import { Pipeline } from '../pipeline.ts'
import type { RuleContext } from '../rule.ts'

export const testNowMs = Date.parse('2026-11-28T17:07:26Z')
const origin = originOf({
  service: 'shop',
  host: 'h1',
  resource: { 'k8s.pod.name': 'shop-1' },
  scope: 'test',
})

/** What rules need beside their configuration, with nothing left to chance. */
export function testContext(changes: Partial<RuleContext> = {}): Omit<RuleContext, 'view'> {
  return {
    clock: new FakeClock(testNowMs),
    random: () => 0.5,
    hostName: 'h1',
    environment: {},
    readFile: () => undefined,
    ...changes,
  }
}

/** Checks rules as the configuration does. Errors: a ZodError. */
export function pipelineOf(rules: unknown, changes: Partial<RuleContext> = {}): Pipeline {
  return new Pipeline(z.parse(transformsConfig, rules), testContext(changes))
}

/** A draft of a line as a file's source makes it. */
export function draftOf(line: string, mode: 'auto' | 'none' = 'auto'): RecordDraft {
  const draft = new RecordDraft()
  draft.origin = origin
  const bytes = Buffer.from(line)
  new LineParser(draft, mode, utc, () => testNowMs).read(bytes, 0, bytes.length, true, false)
  return draft
}

/** What rules make of lines that come together, in order; what is dropped is not among them. */
export function runRules(
  rules: unknown,
  lines: readonly (string | RecordDraft)[],
  changes: Partial<RuleContext> = {},
): DescribedRecord[] {
  const pipeline = pipelineOf(rules, changes)
  const found: DescribedRecord[] = []
  for (const line of lines) {
    const draft = typeof line === 'string' ? draftOf(line) : line
    if (pipeline.apply(draft)) found.push(describeDraft(draft))
  }
  const draft = new RecordDraft()
  while (pipeline.flush(draft)) found.push(describeDraft(draft))
  return found
}
