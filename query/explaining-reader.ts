import { type SqlParams, type StoreAnswer, StoreReader } from './store-reader.ts'

/** A question as the store would be asked it, and how it would go about it. */
export interface Explained {
  sql: string
  /** What stands in the place of `{name:Type}`. */
  parameters: SqlParams
  tables: string[]
  indexes: UsedIndex[]
  /** Of all tables together, before conditions that no index knows. */
  estimate: { rows: number; parts: number; marks: number }
}

/** What an index leaves of a table: of so many parts and granules, so many. */
export interface UsedIndex {
  table: string
  type: string
  name: string
  keys: string[]
  condition: string
  parts: string
  granules: string
}

/** Puts no question: it has the store say how it would answer, and answers nothing. Source: ClickHouse, EXPLAIN. */
export class ExplainingReader extends StoreReader {
  readonly explained: Explained[] = []
  readonly #inner: StoreReader

  constructor(inner: StoreReader) {
    super(...inner.made)
    this.#inner = inner
  }

  override get preparation(): StoreReader {
    return this.#inner
  }

  override async rows<T>(sql: string, params: SqlParams, signal: AbortSignal): Promise<StoreAnswer<T>> {
    await this.#explain(sql, params, signal)
    return { rows: [], cost: { rows: 0, bytes: 0 } }
  }

  override async each(sql: string, params: SqlParams, signal: AbortSignal): Promise<void> {
    await this.#explain(sql, params, signal)
  }

  override async native(sql: string, params: SqlParams, _: unknown, signal: AbortSignal) {
    await this.#explain(sql, params, signal)
    return { rows: 0, bytes: 0 }
  }

  async #explain(sql: string, params: SqlParams, signal: AbortSignal): Promise<void> {
    const plan = await this.#inner.rows<{ explain: string }>(
      `EXPLAIN json = 1, indexes = 1 ${sql}`,
      params,
      signal,
    )
    const estimate = await this.#inner.rows<{ rows: number; parts: number; marks: number }>(
      `EXPLAIN ESTIMATE ${sql}`,
      params,
      signal,
    )
    const sum = (name: 'rows' | 'parts' | 'marks') =>
      estimate.rows.reduce((all, row) => all + Number(row[name]), 0)
    const text = plan.rows.map(({ explain }) => explain).join('\n')
    this.explained.push({
      sql,
      parameters: params,
      ...readPlan(JSON.parse(text)),
      estimate: { rows: sum('rows'), parts: sum('parts'), marks: sum('marks') },
    })
  }
}

interface PlanIndex {
  Type?: string
  Name?: string
  Keys?: string[]
  Condition?: string
  'Initial Parts'?: number
  'Selected Parts'?: number
  'Initial Granules'?: number
  'Selected Granules'?: number
}

interface PlanNode {
  Plan?: PlanNode
  Plans?: PlanNode[]
  Description?: string
  Indexes?: PlanIndex[]
  'Node Type'?: string
}

/** Tables that are read, and the indexes over them, out of a plan. */
function readPlan(plan: unknown): Pick<Explained, 'tables' | 'indexes'> {
  const tables = new Set<string>()
  const indexes: UsedIndex[] = []
  const waiting = [plan].flat() as PlanNode[]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    waiting.push(...(node.Plan === undefined ? [] : [node.Plan]), ...(node.Plans ?? []).toReversed())
    if (node['Node Type']?.startsWith('ReadFrom') !== true) continue
    const table = (node.Description ?? '').replace(/^.*\./, '')
    if (table !== '') tables.add(table)
    indexes.push(...(node.Indexes ?? []).map(index => usedIndex(table, index)))
  }
  return { tables: [...tables], indexes }
}

function usedIndex(table: string, index: PlanIndex): UsedIndex {
  const of = (what: 'Parts' | 'Granules') =>
    `${index[`Selected ${what}`] ?? 0}/${index[`Initial ${what}`] ?? 0}`
  return {
    table,
    type: index.Type ?? '',
    name: index.Name ?? '',
    keys: index.Keys ?? [],
    condition: index.Condition ?? '',
    parts: of('Parts'),
    granules: of('Granules'),
  }
}
