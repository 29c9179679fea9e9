import { formOf } from '../../../store/index.ts'
import { deleteLines, previewDeletion } from '../../deletion/delete-lines.ts'
import { finishDeletions } from '../../deletion/unfinished.ts'
import type { Asked } from './asked.ts'
import { invalid } from './parameters.ts'
import { requiredSelection } from './selection.ts'

const maxListed = 1_000
/** How a note says what was asked for, so that the list can tell it. */
const noted = 'loki delete'

/**
 * `delete` by POST or PUT: the lines of a selection go for good, noted first so that `millrace verify` tells them from loss; 204
 * once they are gone. Loki waits a day in which a request may be taken back; here nothing waits.
 */
export async function addDeletion({ c, context, parameters, tenant }: Asked): Promise<Response> {
  const match = parameters.text('query')
  if (match === '') throw invalid('query not set')
  requiredSelection(match)
  const [startNs, endNs] = timesOf({ parameters, context })
  const store = await context.writer.client()
  const options = {
    store,
    form: formOf(context.config),
    tenant,
    match,
    sinceMs: Number(startNs / 1_000_000n),
    untilMs: Number(endNs / 1_000_000n) + 1,
  }
  await finishDeletions(options)
  const preview = await previewDeletion(options)
  const why = `${noted} ${options.sinceMs} ${options.untilMs} ${match}`
  const by = `query API, ${c.get('asker').token?.name ?? 'without a token'}`
  await deleteLines(options, { by, preview, nowMs: context.clock.nowMs(), why })
  return c.body(null, 204)
}

/** `delete` by GET: what was deleted of the tenant's lines, the oldest first. */
export async function listDeletions({ c, tenant, reader, signal }: Asked): Promise<Response> {
  const { rows } = await reader.rows<{ id: string; at: number; query: string; reason: string }>(
    `SELECT Id AS id, toUnixTimestamp64Milli(DeletedAt) AS at, Query AS query, Reason AS reason FROM deletions
     WHERE Tenant = {tenant:String} ORDER BY DeletedAt, Id LIMIT ${maxListed}`,
    { tenant },
    signal,
  )
  return c.json(
    rows.map(({ id, at, query, reason }) => {
      const atMs = Number(at)
      const [, since, until, asked] = new RegExp(`^${noted} (\\d+) (\\d+) (.*)$`, 's').exec(reason) ?? []
      return {
        request_id: id,
        start_time: Number(since ?? 0) / 1000,
        end_time: Number(until ?? atMs) / 1000,
        query: asked ?? query,
        status: 'processed',
        created_at: atMs / 1000,
      }
    }),
  )
}

/** `delete` by DELETE: what is in the list is done and cannot be taken back. */
export async function cancelDeletion({ c, parameters, tenant, reader, signal }: Asked): Promise<Response> {
  const { rows } = await reader.rows(
    'SELECT Id FROM deletions WHERE Tenant = {tenant:String} AND Id = {id:String} LIMIT 1',
    { tenant, id: parameters.text('request_id') },
    signal,
  )
  if (rows.length > 0)
    throw invalid('deletion of request which is in process or already processed is not allowed')
  return c.text('could not find delete request with given id\n', 404)
}

function timesOf({ parameters, context }: Pick<Asked, 'parameters' | 'context'>): [bigint, bigint] {
  if (parameters.text('start') === '') throw invalid('start time not set')
  const nowNs = BigInt(context.clock.nowMs()) * 1_000_000n
  const startNs = parameters.timeNs('start', 0n)
  const endNs = parameters.timeNs('end', nowNs)
  if (endNs > nowNs) throw invalid('deletes in the future are not allowed')
  if (startNs > endNs) throw invalid("start time can't be greater than end time")
  return [startNs < 0n ? 0n : startNs, endNs]
}
