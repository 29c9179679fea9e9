import { readdir } from 'node:fs/promises'
import type { LaneCheck, OpenedSpool, ShownRecord } from '../../../agent/index.ts'
import { decodeLogs } from '../../../lib/otlp/index.ts'
import { type Call, type Command, exitDone, exitNot, usageError } from '../../command.ts'
import { counted, formatBytes, formatTable, plainCount } from '../../human.ts'
import { printable, printableLines } from '../../printable.ts'
import { toJsonLine } from '../../terminal/output.ts'
import { askAgent } from './ask-agent.ts'

const shownRecords = 20

export const agentSpool: Command = {
  name: 'agent spool',
  summary: 'the spool and what was set aside: list, show, verify, repair, replay',
  positionals: ['list|show|verify|repair|replay', '[NAME]'],
  options: {
    from: { type: 'string', hint: 'OFFSET', description: 'show: the first offset' },
    limit: { type: 'string', hint: 'N', description: 'show: so many records', default: String(shownRecords) },
    json: { type: 'boolean', description: 'JSON, an object a line' },
  },
  details:
    'list                 lanes, and batches that were set aside\nshow LANE or FILE    the records of one\nverify               every batch against its checksum; exit code 1 where one is damaged\nrepair               puts right what a crash left, and sets damaged batches aside\nreplay FILE or all   sends what was set aside once more\n\nAll but replay and list want the agent stopped.',
  examples: [
    ['millrace agent spool list', 'how full it is, and what was set aside'],
    ['millrace agent spool replay all', 'once the broker takes larger batches'],
  ],
  run: runSpool,
}

type Tools = typeof import('../../../agent/index.ts')

async function runSpool(call: Call): Promise<number> {
  const [action = '', name] = call.positionals
  const tools = await import('../../../agent/index.ts')
  switch (action) {
    case 'list':
      return await list(call, tools)
    case 'show':
      return await show(call, tools, name)
    case 'verify':
      return await verify(call, tools)
    case 'repair':
      return await repair(call, tools)
    case 'replay':
      return await replay(call, tools, name)
    default:
      throw usageError(`unknown action '${action}', expected list, show, verify, repair or replay`)
  }
}

async function withSpool<T>(call: Call, tools: Tools, work: (opened: OpenedSpool) => Promise<T>): Promise<T> {
  const config = await call.config()
  const opened = await tools.openSpool(config, config.agent.spool.maxBytes)
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

async function list(call: Call, tools: Tools): Promise<number> {
  const config = await call.config()
  const folder = tools.agentFolder(config.dataDir)
  const aside = await tools.listQuarantine(folder)
  const lanes = await segmentsOf(folder)
  if (call.flag('json')) {
    for (const lane of lanes)
      process.stdout.write(`${toJsonLine({ lane: lane.name, segments: lane.segments, bytes: lane.bytes })}\n`)
    for (const batch of aside) process.stdout.write(`${toJsonLine(batch)}\n`)
    return exitDone
  }
  const rows = lanes.map(({ name, segments, bytes }) => [name, segments, formatBytes(bytes)])
  process.stdout.write(formatTable(['lane', 'segments', 'bytes'], rows))
  if (aside.length === 0) process.stdout.write('\nnothing was set aside\n')
  else {
    const batches = aside.map(({ file, records, bytes, atMs }) => [
      file,
      records ?? 'damaged',
      formatBytes(bytes),
      new Date(atMs).toISOString(),
    ])
    process.stdout.write(`\n${formatTable(['set aside', 'records', 'bytes', 'at'], batches)}`)
  }
  return exitDone
}

/** Without opening the spool, so that it can be looked at while the agent runs. */
async function segmentsOf(folder: string): Promise<{ name: string; segments: number; bytes: number }[]> {
  const { stat } = await import('node:fs/promises')
  const names = await readdir(`${folder}/spool`).catch(() => [])
  const lanes = names.map(async name => {
    const files = (await readdir(`${folder}/spool/${name}`)).filter(file => file.endsWith('.log'))
    const sizes = await Promise.all(
      files.map(async file => (await stat(`${folder}/spool/${name}/${file}`)).size),
    )
    return { name, segments: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
  })
  return await Promise.all(lanes)
}

async function show(call: Call, tools: Tools, name: string | undefined): Promise<number> {
  if (name === undefined) throw usageError('show: name a lane, or a file that was set aside')
  const limit = call.number('limit') ?? shownRecords
  const config = await call.config()
  if (name.endsWith('.batch')) {
    const bytes = await tools.readQuarantined(tools.agentFolder(config.dataDir), name)
    let left = limit
    for (const record of tools.recordsOf(bytes, 0)) if (left-- > 0) print(call, record, tools.signalOf(name))
    return exitDone
  }
  return await withSpool(call, tools, async ({ spool }) => {
    const lane = spool.lanes.find(one => one.name === name)
    if (lane === undefined)
      throw usageError(`no lane ${name}: there are ${spool.lanes.map(one => one.name).join(', ')}`)
    let left = limit
    for await (const record of tools.recordsFrom(lane.log, call.number('from') ?? 0)) {
      if (left-- <= 0) break
      print(call, record, lane.signal)
    }
    return exitDone
  })
}

function print(call: Call, { offset, entry, value }: ShownRecord, signal: string): void {
  const logs = signal === 'logs' && value.length > 0 ? [...decodeLogs(value, 0)] : []
  if (call.flag('json')) {
    const lines = logs.map(({ body, service, level }) => ({ body, service, level }))
    process.stdout.write(`${toJsonLine({ offset, entry, bytes: value.length, lines })}\n`)
    return
  }
  const range =
    entry === undefined ? '' : `${entry.source} ${entry.from}–${entry.to}, ${plainCount(entry.lines, 'line')}`
  process.stdout.write(`${offset}  ${printable(range)}  ${formatBytes(value.length)}\n`)
  for (const { level, service, body } of logs)
    process.stdout.write(`    ${printable(`${level} ${service}`)} ${printableLines(body, '        ')}\n`)
}

async function verify(call: Call, tools: Tools): Promise<number> {
  const checks = await withSpool(call, tools, ({ spool }) =>
    Promise.all(spool.lanes.map(lane => tools.checkLane(lane.name, lane.log))),
  )
  printChecks(call, checks)
  return checks.every(({ damages }) => damages.length === 0) ? exitDone : exitNot
}

function printChecks(call: Call, checks: readonly LaneCheck[]): void {
  if (call.flag('json')) {
    for (const { lane, batches, records, bytes, damages } of checks)
      process.stdout.write(
        `${toJsonLine({ lane, batches, records, bytes, damages: damages.map(({ offset, nextOffset }) => ({ offset, nextOffset })) })}\n`,
      )
    return
  }
  const rows = checks.map(({ lane, batches, records, bytes, damages }) => [
    lane,
    batches,
    records,
    formatBytes(bytes),
    damages.length,
  ])
  process.stdout.write(formatTable(['lane', 'batches', 'records', 'bytes', 'damaged'], rows))
  for (const { damages } of checks)
    for (const { lane, offset, nextOffset } of damages)
      process.stdout.write(`damaged: ${lane}, offsets ${offset} to ${nextOffset - 1}\n`)
}

async function repair(call: Call, tools: Tools): Promise<number> {
  return await withSpool(call, tools, async ({ spool, folder }) => {
    const checks = await Promise.all(spool.lanes.map(lane => tools.checkLane(lane.name, lane.log)))
    printChecks(call, checks)
    for (const { damages } of checks)
      for (const { lane, offset, bytes } of damages)
        process.stdout.write(`set aside: ${await tools.quarantine(folder, lane, offset, bytes)}\n`)
    process.stdout.write(
      'what a crash left was put right when the spool was opened; the agent passes over what is damaged\n',
    )
    return exitDone
  })
}

async function replay(call: Call, tools: Tools, name: string | undefined): Promise<number> {
  if (name === undefined) throw usageError('replay: name a file that was set aside, or all')
  const config = await call.config()
  const folder = tools.agentFolder(config.dataDir)
  const files =
    name === 'all'
      ? (await tools.listQuarantine(folder))
          .filter(({ records }) => records !== undefined)
          .map(({ file }) => file)
      : [name]
  const isRunning = await askAgent(config, '/api/status').then(
    () => true,
    () => false,
  )
  const replayed = isRunning
    ? await Promise.all(
        files.map(async file => Number(await (await askAgent(config, '/api/replay', { file })).text())),
      )
    : await withSpool(call, tools, async ({ spool }) => {
        const counts: number[] = []
        for (const file of files) counts.push(await tools.replayBatch(spool, folder, file))
        return counts
      })
  const records = replayed.reduce((sum, count) => sum + count, 0)
  process.stdout.write(
    `${counted(files.length, 'batch', 'batches')} with ${plainCount(records, 'record')} put into the spool again\n`,
  )
  return exitDone
}
