import type { Config } from '../config.ts'
import { ContextCache } from '../metrics/context-cache.ts'
import { defaultPromoted } from '../metrics/promoted.ts'
import type { Series } from '../metrics/series.ts'
import { SeriesCache } from '../metrics/series-cache.ts'

/** All of the configuration that the rows of a block depend on. A range is planned together with it. */
export interface BlockSettings {
  tenant: string
  /** Resource attributes that become labels of metrics. */
  promote: readonly string[]
}

export function blockSettings({ tenant, aggregator }: Config): BlockSettings {
  return { tenant, promote: aggregator.promoteResourceAttributes }
}

export const defaultSettings: BlockSettings = { tenant: 'default', promote: defaultPromoted }

/** What series were worked out already; the keys of the one are made from the other, so they go together. */
export interface SeriesCaches {
  series: SeriesCache<Series[]>
  contexts: ContextCache
}

export function seriesCaches({ promote }: BlockSettings): SeriesCaches {
  return { series: new SeriesCache(), contexts: new ContextCache(promote) }
}
