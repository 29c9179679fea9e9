import type { Detector, Machine } from './detector.ts'

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount/namespace'
/** Where the downward API's files stand by custom. */
const podInfo = '/etc/podinfo'

/**
 * The pod that the agent runs in, by the variables and files that a pod's manifest takes from the downward API.
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */
export const detectKubernetes: Detector = machine => {
  if (machine.environment['KUBERNETES_SERVICE_HOST'] === undefined) return {}
  const value = (file: string, ...variables: string[]) =>
    firstSet(machine, variables) ?? machine.readFile(`${podInfo}/${file}`)?.trim()
  return {
    'k8s.pod.name': value('name', 'K8S_POD_NAME', 'POD_NAME', 'MY_POD_NAME', 'HOSTNAME'),
    'k8s.pod.uid': value('uid', 'K8S_POD_UID', 'POD_UID', 'MY_POD_UID'),
    'k8s.pod.ip': value('ip', 'K8S_POD_IP', 'POD_IP', 'MY_POD_IP'),
    'k8s.namespace.name':
      value('namespace', 'K8S_NAMESPACE', 'K8S_NAMESPACE_NAME', 'POD_NAMESPACE', 'MY_POD_NAMESPACE') ??
      machine.readFile(serviceAccount)?.trim(),
    'k8s.node.name': value('nodename', 'K8S_NODE_NAME', 'NODE_NAME', 'MY_NODE_NAME'),
    'k8s.container.name': value('container', 'K8S_CONTAINER_NAME', 'CONTAINER_NAME'),
    'k8s.cluster.name': firstSet(machine, ['K8S_CLUSTER_NAME', 'CLUSTER_NAME']),
    ...labels(machine.readFile(`${podInfo}/labels`) ?? ''),
  }
}

function firstSet({ environment }: Machine, names: readonly string[]): string | undefined {
  for (const name of names) if (environment[name]) return environment[name]
  return undefined
}

/** `app="shop"`, one a line, quoted as in Go. */
function labels(file: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, key, value = ''] of file.matchAll(/^([^=\s]+)="((?:[^"\\]|\\.)*)"$/gm))
    found[`k8s.pod.label.${key}`] = value.replaceAll(/\\(.)/g, '$1')
  return found
}
