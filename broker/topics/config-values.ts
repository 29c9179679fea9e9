/** The kinds of value, by Kafka's numbers (DescribeConfigs). */
export const configTypes = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  password: 9,
} as const

/** What a configuration may be: its kind, and why a value is refused, in Kafka's words. */
export interface ValueRule {
  type: number
  /** Undefined where the value is good. */
  problem: (name: string, value: string) => string | undefined
}

const ranges: Readonly<Record<number, { name: string; min: bigint; max: bigint }>> = {
  [configTypes.int]: { name: 'INT', min: -(2n ** 31n), max: 2n ** 31n - 1n },
  [configTypes.long]: { name: 'LONG', min: -(2n ** 63n), max: 2n ** 63n - 1n },
}

export function int(min: number, max?: number): ValueRule {
  return whole(configTypes.int, value => rangeProblem(value, min, max))
}

export function long(min = Number.NEGATIVE_INFINITY): ValueRule {
  return whole(configTypes.long, value => rangeProblem(value, min))
}

/** gzip's own level is written -1. */
export function gzipLevel(): ValueRule {
  return whole(configTypes.int, value =>
    value === -1 || (value >= 1 && value <= 9) ? undefined : 'Value must be between 1 and 9 or equal to -1',
  )
}

export function double(min: number, max: number): ValueRule {
  return {
    type: configTypes.double,
    problem: (name, value) => {
      const text = value.trim()
      const isNumber = text !== '' && (text === 'NaN' || !Number.isNaN(Number(text)))
      if (!isNumber) return invalid(name, value, 'Not a number of type DOUBLE')
      const why = rangeProblem(Number(text), min, max)
      return why && invalid(name, javaDouble(text), why)
    },
  }
}

export function boolean(): ValueRule {
  return {
    type: configTypes.boolean,
    problem: (name, value) =>
      /^(true|false)$/i.test(value.trim())
        ? undefined
        : invalid(name, value, 'Expected value to be either true or false'),
  }
}

export function oneOf(...allowed: string[]): ValueRule {
  return {
    type: configTypes.string,
    problem: (name, value) => (allowed.includes(value.trim()) ? undefined : notAmong(name, value, allowed)),
  }
}

/** Any of these, none of them too (KIP-1161). */
export function someOf(...allowed: string[]): ValueRule {
  return {
    type: configTypes.list,
    problem: (name, value) => {
      if (value.trim() === '') return undefined
      const parts = value.split(',').map(part => part.trim())
      if (parts.includes('')) return `Configuration '${name}' values must not be empty.`
      const wrong = parts.find(part => !allowed.includes(part))
      return wrong === undefined ? undefined : notAmong(name, wrong, allowed)
    },
  }
}

/** Replicas as `partition:broker`, or `*` for all. */
export function replicas(): ValueRule {
  return {
    type: configTypes.list,
    problem: (name, value) => {
      const parts = partsOf(value)
      if (parts.length === 0 || value.trim() === '*' || parts.every(part => /^\d+:\d+$/.test(part)))
        return undefined
      const form = '[partitionId]:[brokerId],[partitionId]:[brokerId],...'
      const why = `${name} must be the literal '*' or a list of replicas in the following format: ${form}`
      return invalid(name, `[${parts.join(', ')}]`, why)
    },
  }
}

/** A rule of numbers that holds more: Kafka's `require`, in its words. */
export function required(rule: ValueRule, isMet: (value: number) => boolean, what: string): ValueRule {
  return {
    type: rule.type,
    problem: (name, value) =>
      rule.problem(name, value) ??
      (isMet(Number(value)) ? undefined : `requirement failed: ${name} must be ${what}`),
  }
}

/** A good value as Kafka writes it, however it was given. */
export function canonical(type: number, value: string): string {
  const text = value.trim()
  if (type === configTypes.boolean) return text.toLowerCase()
  if (type === configTypes.list) return partsOf(text).join(',')
  if (type === configTypes.double) return javaDouble(text)
  return ranges[type] === undefined || text === '' ? text : String(BigInt(text))
}

function javaDouble(text: string): string {
  const value = Number(text)
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}

/** The parts of a list as it is written in a configuration. */
export function partsOf(list: string): string[] {
  return list
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

function whole(type: number, check: (value: number) => string | undefined): ValueRule {
  const range = ranges[type] as { name: string; min: bigint; max: bigint }
  return {
    type,
    problem: (name, value) => {
      const text = value.trim()
      const isWhole = /^[+-]?\d{1,20}$/.test(text) && BigInt(text) >= range.min && BigInt(text) <= range.max
      const why = isWhole ? check(Number(text)) : `Not a number of type ${range.name}`
      return why && invalid(name, value, why)
    },
  }
}

function rangeProblem(value: number, min: number, max = Number.POSITIVE_INFINITY): string | undefined {
  if (value < min) return `Value must be at least ${min}`
  return value > max ? `Value must be no more than ${max}` : undefined
}

function notAmong(name: string, value: string, allowed: readonly string[]): string {
  return invalid(name, value, `String must be one of: ${allowed.join(', ')}`)
}

function invalid(name: string, value: string, why: string): string {
  return `Invalid value ${value} for configuration ${name}: ${why}`
}
