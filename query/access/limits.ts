import { z } from 'zod'
import { positive } from '../../lib/base/index.ts'

/** What one tenant may ask for, in the order in which it is met. */
const limitFields = {
  /** Questions of a tenant to the store at once; further ones wait in line. */
  concurrentQueries: positive.max(64).default(8),
  /** Questions in line; further ones are refused. */
  waitingQueries: positive.max(1_000).default(100),
  deadlineSeconds: positive.max(3_600).default(30),
  /** Rows and bytes that one question may read; null: as many as there are. */
  rowsRead: positive.nullable().default(null),
  bytesRead: positive.nullable().default(null),
  /** Points of one series, and buckets. */
  points: positive.max(11_000).default(11_000),
  /** Lines of one page. */
  lines: positive.max(5_000).default(5_000),
}

const limits = z.strictObject(limitFields)
export type Limits = z.output<typeof limits>

/** `query.limits`: for every tenant, and for some by name. */
export const limitsSection = z
  .strictObject({
    ...limitFields,
    tenants: z.record(z.string().min(1).max(100), optional(limits)).default({}),
  })
  .prefault({})
export type LimitsConfig = z.output<typeof limitsSection>

/** What is not said of a tenant holds as for all: no defaults of its own. */
function optional(schema: typeof limits) {
  const shape = Object.entries(schema.shape).map(([name, field]) => [name, field.unwrap().optional()])
  return z.strictObject(
    Object.fromEntries(shape) as { [K in keyof Limits]: z.ZodOptional<z.ZodType<Limits[K]>> },
  )
}

/** The longest that anybody may ask the store. */
export function longestSeconds({ tenants, deadlineSeconds }: LimitsConfig): number {
  return Math.max(deadlineSeconds, ...Object.values(tenants).map(own => own.deadlineSeconds ?? 0))
}

/**
 * @example
 * limitsOf(limitsSection.parse({ lines: 100, tenants: { acme: { lines: 10 } } }), 'acme').lines // => 10
 */
export function limitsOf({ tenants, ...all }: LimitsConfig, tenant: string): Limits {
  const own = Object.hasOwn(tenants, tenant) ? tenants[tenant] : undefined
  const said = Object.entries(own ?? {}).filter(([, value]) => value !== undefined)
  return { ...all, ...(Object.fromEntries(said) as Partial<Limits>) }
}
