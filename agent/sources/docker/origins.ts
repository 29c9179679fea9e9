import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { codeOf, messageOf, type OnceAMinute } from '../../../lib/base/index.ts'
import { originOf, type RecordOrigin } from '../../records/origin.ts'
import type { DockerConfig } from './config.ts'

/** Origins kept for containers; beyond, they are made anew. */
const maxOrigins = 10_000
const maxFileBytes = 4_194_304

/** The file in which Docker keeps what it knows of a container, beside its log. */
const containerFile = 'config.v2.json'

const content = z.object({
  Name: z.string().default(''),
  Config: z
    .object({
      Image: z.string().default(''),
      Labels: z.record(z.string(), z.string()).nullable().default({}),
    })
    .default({ Image: '', Labels: {} }),
})

/** The resource of each container, from what Docker keeps beside its log. */
export class DockerOrigins {
  readonly #config: DockerConfig
  readonly #hostName: string
  readonly #troubles: OnceAMinute
  readonly #made = new Map<string, RecordOrigin>()

  constructor(config: DockerConfig, hostName: string, troubles: OnceAMinute) {
    this.#config = config
    this.#hostName = hostName
    this.#troubles = troubles
  }

  /** Undefined for a container that is left out. */
  of(path: string): RecordOrigin {
    const folder = dirname(path)
    const known = this.#made.get(folder)
    if (known !== undefined) return known
    if (this.#made.size >= maxOrigins) this.#made.clear()
    const origin = this.#make(folder)
    this.#made.set(folder, origin)
    return origin
  }

  nameOf(folder: string): string {
    return this.#read(folder).Name.replace(/^\//, '')
  }

  #make(folder: string): RecordOrigin {
    const { Config } = this.#read(folder)
    const id = basename(folder)
    const name = this.nameOf(folder)
    const labels = Config.Labels ?? {}
    const image = Config.Image
    const service = labels['com.docker.compose.service'] ?? (name === '' ? id.slice(0, 12) : name)
    const shown = this.#config.containerLabels
      ? Object.entries(labels).map(([key, value]) => [`container.label.${key}`, value] as const)
      : []
    return originOf({
      service,
      host: this.#hostName,
      resource: {
        'container.id': id,
        'container.runtime': 'docker',
        ...(name === '' ? {} : { 'container.name': name }),
        ...(image === '' ? {} : { 'container.image.name': image }),
        ...Object.fromEntries(shown),
      },
      scope: 'millrace.docker',
    })
  }

  /** Once a container, so reading it at once is fine. */
  #read(folder: string): z.output<typeof content> {
    const path = join(folder, containerFile)
    try {
      const bytes = readFileSync(path)
      if (bytes.length <= maxFileBytes) return content.parse(JSON.parse(bytes.toString('utf8')))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT')
        this.#troubles.warn(
          'cannot read what Docker knows of a container',
          { path, error: messageOf(error) },
          path,
        )
    }
    return content.parse({})
  }
}
