import type { OtlpAttributes } from '../../../lib/otlp/index.ts'
import { originOf, type RecordOrigin } from '../../records/origin.ts'
import type { KubernetesConfig } from './config.ts'
import { type ContainerPath, containerOf } from './pod-path.ts'
import type { Pod, Pods } from './pods.ts'

/** Origins kept for paths; beyond, they are made anew. */
const maxOrigins = 10_000
/** Labels that name a pod's service, the first that is there. */
const serviceLabels = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app', 'k8s-app', 'name']

/** The resource of each container, from its log's path and what the API says of its pod. */
export class KubernetesOrigins {
  readonly #pods: Pods
  readonly #config: KubernetesConfig
  readonly #hostName: string
  readonly #made = new Map<string, RecordOrigin>()
  #version = 0

  constructor(pods: Pods, config: KubernetesConfig, hostName: string) {
    this.#pods = pods
    this.#config = config
    this.#hostName = hostName
  }

  /** Undefined for a path that is no container's. */
  of(path: string): RecordOrigin | undefined {
    if (this.#version !== this.#pods.version || this.#made.size >= maxOrigins) this.#made.clear()
    this.#version = this.#pods.version
    const known = this.#made.get(path)
    if (known !== undefined) return known
    const container = containerOf(path)
    if (container === undefined) return undefined
    const origin = this.#make(container, this.#pods.get(container.namespace, container.pod))
    this.#made.set(path, origin)
    return origin
  }

  #make(container: ContainerPath, pod: Pod | undefined): RecordOrigin {
    const labels = pod?.labels ?? {}
    const named = serviceLabels.map(label => labels[label]).find(value => value !== undefined && value !== '')
    return originOf({
      service: named ?? container.container,
      host: pod === undefined || pod.node === '' ? this.#hostName : pod.node,
      resource: { ...pathAttributes(container, pod), ...this.#labelAttributes(labels) },
      scope: 'millrace.kubernetes',
    })
  }

  #labelAttributes(labels: Readonly<Record<string, string>>): OtlpAttributes {
    if (!this.#config.podLabels) return {}
    return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`k8s.pod.label.${key}`, value]))
  }
}

/** Source: https://opentelemetry.io/docs/specs/semconv/resource/k8s/ */
function pathAttributes(
  { namespace, pod: name, podUid, container, containerId }: ContainerPath,
  pod: Pod | undefined,
): OtlpAttributes {
  const [kind = '', owner = ''] = (pod?.owner ?? '').split('/')
  return {
    'k8s.namespace.name': namespace,
    'k8s.pod.name': name,
    'k8s.container.name': container,
    'k8s.pod.uid': podUid ?? (pod?.uid === '' ? undefined : pod?.uid),
    'container.id': containerId,
    ...(pod === undefined || pod.node === '' ? {} : { 'k8s.node.name': pod.node }),
    ...(owner === '' ? {} : { [`k8s.${kind.toLowerCase()}.name`]: owner }),
  }
}
