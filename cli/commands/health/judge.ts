import type { WaitingLetters } from '../../../aggregator/index.ts'
import type { StatusAnswer } from '../../../query/index.ts'
import { counted, formatBytes, formatCount, formatDuration } from '../../human.ts'
import { msOf } from '../../time-range.ts'
import { makeRoom, roomFinding } from './disks.ts'
import type { Finding } from './finding.ts'
import type { Look, Seen } from './look.ts'

/** Behind by so much is worth a word, and then a worry. */
const slowSeconds = 30
const stuckSeconds = 300

/** What a look says about the installation: pure. */
export function judge(seen: Look): Finding[] {
  return [
    ...ofQuery(seen.query, seen.nowMs),
    ...ofLetters(seen),
    ...ofAgent(seen),
    ...ofGroups(seen.groups),
    ...ofDirs(seen),
  ]
}

/** What takes connections and says nothing. */
const frozen =
  'it takes connections and says nothing: see its log; one that was stopped goes on with kill -CONT'

const startIt: Readonly<Record<string, string>> = {
  broker: 'is it running? millrace up, or millrace broker; see kafka.brokers',
  store: 'is it running? millrace up, or millrace store; see clickhouse.url',
  aggregator:
    'nothing is stored while it is away: millrace up, or millrace aggregator; one that was stopped goes on with kill -CONT',
}

/** Whether it runs is asked of the broker. */
const unknownAggregator: Finding = {
  what: 'aggregator',
  verdict: 'note',
  detail: 'not known while the broker does not answer: it is the broker that knows its members',
}

function ofQuery(query: Seen<StatusAnswer>, nowMs: number): Finding[] {
  if ('why' in query)
    return [
      {
        what: 'query',
        verdict: 'wrong',
        detail: query.why,
        remedy: query.isLate === true ? frozen : 'start it: millrace up, or millrace query',
      },
    ]
  const { roles, missingHosts, completeTo, storeDisk, foreignRecords, version, agents } = query.value
  const isBrokerAway = roles.some(({ role, ok }) => role === 'broker' && !ok)
  const found: Finding[] = roles.map(({ role, ok, address, detail }) => {
    if (role === 'aggregator' && !ok && isBrokerAway) return unknownAggregator
    return {
      what: role,
      verdict: ok ? 'ok' : 'wrong',
      detail: [address, role === 'query' ? `version ${version}` : detail]
        .filter(part => part !== '')
        .join(', '),
      // where it answers what its disk has, it runs
      remedy: ok ? undefined : role === 'store' && storeDisk !== null ? makeRoom : startIt[role],
    }
  })
  if (storeDisk !== null)
    found.push(roomFinding('store disk', storeDisk, `${storeDisk.path} of the store`.trimStart()))
  if (foreignRecords !== null && foreignRecords > 0)
    found.push({
      what: 'no agent',
      verdict: 'note',
      detail: `${counted(foreignRecords, 'record')} of the logs topic came from no agent: in answers, but without a ledger`,
      remedy: 'fine where others write there: millrace verify cannot prove these',
    })
  found.push(completeness(completeTo, nowMs))
  for (const host of missingHosts) {
    const there = agents.filter(agent => agent.host === host)
    const silent = there.filter(({ missing }) => missing).map(({ agent }) => agent)
    // another one there goes on
    const who = silent.length < there.length ? `${silent.join(', ')} on ${host}` : host
    found.push({
      what: 'missing host',
      verdict: 'wrong',
      detail: `${who} fell silent without saying that it stops: its lines may be missing`,
      remedy: `see millrace agent status on ${host}`,
    })
  }
  const dropping = agents.filter(({ dropped }) => Object.keys(dropped).length > 0)
  for (const { agent, dropped } of dropping)
    found.push({
      what: 'dropped',
      verdict: 'note',
      detail: `${agent}: ${Object.entries(dropped)
        .map(([rule, count]) => `${formatCount(count)} by ${rule}`)
        .join(', ')}`,
    })
  return found
}

function completeness(completeTo: string | null, nowMs: number): Finding {
  const what = 'complete to'
  if (completeTo === null)
    return {
      what,
      verdict: 'note',
      detail: 'not known: no agent was heard yet, or one has had nothing acknowledged yet',
      remedy: 'see millrace agent status, or start one: millrace agent',
    }
  const seconds = Math.max(0, (nowMs - msOf(completeTo)) / 1000)
  const detail = `${formatDuration(seconds)} ago: all lines before then are in answers`
  if (seconds < slowSeconds) return { what, verdict: 'ok', detail }
  const remedy = 'what is behind stands below: an agent that cannot ship, or the aggregator'
  return { what, verdict: seconds > stuckSeconds ? 'wrong' : 'note', detail, remedy }
}

function ofLetters({ letters, groups }: Look): Finding[] {
  // that the broker does not answer stands there already
  if ('why' in letters && 'why' in groups) return []
  const detail = 'why' in letters ? `cannot be counted: ${letters.why}` : waiting(letters.value)
  if (detail === '') return []
  return [
    { what: 'dead letters', verdict: 'note', detail, remedy: 'see millrace aggregator dead-letters list' },
  ]
}

function waiting({ waiting: count, isAll }: WaitingLetters): string {
  if (count === 0) return ''
  return `${isAll ? '' : 'at least '}${counted(count, 'record')} could not be stored and ${count === 1 ? 'waits' : 'wait'}`
}

function ofAgent({ agent, nowMs }: Look): Finding[] {
  const what = 'agent here'
  if ('why' in agent)
    return [
      {
        what,
        verdict: agent.isLate === true ? 'wrong' : 'note',
        detail: agent.why,
        remedy: agent.isLate === true ? frozen : 'fine where this machine is to have none',
      },
    ]
  const { id, spool, waitsFor, quarantined, startedMs } = agent.value
  const unshipped = spool.lanes.reduce((sum, lane) => sum + lane.unshippedBytes, 0)
  const detail = `${id}, up ${formatDuration((nowMs - startedMs) / 1000)}, ${formatBytes(unshipped)} to ship, spool ${formatBytes(spool.usedBytes)} of ${formatBytes(spool.maxBytes)}`
  const found: Finding[] = [
    waitsFor === null
      ? { what, verdict: 'ok', detail }
      : {
          what,
          verdict: 'wrong',
          detail: `${detail}; waits: ${waitsFor}`,
          remedy: 'see millrace agent status',
        },
  ]
  if (quarantined > 0)
    found.push({
      what: 'quarantine',
      verdict: 'note',
      detail: `${counted(quarantined, 'batch', 'batches')} that no broker took`,
      remedy: 'see millrace agent spool list',
    })
  return found
}

function ofGroups(groups: Look['groups']): Finding[] {
  if ('why' in groups)
    return [{ what: 'groups', verdict: 'wrong', detail: groups.why, remedy: startIt['broker'] }]
  return groups.value.map(({ group, members, hasCommitted, lagRecords, lagSeconds }) => {
    const who = `${group}: ${counted(members, 'member')}`
    if (!hasCommitted) return { what: 'group', verdict: 'ok', detail: `${who}, nothing committed` }
    const detail = `${who}, ${counted(lagRecords, 'record')}, ${formatDuration(lagSeconds)} behind`
    const isBehind = lagSeconds > slowSeconds
    const remedy =
      members === 0 ? 'nobody reads: start its consumers' : 'it cannot keep up: see millrace groups NAME'
    const verdict = !isBehind ? 'ok' : members === 0 ? 'note' : lagSeconds > stuckSeconds ? 'wrong' : 'note'
    return { what: 'group', verdict, detail, remedy: isBehind ? remedy : undefined }
  })
}

function ofDirs({ dirs }: Look): Finding[] {
  // that the broker does not answer stands there already
  if ('why' in dirs) return []
  return dirs.value.flatMap(({ broker, path, totalBytes, usableBytes, error, partitions }) => {
    const what = 'broker disk'
    if (error !== undefined)
      return [
        {
          what,
          verdict: 'wrong' as const,
          detail: `${path} of broker ${broker}: ${error}`,
          remedy: 'see the log of the broker, and the disk',
        },
      ]
    if (totalBytes < 0) return []
    const bytes = partitions.reduce((sum, partition) => sum + partition.bytes, 0)
    return [
      roomFinding(
        what,
        { freeBytes: usableBytes, totalBytes },
        `${path} of broker ${broker}, ${formatBytes(bytes)} in topics`,
      ),
    ]
  })
}
