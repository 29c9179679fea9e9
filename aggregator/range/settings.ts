import { z } from 'zod'
import { OperatingError } from '../../lib/base/index.ts'
import { retentionSection } from '../../store/config.ts'
import { defaultRetentionDays } from '../../store/index.ts'
import type { Config } from '../config.ts'
import { ContextCache } from '../metrics/context-cache.ts'
import { defaultPromoted } from '../metrics/promoted.ts'
import type { Series } from '../metrics/series.ts'
import { SeriesCache } from '../metrics/series-cache.ts'
import { type RollupDefinition, rollupDefinitions } from '../rollups/definition.ts'
import type { RetentionSettings } from '../rows/retention.ts'

/** All of the configuration that the rows of a block depend on. A range is planned together with it. */
export interface BlockSettings {
  tenant: string
  /** Resource attributes that become labels of metrics. */
  promote: readonly string[]
  rollups: readonly RollupDefinition[]
  retention: RetentionSettings
}

/** Kafka keeps 4096 bytes of metadata with an offset by default; the rest of a plan takes some hundred. */
const maxSettingsBytes = 3500

/** Errors: CONFIG_TOO_LONG. */
export function blockSettings({ tenant, aggregator, retention, rollups }: Config): BlockSettings {
  const { promoteResourceAttributes: promote } = aggregator
  const { days, rules } = retention
  const settings = { tenant, promote, rollups, retention: { days, rules } }
  // it stands as text inside of JSON, with its quotes escaped
  const bytes = Buffer.byteLength(JSON.stringify(encodeSettings(settings)))
  if (bytes > maxSettingsBytes)
    throw new OperatingError(
      'CONFIG_TOO_LONG',
      `rollups, aggregator.promoteResourceAttributes and retention.rules take ${bytes} bytes and at most ${maxSettingsBytes} fit into an offset commit: define fewer or shorter ones`,
    )
  return settings
}

export const defaultSettings: BlockSettings = {
  tenant: 'default',
  promote: defaultPromoted,
  rollups: [],
  retention: { days: defaultRetentionDays, rules: [] },
}

/** Short where nothing special is configured, since it stands in the metadata of every offset commit. */
export function encodeSettings({ tenant, promote, rollups, retention }: BlockSettings): string {
  const isUsual =
    promote.length === defaultPromoted.length && promote.every((name, i) => name === defaultPromoted[i])
  return JSON.stringify({
    tenant,
    ...(isUsual ? {} : { promote }),
    ...(rollups.length === 0 ? {} : { rollups }),
    ...(isUsualRetention(retention) ? {} : { retention }),
  })
}

function isUsualRetention({ days, rules }: RetentionSettings): boolean {
  return days === defaultRetentionDays && rules.length === 0
}

const encoded = z.object({
  tenant: z.string(),
  promote: z.array(z.string()).default([...defaultPromoted]),
  rollups: rollupDefinitions,
  retention: retentionSection.transform(({ days, rules }) => ({ days, rules })),
})

/** Undefined for what is none, as another version may have written it. */
export function decodeSettings(text: string): BlockSettings | undefined {
  try {
    return encoded.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** What series were worked out already; the keys of the one are made from the other, so they go together. */
export interface SeriesCaches {
  series: SeriesCache<Series[]>
  contexts: ContextCache
}

export function seriesCaches({ promote }: BlockSettings): SeriesCaches {
  return { series: new SeriesCache(), contexts: new ContextCache(promote) }
}
