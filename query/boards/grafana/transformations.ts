import { type BoardInput, maxColumns } from '../model.ts'
import type { GrafanaPanel } from './grafana.ts'

type Spec = NonNullable<BoardInput['spec']['panels'][string]['spec']['plugin']['spec']>
type ColumnSettings = NonNullable<Spec['columnSettings']>
type Overrides = NonNullable<Spec['overrides']>

export interface Taken<T> {
  taken: T
  /** What was not, and why. */
  left: string[]
}

/** Joining is what our table does by itself; sorting is done by a click on a column. */
const needless = new Set([
  'merge',
  'joinByField',
  'seriesToColumns',
  'joinByLabels',
  'labelsToFields',
  'sortBy',
])

const reducers = {
  lastNotNull: 'last',
  last: 'last',
  firstNotNull: 'first',
  first: 'first',
  min: 'min',
  max: 'max',
  mean: 'mean',
  sum: 'sum',
  count: 'count',
} as const

type Options = NonNullable<NonNullable<GrafanaPanel['transformations']>[number]['options']>

/** What transformations come to. */
class Made {
  readonly left: string[] = []
  calculation: (typeof reducers)[keyof typeof reducers] | undefined
  readonly #columns = new Map<string, ColumnSettings[number]>()

  column(name: string, setting: Omit<ColumnSettings[number], 'name'> = {}): void {
    this.#columns.set(name, { ...this.#columns.get(name), ...setting, name })
  }

  spec(): Spec {
    // the moment of a value is not shown
    this.#columns.delete('Time')
    const columnSettings = [...this.#columns.values()].slice(0, maxColumns)
    return {
      ...(columnSettings.length === 0 ? {} : { columnSettings }),
      ...(this.calculation === undefined ? {} : { calculation: this.calculation }),
    }
  }
}

const known: Readonly<Record<string, (options: Options, made: Made) => void>> = {
  organize: ({ excludeByName = {}, renameByName = {}, indexByName = {} }, made) => {
    for (const [name] of Object.entries(indexByName).sort((a, b) => a[1] - b[1])) made.column(name)
    for (const [name, header] of Object.entries(renameByName))
      if (header !== '') made.column(name, { header })
    for (const [name, hide] of Object.entries(excludeByName)) if (hide) made.column(name, { hide })
  },
  // which others there are is not known before they come: those that are named come first
  filterFieldsByName: ({ include }, made) => {
    for (const name of include?.names ?? []) made.column(name)
    made.left.push('columns that filterFieldsByName leaves out are shown behind the others')
  },
  reduce: ({ reducers: asked = [] }, made) => {
    made.calculation = reducers[asked[0] as keyof typeof reducers]
  },
}

/** Transformations of a panel that have a meaning here: columns of tables, and which value of a series is shown. */
export function transformationsOf({ transformations = [] }: GrafanaPanel): Taken<Spec> {
  const made = new Made()
  for (const { id = '', options = {}, disabled } of transformations) {
    if (disabled === true || needless.has(id)) continue
    const take = known[id]
    if (take === undefined) made.left.push(`transformation ${id}`)
    else take(options, made)
  }
  return { taken: made.spec(), left: made.left }
}

/** Overrides of single series and columns by their name: unit, colour, name, axis, below zero, hidden. */
export function overridesOf({ fieldConfig }: GrafanaPanel): Taken<Spec> {
  const left: string[] = []
  const overrides: Overrides = []
  for (const { matcher, properties: given = [] } of fieldConfig?.overrides ?? []) {
    const match = matchOf(matcher)
    if (match === undefined) {
      left.push(`overrides ${matcher?.id ?? 'of nothing'}`)
      continue
    }
    const override: Overrides[number] = { match }
    for (const { id = '', value } of given) {
      const known = properties[id]?.(value)
      if (known === undefined) left.push(`override ${id} of ${match}`)
      else Object.assign(override, known)
    }
    if (Object.keys(override).length > 1) overrides.push(override)
  }
  return { taken: overrides.length === 0 ? {} : { overrides }, left }
}

function matchOf(matcher: { id?: string; options?: unknown } | undefined): string | undefined {
  if (matcher?.id === 'byNames') return matchOfNames(matcher.options)
  if (typeof matcher?.options !== 'string') return undefined
  if (matcher.id === 'byName') return matcher.options
  if (matcher.id !== 'byRegexp') return undefined
  return matcher.options.startsWith('/') ? matcher.options.replace(/\/\w*$/, '/') : `/${matcher.options}/`
}

/** Undefined where all but these are meant, or none. */
function matchOfNames(options: unknown): string | undefined {
  const { names = [], mode } = (options ?? {}) as { names?: readonly string[]; mode?: string }
  if (mode === 'exclude' || names.length === 0) return undefined
  return `/^(?:${names.map(name => name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})$/`
}

type Property = (value: unknown) => Partial<Overrides[number]> | undefined

const hide: Property = value => (isHidden(value) ? { hide: true } : {})

const properties: Readonly<Record<string, Property>> = {
  unit: value => (typeof value === 'string' ? { unit: value } : undefined),
  displayName: value => (typeof value === 'string' ? { name: value } : undefined),
  'custom.axisPlacement': value => (value === 'right' ? { axis: 'right' } : {}),
  'custom.transform': value => (value === 'negative-Y' ? { negate: true } : {}),
  'custom.hidden': hide,
  'custom.hideFrom': hide,
  'custom.hideFrom.viz': hide,
  color: value => {
    const { fixedColor } = (value ?? {}) as { fixedColor?: unknown }
    return typeof fixedColor === 'string' ? { color: fixedColor } : undefined
  },
}

function isHidden(value: unknown): boolean {
  return value === true || (value as { viz?: boolean } | null)?.viz === true
}
