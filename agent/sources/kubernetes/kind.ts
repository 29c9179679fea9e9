import { sourceKind } from '../source.ts'
import { kubernetesConfig } from './config.ts'

export const kubernetesKind = sourceKind({
  type: 'kubernetes',
  config: kubernetesConfig,
  start: async (config, host) => (await import('./source.ts')).startKubernetes({ ...host, config }),
})
