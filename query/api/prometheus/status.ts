import type { Context } from 'hono'
import { readerOf, tenantOf } from '../../access/asker.ts'
import type { QueryContext } from '../../context.ts'
import { features } from './features.ts'
import type { Parameters } from './parameters.ts'

/** The API that is answered here, so that clients know what they may ask. */
const prometheusVersion = '3.16.0'

/** Facts of this process in the places where clients of Prometheus look for them; nothing is scraped by it. */
export function statusHandlers({ version, clock }: QueryContext) {
  const startedMs = clock.nowMs()
  return {
    targets: (parameters: Parameters) => ({
      data: {
        activeTargets: [],
        droppedTargets: [],
        droppedTargetCounts: /^(|any|dropped)$/i.test(parameters.optional('state') ?? '') ? {} : null,
      },
    }),
    'targets/metadata': () => ({ data: [] }),
    scrape_pools: () => ({ data: { scrapePools: [] } }),
    alertmanagers: () => ({ data: { activeAlertmanagers: [], droppedAlertmanagers: [] } }),
    features: () => ({ data: features }),
    notifications: () => ({ data: [] }),
    'status/buildinfo': () => ({
      data: {
        version: prometheusVersion,
        revision: '',
        branch: '',
        buildUser: `millrace ${version}`,
        buildDate: '',
        goVersion: '',
      },
    }),
    'status/config': () => ({ data: { yaml: '' } }),
    'status/flags': () => ({ data: {} }),
    'status/walreplay': () => ({ data: { min: 0, max: 0, current: 0, state: 'done' } }),
    'status/runtimeinfo': () => ({
      data: {
        startTime: new Date(startedMs).toISOString(),
        CWD: '',
        hostname: '',
        serverTime: new Date(clock.nowMs()).toISOString(),
        reloadConfigSuccess: true,
        lastConfigTime: new Date(startedMs).toISOString(),
        corruptionCount: 0,
        goroutineCount: 0,
        GOMAXPROCS: 1,
        GOMEMLIMIT: 0,
        GOGC: '',
        GODEBUG: '',
        storageRetention: '',
      },
    }),
    'status/tsdb': async (_: unknown, c: Context) => {
      const { rows } = await readerOf(c).rows<{ name: string; value: number }>(
        `SELECT MetricName AS name, uniqExact(Fingerprint) AS value FROM metric_series
         WHERE Tenant = {tenant:String} GROUP BY name ORDER BY value DESC, name LIMIT 10`,
        { tenant: tenantOf(c) },
        c.req.raw.signal,
      )
      const total = await readerOf(c).rows<{ series: number; oldest: number; newest: number }>(
        `SELECT uniqExact(Fingerprint) AS series, toUnixTimestamp64Milli(min(FirstSeen)) AS oldest,
           toUnixTimestamp64Milli(max(LastSeen)) AS newest FROM metric_series WHERE Tenant = {tenant:String}`,
        { tenant: tenantOf(c) },
        c.req.raw.signal,
      )
      const { series = 0, oldest = 0, newest = 0 } = total.rows[0] ?? {}
      return {
        data: {
          headStats: {
            numSeries: Number(series),
            numLabelPairs: 0,
            chunkCount: 0,
            minTime: Number(oldest),
            maxTime: Number(newest),
          },
          seriesCountByMetricName: rows.map(row => ({ name: row.name, value: Number(row.value) })),
          labelValueCountByLabelName: [],
          memoryInBytesByLabelName: [],
          seriesCountByLabelValuePair: [],
        },
      }
    },
  }
}
