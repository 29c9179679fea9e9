import { z } from 'zod'
import { OperatingError } from '../../lib/base/index.ts'
import { PlacedYaml } from '../placed-yaml.ts'
import { durationMsOf } from '../promql/duration-text.ts'
import { type RuleLanguage, ruleLanguages } from './language.ts'

const duration = z.union([z.string(), z.number()]).transform((given, context) => {
  const ms = typeof given === 'number' ? given * 1000 : given === '0' ? 0 : durationMsOf(given)
  if (ms !== undefined && ms >= 0) return ms
  context.addIssue({ code: 'custom', message: `found ${given}, expected a duration as in 5m` })
  return z.NEVER
})
const labels = z
  .record(z.string().min(1), z.coerce.string())
  .refine(given => !Object.hasOwn(given, '__name__'), '__name__ is no label: record names what is recorded')
  .prefault({})
const metricName = z
  .string()
  .regex(/^[^{}]+$/, 'a metric is named here, without braces: labels stand in labels')

/** `1 > 0` needs no quotes. */
const expression = z.union([z.string().min(1), z.number()], 'an expression is missing').transform(String)

const recordingRule = z.strictObject({ record: metricName, expr: expression, labels })
const alertingRule = z.strictObject({
  alert: z.string().min(1),
  expr: expression,
  for: duration.default(0),
  keep_firing_for: duration.default(0),
  labels,
  annotations: z.record(z.string(), z.coerce.string()).prefault({}),
})
const group = z.strictObject({
  name: z.string().min(1),
  interval: duration.default(60_000),
  query_offset: duration.optional(),
  limit: z
    .number()
    .int()
    .default(0)
    .transform(limit => Math.max(0, limit)),
  labels,
  /** Ours: of which language the expressions are; by default what they can be read as. */
  type: z.enum(ruleLanguages).optional(),
  rules: z.array(z.union([alertingRule, recordingRule])).default([]),
})
const file = z.strictObject({
  namespace: z.string().optional(),
  groups: z
    .array(group)
    .nullish()
    .transform(groups => groups ?? []),
})

export type AlertingRule = z.output<typeof alertingRule>
export type RecordingRule = z.output<typeof recordingRule>
export type Rule = AlertingRule | RecordingRule

/** Rules that are evaluated together, one after the other, at one moment. Durations in milliseconds. */
export interface RuleGroup extends Omit<z.output<typeof group>, 'type' | 'query_offset'> {
  file: string
  type: RuleLanguage | undefined
  query_offset: number
}

/**
 * A rule file as Prometheus and Loki have it; of a file with several documents (`---`), of which Prometheus reads the first alone,
 * all groups count. Source: Prometheus, recording rules; Loki, alerting. Errors: RULES_INVALID, each
 * with file, line and column.
 *
 * @example
 * parseRuleFile('groups: [{ name: a, rules: [{ record: x, expr: 1 }] }]', 'a.yaml')[0]?.interval // => 60000
 */
export function parseRuleFile(text: string, path: string): RuleGroup[] {
  const groups = PlacedYaml.all(text, { merge: true }).flatMap(yaml => groupsIn(yaml, path))
  const twice = groups.find((one, i) => groups.findIndex(other => other.name === one.name) !== i)
  if (twice !== undefined) throw invalid([`${path}: the group ${twice.name} is there twice`])
  return groups
}

/** Those of one document. */
function groupsIn(yaml: PlacedYaml, path: string): RuleGroup[] {
  const { broken } = yaml
  if (broken !== undefined) throw invalid([`${path}:${broken.place}: ${broken.message}`])
  const read = file.safeParse(yaml.value() ?? {})
  if (!read.success)
    throw invalid(
      read.error.issues
        .flatMap(issue => describe(issue))
        .map(({ path: at, message }) => `${path}:${yaml.placeOf(at)}: ${at.join('.')}: ${message}`),
    )
  return read.data.groups.map(one => ({
    ...one,
    file: path,
    type: one.type,
    query_offset: one.query_offset ?? 0,
  }))
}

export function isAlerting(rule: Rule): rule is AlertingRule {
  return 'alert' in rule
}

interface Finding {
  path: PropertyKey[]
  message: string
}

/** Of the two kinds of rule the one that is meant says what is wrong. */
function describe(issue: z.core.$ZodIssue): Finding[] {
  if (issue.code !== 'invalid_union') return [{ path: issue.path, message: issue.message }]
  const [alerting = [], recording = []] = issue.errors
  const misses = (issues: readonly z.core.$ZodIssue[], key: string) =>
    issues.some(one => one.path[0] === key && one.code === 'invalid_type')
  const meant = misses(alerting, 'alert') ? recording : alerting
  if (misses(meant, 'record')) return [{ path: issue.path, message: 'a rule has either record or alert' }]
  return meant.map(one => ({ path: [...issue.path, ...one.path], message: one.message }))
}

function invalid(errors: readonly string[]): OperatingError {
  return new OperatingError('RULES_INVALID', errors.join('\n'))
}
