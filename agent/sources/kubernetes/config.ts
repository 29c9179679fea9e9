import { z } from 'zod'
import { positive } from '../../../lib/base/index.ts'

export const kubernetesConfig = z.strictObject({
  type: z.literal('kubernetes'),
  include: z.array(z.string().min(1)).min(1).default(['/var/log/containers/*.log']),
  exclude: z.array(z.string().min(1)).default([]),
  /** Namespaces whose containers are left out. */
  excludeNamespaces: z.array(z.string().min(1)).default([]),
  parse: z.enum(['auto', 'json', 'logfmt', 'none']).default('auto'),
  maxLineBytes: z.int().min(64).max(16_777_216).default(262_144),
  /** Labels of pods as attributes of the resource, `k8s.pod.label.NAME`. */
  podLabels: z.boolean().default(true),
  api: z
    .strictObject({
      /** Null: what the pod's environment says (KUBERNETES_SERVICE_HOST); without that the paths alone are read. */
      url: z
        .url({ protocol: /^https?$/, error: 'a URL as in https://10.0.0.1:443' })
        .nullable()
        .default(null),
      tokenFile: z.string().min(1).default('/var/run/secrets/kubernetes.io/serviceaccount/token'),
      caFile: z.string().min(1).default('/var/run/secrets/kubernetes.io/serviceaccount/ca.crt'),
      /** The node whose pods are asked for; null: the variable NODE_NAME, else the host's name. */
      node: z.string().min(1).nullable().default(null),
      intervalMs: positive.default(15_000),
    })
    .prefault({}),
})

export type KubernetesConfig = z.output<typeof kubernetesConfig>
