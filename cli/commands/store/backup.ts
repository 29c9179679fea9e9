import { messageOf, OperatingError } from '../../../lib/base/index.ts'
import { type Call, type Command, exitDone, exitNot } from '../../command.ts'
import { formatBytes, formatTable } from '../../human.ts'
import { toJsonLine } from '../../terminal/output.ts'

/** A backup copies every table. */
const backupTimeoutMs = 24 * 3_600_000

export const storeBackup: Command = {
  name: 'store backup',
  summary: 'a backup of the embedded store into a new folder, while it runs',
  positionals: ['DIR'],
  details:
    'Run it on the machine of the store, as its user. For one in which every range is whole, stop the aggregator meanwhile.',
  options: { json: { type: 'boolean', description: 'one JSON object' } },
  examples: [['millrace store backup /backup/2026-01-31', 'into a folder that is not there yet']],
  run: runBackup,
}

export const storeRestore: Command = {
  name: 'store restore',
  summary: 'puts a backup into a data folder that has no store yet',
  positionals: ['DIR'],
  details: [
    'The store must not be running. Start it afterwards; it brings the tables to its version. All of it is held against its',
    'checksums. Ended before it is done it leaves nothing, and can be run again. Exit code 1: parts are damaged in the backup.',
  ].join('\n'),
  options: { json: { type: 'boolean', description: 'one JSON object' } },
  examples: [
    ['millrace store restore /backup/2026-01-31 --set dataDir=./new-data', 'into a new data folder'],
  ],
  run: runRestore,
}

export const storeCheck: Command = {
  name: 'store check',
  summary: 'reads all of the store and holds it against its checksums',
  details: 'Exit code 1: parts are damaged, or the tables are of another version than this one.',
  options: { json: { type: 'boolean', description: 'one JSON object' } },
  examples: [['millrace store check', 'every table, with its size']],
  run: runCheck,
}

async function runBackup(call: Call): Promise<number> {
  const config = await call.config()
  const { backUp, createStoreClient } = await import('../../../store/index.ts')
  const client = await createStoreClient(config, {
    application: 'millrace-backup',
    requestTimeoutMs: backupTimeoutMs,
  })
  try {
    const about = await backUp(config, client, call.positionals[0] ?? '', Date.now())
    const text = `${formatBytes(about.bytes)} of ${about.database} backed up\n`
    process.stdout.write(call.flag('json') ? `${toJsonLine(about)}\n` : text)
    return exitDone
  } catch (cause) {
    throw asOperating('BACKUP_FAILED', cause)
  } finally {
    await client.close()
  }
}

async function runRestore(call: Call): Promise<number> {
  const config = await call.config()
  const { restore } = await import('../../../store/index.ts')
  const restored = await restore(config, call.positionals[0] ?? '')
  const { damaged, madeAt } = restored
  const isWell = damaged.length === 0
  const text = [
    `the backup of ${madeAt} is restored${isWell ? '' : ', as far as it can be read'}: start the store`,
    ...damaged.map(one => `damaged in the backup: ${one}`),
  ]
  process.stdout.write(
    call.flag('json') ? `${toJsonLine({ ok: isWell, ...restored })}\n` : `${text.join('\n')}\n`,
  )
  return isWell ? exitDone : exitNot
}

async function runCheck(call: Call): Promise<number> {
  const config = await call.config()
  const { checkStore, createStoreClient, formOf } = await import('../../../store/index.ts')
  const client = await createStoreClient(config, {
    application: 'millrace-check',
    requestTimeoutMs: backupTimeoutMs,
  })
  try {
    const check = await checkStore(client, formOf(config))
    const { schema, tables } = check
    const problems = tables.flatMap(table => table.problems)
    const isWell = problems.length === 0 && schema.applied === schema.known
    if (call.flag('json')) process.stdout.write(`${toJsonLine({ ok: isWell, ...check })}\n`)
    else {
      const rows = tables.map(({ table, parts, rows: n, bytes }) => [table, parts, n, formatBytes(bytes)])
      process.stdout.write(formatTable(['table', 'parts', 'rows', 'size'], rows))
      for (const problem of problems) process.stdout.write(`damaged: ${problem}\n`)
      process.stdout.write(`schema version ${schema.applied} of ${schema.known}\n`)
    }
    return isWell ? exitDone : exitNot
  } catch (cause) {
    throw asOperating('CHECK_FAILED', cause)
  } finally {
    await client.close()
  }
}

function asOperating(code: string, cause: unknown): OperatingError {
  if (cause instanceof OperatingError) return cause
  return new OperatingError(code, messageOf(cause).split('\n')[0] ?? '', { cause })
}
