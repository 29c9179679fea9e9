import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { messageOf, OperatingError, within } from '../../lib/base/index.ts'
import { seesInstallation } from '../access/asker.ts'
import { laneKey } from '../completeness/tracker.ts'
import type { QueryContext } from '../context.ts'
import { fullestDisk } from '../storage/disk.ts'
import { completeToText, nanoseconds } from './frame.ts'
import { json } from './route.ts'
import { type StatusAnswer, statusAnswer } from './schemas.ts'

/** What probes may take: everybody is to have the answer within two seconds. */
const answerMs = 1_200

const foreignParameter = z
  .enum(['true', 'false'])
  .default('false')
  .openapi({ description: 'whether foreignRecords are counted, which takes a look at all of the ledger' })

type RoleStatus = StatusAnswer['roles'][number]

/**
 * `/api/status` for people and the page, `/healthz` and `/readyz` for whoever starts and watches processes; `/ready` is how Loki is
 * asked.
 */
export function statusRoutes(app: OpenAPIHono, context: QueryContext): void {
  app.get('/healthz', c => c.text('ok\n'))
  app.on('GET', ['/readyz', '/ready', '/loki/ready'], async c => {
    const roles = await Promise.all([broker(context), store(context).then(answer => answer.role)])
    const failing = roles.filter(role => !role.ok)
    if (failing.length === 0) return c.text('ready\n')
    return c.text(failing.map(role => `${role.role}: ${role.detail}\n`).join(''), 503)
  })
  const route = createRoute({
    method: 'get',
    path: '/api/status',
    summary: 'roles, versions, addresses, lag and agents',
    request: { query: z.object({ foreign: foreignParameter }) },
    responses: { 200: json(statusAnswer, 'as seen from here') },
  })
  app.openapi(route, async c => {
    const found = await status(context, c.req.valid('query').foreign === 'true')
    // agents and their hosts are nobody's alone
    return c.json(seesInstallation(c) ? found : { ...found, agents: [] }, 200)
  })
}

async function status(context: QueryContext, isForeignAsked: boolean): Promise<StatusAnswer> {
  const { version, watcher } = context
  const query = { role: 'query', ok: true, address: context.address(), detail: '' }
  const [
    brokerStatus,
    { role: storeStatus, disk: storeDisk },
    foreignRecords,
    aggregatorStatus,
    completeness,
    lag,
  ] = await Promise.all([
    broker(context),
    store(context),
    isForeignAsked ? foreignRecordsOf(context).catch(() => null) : null,
    aggregator(context),
    watcher.answer(),
    answering('the brokers', lagOf(context)).catch(() => []),
  ])
  const agents = watcher.agents().map(({ lastSeenMs, startedMs, watermarkMs, ...agent }) => ({
    ...agent,
    lastSeen: nanoseconds(lastSeenMs),
    started: nanoseconds(startedMs),
    watermark: nanoseconds(watermarkMs),
  }))
  return {
    version,
    roles: [brokerStatus, storeStatus, aggregatorStatus, query],
    storeDisk,
    foreignRecords,
    completeTo: completeToText(completeness.completeToMs),
    missingHosts: completeness.missingHosts,
    lag,
    agents,
  }
}

async function broker({ kafka, config }: QueryContext): Promise<RoleStatus> {
  const address = config.kafka.brokers.join(', ')
  return await roleStatus('broker', address, async () => {
    const topics = await kafka.metadata()
    return `${topics.size} topics`
  })
}

interface StoreStatus {
  role: RoleStatus
  disk: StatusAnswer['storeDisk']
}

async function store({ reader, config }: QueryContext): Promise<StoreStatus> {
  let disk: StatusAnswer['storeDisk'] = null
  const role = await roleStatus('store', config.clickhouse.url, async () => {
    // later than the probe is given up, so that it says why
    const found = await fullestDisk(reader, AbortSignal.timeout(answerMs * 2))
    if (found === undefined) return 'ClickHouse'
    const { version, path, freeBytes, totalBytes } = found
    const { minFreeBytes } = config.store
    disk = { path, freeBytes, totalBytes, minFreeBytes }
    if (freeBytes < minFreeBytes)
      throw new Error(
        `its disk is full: ${megabytes(freeBytes)} are free, and below ${megabytes(minFreeBytes)} (store.minFreeBytes) it takes no more`,
      )
    return `ClickHouse ${version}, ${(freeBytes / 1e9).toFixed(1)} GB free`
  })
  return { role, disk }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

/** Records of the logs topic that came from no agent: no ledger says what they must hold. It takes a look at all of the ledger. */
async function foreignRecordsOf({ reader, config: { tenant, kafka } }: QueryContext): Promise<number> {
  const { rows } = await reader.rows<{ records: number }>(
    `SELECT count() AS records FROM ledger WHERE Tenant = {tenant:String} AND Topic = {topic:String} AND Agent = ''`,
    { tenant, topic: kafka.topics.logs },
    AbortSignal.timeout(answerMs),
  )
  return Number(rows[0]?.records ?? 0)
}

async function aggregator({ kafka, config }: QueryContext): Promise<RoleStatus> {
  return await roleStatus('aggregator', config.aggregator.group, async () => {
    const group = await kafka.describeGroup(config.aggregator.group)
    if (group.members.length === 0) throw new Error('no member is running')
    const count = group.members.length
    return `${group.state}, ${count} ${count === 1 ? 'member' : 'members'}`
  })
}

async function roleStatus(role: string, address: string, probe: () => Promise<string>): Promise<RoleStatus> {
  try {
    return { role, ok: true, address, detail: await answering(address, probe()) }
  } catch (error) {
    return { role, ok: false, address, detail: messageOf(error) }
  }
}

/** Whoever asks for the status wants to know now: a partner that is frozen is one that does not answer. */
async function answering<T>(who: string, answer: Promise<T>): Promise<T> {
  const message = `no answer from ${who} within ${answerMs / 1000} s: it is frozen, or has too much to do`
  return await within(answerMs, answer, () => new OperatingError('NO_ANSWER', message))
}

/** How far the aggregator is behind the end of each partition. */
async function lagOf({ kafka, watcher, config }: QueryContext): Promise<StatusAnswer['lag']> {
  const { logs, metrics, traces } = config.kafka.topics
  const [topics, committed] = await Promise.all([
    kafka.metadata([logs, metrics, traces]),
    watcher.committed(),
  ])
  const lag: Promise<StatusAnswer['lag'][number]>[] = []
  for (const [topic, { leaders }] of topics)
    for (const partition of leaders.keys())
      lag.push(
        kafka.listOffset(topic, partition, 'latest').then(endOffset => {
          const at = committed.get(laneKey(topic, partition)) ?? 0
          return { topic, partition, endOffset, committed: at, lagRecords: Math.max(0, endOffset - at) }
        }),
      )
  return await Promise.all(lag)
}
