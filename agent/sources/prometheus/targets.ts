import { glob, readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'
import { messageOf, type OnceAMinute } from '../../../lib/base/index.ts'
import { compileRelabel, type Relabel } from '../../metrics/relabel.ts'
import type { ScrapeConfig } from './config.ts'

/** Targets of one job; more are left out and said. */
const maxTargets = 10_000

export interface Target {
  url: string
  /** What every sample of it gets: job, instance, and what the configuration and relabelling say. */
  labels: Readonly<Record<string, string>>
}

interface Group {
  targets: string[]
  labels: Record<string, string>
}

const fileContent = z.array(
  z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()).default({}) }),
)

/** Who is to be scraped, by what the job and its files say; files are read anew each time. */
export class Targets {
  readonly #config: ScrapeConfig
  readonly #relabel: Relabel
  readonly #troubles: OnceAMinute

  constructor(config: ScrapeConfig, troubles: OnceAMinute) {
    this.#config = config
    this.#relabel = compileRelabel(config.relabel_configs)
    this.#troubles = troubles
  }

  async list(): Promise<Target[]> {
    const { static_configs, file_sd_configs } = this.#config
    const groups: Group[] = [...static_configs]
    for (const { files } of file_sd_configs)
      for await (const path of glob(files)) groups.push(...(await this.#fromFile(path)))
    const all = groups.flatMap(group => group.targets.map(address => this.#target(address, group.labels)))
    const found = all.filter(target => target !== undefined)
    if (found.length > maxTargets)
      this.#troubles.warn('a job has too many targets', { job: this.#config.job_name, limit: maxTargets })
    return found.slice(0, maxTargets)
  }

  async #fromFile(path: string): Promise<Group[]> {
    try {
      // JSON is YAML
      const content = fileContent.parse(parse(await readFile(path, 'utf8')))
      return content.map(group => ({ ...group, labels: { ...group.labels, __meta_filepath: path } }))
    } catch (error) {
      this.#troubles.warn('cannot use a file of targets', { path, error: messageOf(error) }, path)
      return []
    }
  }

  #target(address: string, labels: Record<string, string>): Target | undefined {
    const { job_name, scheme, metrics_path, params } = this.#config
    const given = Object.entries(params).map(([key, values]) => [`__param_${key}`, values[0] ?? ''] as const)
    const relabelled = this.#relabel({
      job: job_name,
      __address__: address,
      __scheme__: scheme,
      __metrics_path__: metrics_path,
      ...Object.fromEntries(given),
      ...labels,
    })
    if (relabelled === undefined || !relabelled['__address__']) return undefined
    return { url: this.#url(relabelled), labels: visible(relabelled) }
  }

  #url(labels: Readonly<Record<string, string>>): string {
    const url = new URL(`${labels['__scheme__']}://${labels['__address__']}${labels['__metrics_path__']}`)
    for (const [key, values] of Object.entries(this.#config.params))
      for (const value of values.slice(1)) url.searchParams.append(key, value)
    for (const [key, value] of Object.entries(labels))
      if (key.startsWith('__param_')) url.searchParams.append(key.slice('__param_'.length), value)
    return url.toString()
  }
}

/** Labels that begin with two underscores serve relabelling alone; the instance is the address unless it was named. */
function visible(labels: Readonly<Record<string, string>>): Record<string, string> {
  const shown = Object.entries(labels).filter(([name]) => !name.startsWith('__'))
  return { instance: labels['__address__'] ?? '', ...Object.fromEntries(shown) }
}
