import { OnceAMinute } from '../../../lib/base/index.ts'
import { fileConfig } from '../file/config.ts'
import { FileSource } from '../file/source.ts'
import type { Source, SourceHost } from '../source.ts'
import type { KubernetesConfig } from './config.ts'
import { KubernetesOrigins } from './origins.ts'
import { Pods } from './pods.ts'

export type KubernetesOptions = SourceHost & {
  config: KubernetesConfig
  environment?: Readonly<Record<string, string | undefined>>
}

/** The logs of this node's containers: files as the kubelet lays them, each under its pod. */
export async function startKubernetes(options: KubernetesOptions): Promise<Source> {
  const { config, spool, hostName, environment = process.env } = options
  const pods = new Pods(config.api, environment, hostName, new OnceAMinute(options.logger, options.clock))
  await pods.start()
  const origins = new KubernetesOrigins(pods, config, hostName)
  const { include, exclude, parse, maxLineBytes } = config
  const ofNamespaces = config.excludeNamespaces.flatMap(name => [`/**/*_${name}_*.log`, `/**/${name}_*/**`])
  const files = new FileSource({
    ...options,
    config: fileConfig.parse({
      type: 'file',
      name: options.name,
      include,
      exclude: [...exclude, ...ofNamespaces],
      parse,
      maxLineBytes,
      format: 'auto',
    }),
    laneOf: (source, topic) => spool.lane('logs', source, topic),
    originFor: path => origins.of(path),
  })
  return {
    addresses: {},
    begin: () => files.begin(),
    lag: () => files.lag(),
    read: () => files.read(),
    completeBeforeMs: () => files.completeBeforeMs(),
    async close() {
      await files.close()
      await pods.close()
    },
  }
}
