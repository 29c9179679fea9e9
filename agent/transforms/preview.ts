import { codeOf } from '../../lib/base/index.ts'
import { RecordDraft } from '../records/draft.ts'
import { readOtlpLogs } from '../records/from-otlp.ts'
import type { TransformConfig } from './config.ts'
import { type DescribedRecord, describeDraft } from './draft/describe.ts'
import { HeldDraft } from './draft/held-draft.ts'
import type { RuleFigures } from './figures.ts'
import { Pipeline } from './pipeline.ts'
import type { RuleContext, Verdict } from './rule.ts'

export interface PreviewOptions {
  transforms: readonly TransformConfig[]
  context: Omit<RuleContext, 'view'>
  /** Kept for each rule. */
  examples: number
}

/** What a rule made of one record. */
export interface PreviewExample {
  before: DescribedRecord
  /** Undefined: dropped. */
  after: DescribedRecord | undefined
}

export interface RulePreview extends RuleFigures {
  /** Of records that were changed or dropped, the first ones. */
  examples: PreviewExample[]
}

export interface PreviewReport {
  records: number
  /** Records that go on; those that were joined count once. */
  kept: number
  /** Requests that are none: what else was written to the topic is left out. */
  unreadable: number
  bytesBefore: number
  bytesAfter: number
  rules: RulePreview[]
}

/**
 * Runs rules over records that are there already, one request after the other, and tells what each rule did: for trying
 * a changed rule before it is at work. Nothing is written anywhere. Every record is timed, rule by rule.
 *
 * @example
 * const preview = new Preview({ transforms, context, examples: 3 })
 * for await (const request of requests) preview.add(request)
 * preview.report().rules[0]?.dropped
 */
export class Preview {
  readonly #pipeline: Pipeline
  readonly #examples: PreviewExample[][]
  readonly #most: number
  readonly #draft = new RecordDraft()
  /** The record as it was before the rule that is at work. */
  readonly #before = new HeldDraft()
  #records = 0
  #kept = 0
  #unreadable = 0
  #bytesBefore = 0
  #bytesAfter = 0

  constructor({ transforms, context, examples }: PreviewOptions) {
    this.#pipeline = new Pipeline(transforms, context)
    this.#examples = transforms.map(() => [])
    this.#most = examples
  }

  /** Takes the records of an ExportLogsServiceRequest: the value of one record of the logs topic. */
  add(request: Buffer): void {
    try {
      readOtlpLogs(request, this.#draft, () => this.#take())
    } catch (error) {
      if (codeOf(error) !== 'PROTOBUF_INVALID') throw error
      this.#unreadable++
    }
    while (this.#pipeline.flush(this.#draft, (rule, verdict) => this.#observe(rule, verdict))) this.#keep()
  }

  report(): PreviewReport {
    const rules = this.#pipeline.figures.map((figures, i) => ({
      ...figures,
      examples: this.#examples[i] ?? [],
    }))
    const [records, kept, unreadable] = [this.#records, this.#kept, this.#unreadable]
    return { records, kept, unreadable, bytesBefore: this.#bytesBefore, bytesAfter: this.#bytesAfter, rules }
  }

  #take(): void {
    const draft = this.#draft
    this.#records++
    this.#bytesBefore += sizeOf(draft)
    this.#before.store(draft)
    if (this.#pipeline.apply(draft, (rule, verdict) => this.#observe(rule, verdict))) this.#keep()
  }

  #keep(): void {
    this.#kept++
    this.#bytesAfter += sizeOf(this.#draft)
  }

  #observe(rule: number, verdict: Verdict): void {
    const examples = this.#examples[rule] as PreviewExample[]
    if ((verdict === 'changed' || verdict === 'drop') && examples.length < this.#most) {
      const after = verdict === 'drop' ? undefined : describeDraft(this.#draft)
      examples.push({ before: describeDraft(this.#before.draft), after })
    }
    // the next rule gets what this one made; copied only while there is something left to show
    if (verdict === 'changed' && this.#wantsMore()) this.#before.store(this.#draft)
  }

  #wantsMore(): boolean {
    return this.#examples.some(examples => examples.length < this.#most)
  }
}

/** Runs rules over all requests. */
export async function preview(
  options: PreviewOptions,
  requests: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<PreviewReport> {
  const run = new Preview(options)
  for await (const request of requests) run.add(request)
  return run.report()
}

function sizeOf({ body, attributes }: RecordDraft): number {
  return body.length + attributes.position
}
