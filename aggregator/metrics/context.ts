import { hash } from 'node:crypto'
import { prometheusScopes } from '../../lib/otlp/index.ts'
import { labelName } from './names.ts'

/** Attributes by name, as text. */
export type Texts = Readonly<Record<string, string>>

/** The resource and scope of points. */
export interface Origin {
  resource: Texts
  scopeName: string
  scopeVersion: string
  scopeSchemaUrl: string
  scope: Texts
}

/**
 * What the series of one resource and scope share. Their labels tell apart whatever differs in any attribute: what no
 * label says stands as a hash in `otel_resource`.
 */
export interface SeriesContext {
  /** Short, and of no other context: made once and kept with it. */
  readonly key: string
  readonly service: string
  readonly host: string
  /** Labels that win over an attribute of the same name, which is then kept as `exported_…`. */
  readonly labels: ReadonlyMap<string, string>
  /** Names and labels are Prometheus' own, written by a Prometheus: they stay to the letter. */
  readonly isPrometheus: boolean
  /** Labels of target_info; undefined where there is nothing to say. */
  readonly target: ReadonlyMap<string, string> | undefined
}

const scopesOfPrometheus: ReadonlySet<string> = new Set(Object.values(prometheusScopes))
const resourceLabel = 'otel_resource'
/** Resource attributes with a label of another name. */
const labelOf: Texts = { 'service.name': 'service', 'host.name': 'host', 'service.instance.id': 'instance' }
const identifying: ReadonlySet<string> = new Set(['service.name', 'service.namespace', 'service.instance.id'])

/**
 * Labels by the rules of Prometheus' OTLP receiver: job, instance, promoted resource attributes, scope labels. Its rules
 * let resources of one job and instance become one series; here they stay apart. What a Prometheus wrote has its labels already.
 * Source: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function makeContext(key: string, origin: Origin, promote: ReadonlySet<string>): SeriesContext {
  const { resource } = origin
  const head = { key, service: resource['service.name'] ?? '', host: resource['host.name'] ?? '' }
  if (scopesOfPrometheus.has(origin.scopeName))
    return { ...head, isPrometheus: true, labels: new Map(), target: undefined }
  const own = resourceLabels(resource)
  const promoted = promotedLabels(resource, promote)
  const rest = restOf(resource, new Map([...promoted, ...own]))
  if (rest.length > 0) own.set(resourceLabel, digestOf(rest))
  const target = targetLabels(resource, own)
  return {
    ...head,
    isPrometheus: false,
    labels: new Map([...promoted, ...own, ...scopeLabels(origin)]),
    target,
  }
}

function resourceLabels(resource: Texts): Map<string, string> {
  const name = resource['service.name'] ?? ''
  const namespace = resource['service.namespace'] ?? ''
  const all = [
    ['service', name],
    ['host', resource['host.name'] ?? ''],
    ['job', namespace === '' || name === '' ? name : `${namespace}/${name}`],
    ['instance', resource['service.instance.id'] ?? ''],
  ] as const
  return new Map(all.filter(([, value]) => value !== ''))
}

function promotedLabels(resource: Texts, promote: ReadonlySet<string>): Map<string, string> {
  const labels = new Map<string, string>()
  for (const key of Object.keys(resource).sort()) {
    const name = labelName(key)
    const value = resource[key] as string
    if (promote.has(key) && value !== '' && !labels.has(name)) labels.set(name, value)
  }
  return labels
}

/** Attributes that are in no label as they are. */
function restOf(resource: Texts, labels: ReadonlyMap<string, string>): [string, string][] {
  return Object.entries(resource)
    .filter(([key, value]) => value === '' || labels.get(labelOf[key] ?? labelName(key)) !== value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function scopeLabels({ scopeName, scopeVersion, scopeSchemaUrl, scope }: Origin): Map<string, string> {
  const labels = new Map<string, string>()
  for (const key of Object.keys(scope).sort())
    labels.set(labelName(`otel_scope_${key}`), scope[key] as string)
  labels.set('otel_scope_name', scopeName)
  labels.set('otel_scope_version', scopeVersion)
  labels.set('otel_scope_schema_url', scopeSchemaUrl)
  return new Map([...labels].filter(([, value]) => value !== ''))
}

/** All that is known of a resource, to be joined by job and instance. */
function targetLabels(
  resource: Texts,
  own: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | undefined {
  const others = Object.keys(resource)
    .filter(key => !identifying.has(key))
    .sort()
  if (others.length === 0 || !(own.has('job') || own.has('instance'))) return undefined
  const labels = new Map<string, string>()
  for (const key of others) {
    const name = labelName(key)
    const present = labels.get(name)
    const value = resource[key] as string
    labels.set(name, present === undefined ? value : `${present};${value}`)
  }
  for (const [name, value] of own) labels.set(name, value)
  return labels
}

function digestOf(attributes: readonly (readonly [string, string])[]): string {
  return hash('sha256', JSON.stringify(attributes), 'hex').slice(0, 16)
}
