import { z } from 'zod'

export const dockerConfig = z.strictObject({
  type: z.literal('docker'),
  /** Docker's data folder; its containers' logs and what it knows of them stand below. */
  dataRoot: z.string().min(1).default('/var/lib/docker'),
  /** Containers, by name, whose logs are left out. */
  excludeContainers: z.array(z.string().min(1)).default([]),
  parse: z.enum(['auto', 'json', 'logfmt', 'none']).default('auto'),
  maxLineBytes: z.int().min(64).max(16_777_216).default(262_144),
  /** Labels of containers as attributes of the resource, `container.label.NAME`. */
  containerLabels: z.boolean().default(true),
})

export type DockerConfig = z.output<typeof dockerConfig>
