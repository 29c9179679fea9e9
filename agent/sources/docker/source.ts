import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { OnceAMinute } from '../../../lib/base/index.ts'
import { fileConfig } from '../file/config.ts'
import { FileSource } from '../file/source.ts'
import type { Source, SourceHost } from '../source.ts'
import type { DockerConfig } from './config.ts'
import { DockerOrigins } from './origins.ts'

export type DockerOptions = SourceHost & { config: DockerConfig }

/** The logs of this machine's Docker containers (its json-file driver), each under its container. */
export function startDocker(options: DockerOptions): Promise<Source> {
  const { config, spool, hostName, logger, clock } = options
  const origins = new DockerOrigins(config, hostName, new OnceAMinute(logger, clock))
  const containers = join(config.dataRoot, 'containers')
  const excluded = namesIn(containers).filter(id =>
    config.excludeContainers.includes(origins.nameOf(join(containers, id))),
  )
  const source = new FileSource({
    ...options,
    config: fileConfig.parse({
      type: 'file',
      name: options.name,
      include: [join(containers, '*', '*-json.log')],
      exclude: excluded.map(id => join(containers, id, '*')),
      parse: config.parse,
      maxLineBytes: config.maxLineBytes,
      format: 'docker',
    }),
    laneOf: (path, topic) => spool.lane('logs', path, topic),
    originFor: path => origins.of(path),
  })
  return Promise.resolve(source)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // Docker is not there yet, or its folder is not ours to read: the file source says the latter
    return []
  }
}
