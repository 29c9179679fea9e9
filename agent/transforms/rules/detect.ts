import { z } from 'zod'
import { WireWriter, writeAttribute } from '../../../lib/otlp/index.ts'
import type { RecordDraft } from '../../records/draft.ts'
import { RecordOrigin } from '../../records/origin.ts'
import { detectCloud } from '../detectors/cloud.ts'
import { detectContainer } from '../detectors/container.ts'
import type { Detected, Detector } from '../detectors/detector.ts'
import { detectEnvironment } from '../detectors/environment.ts'
import { detectHost } from '../detectors/host.ts'
import { detectKubernetes } from '../detectors/kubernetes.ts'
import { AttributeCursor } from '../draft/attributes.ts'
import { common, type Rule, type RuleContext, ruleKind, type Verdict } from '../rule.ts'

const detectors = {
  environment: detectEnvironment,
  host: detectHost,
  container: detectContainer,
  kubernetes: detectKubernetes,
  cloud: detectCloud,
} as const satisfies Record<string, Detector>

type DetectorName = keyof typeof detectors
const names = Object.keys(detectors) as [DetectorName, ...DetectorName[]]

/**
 * Adds what is known of the agent's machine to the resource of its records: of earlier detectors first, and of nothing
 * that the resource has already. Records that come from another host are left alone.
 */
export const detectKind = ruleKind({
  config: z.strictObject({
    type: z.literal('detect'),
    ...common,
    from: z.array(z.enum(names)).min(1).default(names),
  }),
  create: ({ from }, context) => new ResourceRule(detected(from, context), context.hostName),
})

function detected(from: readonly DetectorName[], context: RuleContext): Detected {
  return Object.assign({}, ...from.toReversed().map(name => withValues(detectors[name](context))))
}

function withValues(found: Detected): Record<string, string> {
  const known = Object.entries(found).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return Object.fromEntries(known)
}

class ResourceRule implements Rule {
  readonly #attributes: readonly (readonly [key: string, value: string])[]
  readonly #hostName: string
  /** What became of each origin; an origin that was made here is its own. */
  readonly #origins = new WeakMap<RecordOrigin, RecordOrigin>()
  readonly #cursor = new AttributeCursor()

  constructor(attributes: Detected, hostName: string) {
    this.#attributes = Object.entries(attributes).map(([key, value]) => [key, value ?? ''] as const)
    this.#hostName = hostName
  }

  apply(draft: RecordDraft): Verdict {
    const { origin } = draft
    if (!this.#isOfThisHost(draft)) return 'same'
    let wider = this.#origins.get(origin)
    if (wider === undefined) {
      wider = this.#widen(origin)
      this.#origins.set(origin, wider)
      this.#origins.set(wider, wider)
    }
    if (wider === origin) return 'same'
    draft.origin = wider
    return 'changed'
  }

  #isOfThisHost({ host, origin }: RecordDraft): boolean {
    const name = host.length > 0 ? host.toString() : origin.host
    return name === '' || name === this.#hostName
  }

  #widen(origin: RecordOrigin): RecordOrigin {
    const writer = new WireWriter(512)
    writer.ensure(origin.attributes.length)
    writer.position += origin.attributes.copy(writer.bytes, 0)
    let { host, service } = origin
    for (const [key, value] of this.#attributes) {
      if (key === 'host.name') host ||= value
      else if (key === 'service.name') service ||= value
      else if (!this.#has(origin, key)) writeAttribute(writer, 1, key, value)
    }
    return new RecordOrigin({ service, host, attributes: writer.finish(), scope: origin.scope })
  }

  #has(origin: RecordOrigin, key: string): boolean {
    this.#cursor.reset(origin.attributes, 0, origin.attributes.length)
    return this.#cursor.find(Buffer.from(key))
  }
}
