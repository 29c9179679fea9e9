import { createHash } from 'node:crypto'
import { z } from 'zod'
import { compileRe2, type Re2 } from '../../lib/re2/index.ts'

const pattern = z.string().refine(text => {
  try {
    compileRe2(text)
    return true
  } catch {
    return false
  }
}, 'a regular expression in RE2\u2019s syntax')

/** Prometheus' own form and names, so that a scrape configuration can be taken over as it is. */
export const relabelConfig = z.strictObject({
  source_labels: z.array(z.string()).default([]),
  separator: z.string().default(';'),
  regex: pattern.default('(.*)'),
  modulus: z.int().positive().default(1),
  target_label: z.string().default(''),
  replacement: z.string().default('$1'),
  action: z
    .enum([
      'replace',
      'keep',
      'drop',
      'keepequal',
      'dropequal',
      'hashmod',
      'labelmap',
      'labeldrop',
      'labelkeep',
      'lowercase',
      'uppercase',
    ])
    .default('replace'),
})

type RelabelConfig = z.output<typeof relabelConfig>
export type Relabel = (labels: Record<string, string>) => Record<string, string> | undefined

/**
 * Compiles relabelling rules; the answer is the new labels, or undefined where a rule drops the target or sample.
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
 *
 * @example
 * const relabel = compileRelabel([relabelConfig.parse({ regex: 'pod_.*', action: 'labeldrop' })])
 * relabel({ pod_name: 'x', job: 'j' }) // => { job: 'j' }
 */
export function compileRelabel(configs: readonly RelabelConfig[]): Relabel {
  const steps = configs.map(config => stepOf(config, compileRe2(config.regex, { anchored: true })))
  return labels => {
    let now: Record<string, string> | undefined = labels
    for (const step of steps) {
      if (now === undefined) return undefined
      now = step(now)
    }
    return now
  }
}

function stepOf(config: RelabelConfig, regex: Re2): Relabel {
  const { action, target_label: target } = config
  const source = (labels: Record<string, string>): string =>
    config.source_labels.map(name => labels[name] ?? '').join(config.separator)
  switch (action) {
    case 'replace':
      return labels => replaced(labels, source(labels), config, regex)
    case 'keep':
      return labels => (regex.test(source(labels)) ? labels : undefined)
    case 'drop':
      return labels => (regex.test(source(labels)) ? undefined : labels)
    case 'keepequal':
      return labels => (source(labels) === (labels[target] ?? '') ? labels : undefined)
    case 'dropequal':
      return labels => (source(labels) === (labels[target] ?? '') ? undefined : labels)
    case 'hashmod':
      return labels => set(labels, target, String(modulo(source(labels), config.modulus)))
    case 'lowercase':
      return labels => set(labels, target, source(labels).toLowerCase())
    case 'uppercase':
      return labels => set(labels, target, source(labels).toUpperCase())
    case 'labelmap':
      return labels => mapped(labels, config.replacement, regex)
    case 'labeldrop':
      return labels => kept(labels, name => !regex.test(name))
    case 'labelkeep':
      return labels => kept(labels, name => regex.test(name))
  }
}

function replaced(
  labels: Record<string, string>,
  source: string,
  { target_label, replacement }: RelabelConfig,
  regex: Re2,
): Record<string, string> {
  const match = regex.exec(source)
  if (match === undefined) return labels
  const name = expand(target_label, match.groups, regex.groupNames)
  return name === '' ? labels : set(labels, name, expand(replacement, match.groups, regex.groupNames))
}

/** `$1`, `${1}`, `${name}` and `$$`, as Go's regexp.Expand has them. */
function expand(
  template: string,
  groups: readonly (string | undefined)[],
  names: readonly (string | undefined)[],
): string {
  return template.replace(
    /\$(?:(\$)|\{(\w+)\}|(\w+))/g,
    (_, dollar?: string, braced?: string, plain?: string) => {
      if (dollar !== undefined) return '$'
      const key = braced ?? plain ?? ''
      return (/^\d+$/.test(key) ? groups[Number(key)] : groups[names.indexOf(key)]) ?? ''
    },
  )
}

/** An empty value is no label. */
function set(labels: Record<string, string>, name: string, value: string): Record<string, string> {
  const { [name]: _, ...rest } = labels
  return value === '' ? rest : { ...rest, [name]: value }
}

function mapped(labels: Record<string, string>, replacement: string, regex: Re2): Record<string, string> {
  const made = { ...labels }
  for (const [name, value] of Object.entries(labels)) {
    const match = regex.exec(name)
    if (match !== undefined) made[expand(replacement, match.groups, regex.groupNames)] = value
  }
  return made
}

function kept(labels: Record<string, string>, isKept: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => isKept(name)))
}

/** The last eight bytes of MD5, as Prometheus takes them. */
function modulo(text: string, modulus: number): number {
  const digest = createHash('md5').update(text).digest()
  return Number(digest.readBigUInt64BE(8) % BigInt(modulus))
}
