import type { Refusal } from '../refusal.ts'

type Configs = Readonly<Record<string, string>>

export interface ConfigResource {
  resourceType: number
  resourceName: string
  configs: readonly { name: string; value: string | null }[]
}

/** What the resource's own configurations become, or why they cannot. */
export type ConfigChange<R> = (resource: R, own: Configs) => { configs: Configs } | Refusal
