import { decodeAttributes, type ItemReader, type Ranges } from '../../lib/otlp/index.ts'
import { makeContext, type SeriesContext } from './context.ts'
import { SeriesCache } from './series-cache.ts'

/** Resources and scopes remembered; what falls out is made anew when it comes again. */
const maxContexts = 10_000

/** Finds the context of a resource and scope by their bytes. */
export class ContextCache {
  /** Of no resource at all. */
  readonly none: SeriesContext
  readonly #promote: ReadonlySet<string>
  readonly #known = new SeriesCache<SeriesContext>(maxContexts)
  #made = 0

  constructor(promote: readonly string[]) {
    this.#promote = new Set(promote)
    this.none = { key: '', service: '', host: '', isPrometheus: false, labels: new Map(), target: undefined }
  }

  /** The context of the items the reader is at. */
  of(items: ItemReader): SeriesContext {
    const { bytes } = items
    const parts = [items.scopeName, items.scopeVersion, items.scopeSchemaUrl]
    const scope = parts.map(({ start, end }) => `${end - start}:${bytes.toString('latin1', start, end)}`)
    const key = `${keyOf(bytes, items.resourceAttributes)}\n${keyOf(bytes, items.scopeAttributes)}\n${scope.join()}`
    return this.#known.get(key, () =>
      makeContext(
        String(++this.#made),
        {
          resource: decodeAttributes(bytes, items.resourceAttributes),
          scopeName: items.scopeName.text(bytes),
          scopeVersion: items.scopeVersion.text(bytes),
          scopeSchemaUrl: items.scopeSchemaUrl.text(bytes),
          scope: decodeAttributes(bytes, items.scopeAttributes),
        },
        this.#promote,
      ),
    )
  }
}

function keyOf(bytes: Buffer, { starts, ends, count }: Ranges): string {
  let key = `${count}`
  for (let i = 0; i < count; i++) {
    const [start, end] = [starts[i] as number, ends[i] as number]
    key += `,${end - start}:${bytes.toString('latin1', start, end)}`
  }
  return key
}
