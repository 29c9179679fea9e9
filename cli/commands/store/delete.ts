import { hostname, userInfo } from 'node:os'
import { OperatingError } from '../../../lib/base/index.ts'
import type { DeletionPreview } from '../../../query/index.ts'
import { type Call, type Command, exitDone, exitNot, usageError } from '../../command.ts'
import { formatBytes, plainCount } from '../../human.ts'
import { parseSince } from '../../since.ts'
import { note, toJsonLine } from '../../terminal/output.ts'

export const storeDelete: Command = {
  name: 'store delete',
  summary: "deletes a service's, a host's or a person's lines for good",
  details: [
    'Shows what would go: lines, days, bytes, and what stays. With --yes it goes: from the lines, from the counts of lines,',
    'from templates that no other line has, and, where the query asks for services and hosts alone, from spans and metrics.',
    'What is deleted is noted with who and when, so that millrace verify names it instead of missing it. What comes in later',
    'is not touched: run it again. Exit code: 0 done, 1 nothing was deleted, as where nothing matches.',
  ].join('\n'),
  options: {
    match: { type: 'string', hint: 'QUERY', description: 'LogQL: which lines' },
    since: { type: 'string', hint: '30d', description: 'lines from then on: a duration back, or a time' },
    until: { type: 'string', hint: '7d', description: 'lines before then: a duration back, or a time' },
    tenant: { type: 'string', hint: 'NAME', description: 'of this tenant (default: as configured)' },
    why: {
      type: 'string',
      hint: 'TEXT',
      description: 'stands in the note in place of the query, where that names what is to be forgotten',
    },
    yes: { type: 'boolean', description: 'delete; without it only shows what would go' },
    json: { type: 'boolean', description: 'one JSON object' },
  },
  examples: [
    [`millrace store delete --match '{service="shop"}'`, 'what of a service would go'],
    [`millrace store delete --match '{} |= "ann@example.com"' --yes`, 'all lines that name a person'],
    [`millrace store delete --match '{host="web1"}' --until 30d --yes`, "a host's data older than 30 days"],
  ],
  run: runDelete,
}

async function runDelete(call: Call): Promise<number> {
  const match = call.text('match')
  if (match === undefined) throw usageError('name what is to go: --match QUERY')
  const nowMs = Date.now()
  const config = await call.config()
  const { createStoreClient, formOf } = await import('../../../store/index.ts')
  const { deleteLines, finishDeletions, previewDeletion, unfinishedDeletions } = await import(
    '../../../query/index.ts'
  )
  const store = await createStoreClient(config, {
    application: 'millrace-delete',
    requestTimeoutMs: 3_600_000,
  })
  const options = {
    store,
    form: formOf(config),
    tenant: call.text('tenant') ?? config.tenant,
    match,
    sinceMs: timeOf(call, 'since', nowMs),
    untilMs: timeOf(call, 'until', nowMs),
  }
  try {
    const isMeantAtAll = call.flag('yes')
    const finished = isMeantAtAll ? await finishDeletions(options).catch(asOperating) : 0
    const left = isMeantAtAll ? 0 : (await unfinishedDeletions(options).catch(asOperating)).length
    if (finished > 0) note(`${plainCount(finished, 'deletion')} that had been ended before is done now`)
    if (left > 0)
      note(
        `${plainCount(left, 'deletion')} was ended before it was done, or is under way: the next --yes finishes it`,
      )
    const preview = await previewDeletion(options).catch(asOperating)
    const isMeant = isMeantAtAll && !isNothing(preview)
    if (isMeant) {
      const by = `${userInfo().username}@${hostname()}`
      await deleteLines(options, { by, preview, nowMs, why: call.text('why') }).catch(asOperating)
    }
    process.stdout.write(
      call.flag('json')
        ? `${toJsonLine({ deleted: isMeant, ...preview })}\n`
        : textOf(preview, isMeant, match),
    )
    return isMeant || finished > 0 ? exitDone : exitNot
  } finally {
    await store.close()
  }
}

/** What the query or the store refuse is an operating failure with their own words. */
function asOperating(cause: unknown): never {
  if (cause instanceof OperatingError && cause.code === 'DELETE_UNFINISHED') throw cause
  const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
  const remedy = /not enough space|no space left/i.test(message)
    ? ': what goes is written down first, so make a little room on the disk of the store'
    : ''
  throw new OperatingError('DELETE_FAILED', `cannot delete: ${message}${remedy}`, { cause })
}

function timeOf(call: Call, name: 'since' | 'until', nowMs: number): number | undefined {
  const text = call.text(name)
  return text === undefined ? undefined : parseSince(text, nowMs)
}

function isNothing({ lines, spans, samples, counts }: DeletionPreview): boolean {
  return lines + spans + samples + counts === 0
}

function textOf(preview: DeletionPreview, isDone: boolean, match: string): string {
  if (isNothing(preview))
    return `nothing matches ${match} in this time, and nothing is deleted: try it with millrace logs\n`
  const { lines, spans, samples, counts, bytes, days, stays } = preview
  const [first, last] = [days[0]?.day, days.at(-1)?.day]
  const when = first === undefined ? '' : ` of ${plainCount(days.length, 'day')}, ${first} to ${last}`
  const more =
    spans + samples > 0 ? `, ${plainCount(spans, 'span')}, ${plainCount(samples, 'sample')} of metrics` : ''
  const verb = isDone ? 'deleted' : 'would delete'
  const isLeft = lines + spans + samples === 0
  const what = isLeft
    ? `${plainCount(counts, 'row')} of rollups, templates and series: its lines, spans and samples are gone already`
    : `${plainCount(lines, 'line')} (${formatBytes(bytes)})${when}${more}`
  const out = [`${verb} ${what}`, ...stays.map(one => `stays: ${one}`)]
  if (!isDone) out.push('nothing is deleted yet: add --yes')
  return `${out.join('\n')}\n`
}
