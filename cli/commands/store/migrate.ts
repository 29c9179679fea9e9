import { stderrLogger } from '../../../lib/base/index.ts'
import { type Call, type Command, exitDone, usageError } from '../../command.ts'

export const storeMigrate: Command = {
  name: 'store migrate',
  summary: 'makes the tables of this version, or prints their SQL',
  details: [
    'The roles do it by themselves; this is for servers on which they may not. With clickhouse.cluster the tables are',
    'Replicated…MergeTree with a Distributed table over them, made on all servers of the cluster.',
  ].join('\n'),
  options: {
    print: { type: 'boolean', description: 'only print, without a connection' },
    cluster: { type: 'string', hint: 'NAME', description: 'in place of clickhouse.cluster' },
  },
  examples: [
    ['millrace store migrate --print', 'for one server'],
    ['millrace store migrate --print --cluster logs > schema.sql', 'for a cluster'],
    ['millrace store migrate --set clickhouse.url=http://ch1:8123', 'make them'],
  ],
  run: runMigrate,
}

async function runMigrate(call: Call): Promise<number> {
  const name = call.text('cluster')
  if (name !== undefined && !/^[a-zA-Z_]\w*$/.test(name))
    throw usageError(`--cluster: found '${name}', expected a name of letters, digits and _`)
  const config = await call.config(name === undefined ? [] : [`clickhouse.cluster=${name}`])
  const { formOf, migrate, schemaStatements } = await import('../../../store/index.ts')
  if (!call.flag('print')) {
    await migrate(config, stderrLogger('store', 'info'))
    return exitDone
  }
  const { database } = config.clickhouse
  const [first = '', ...others] = await schemaStatements(database, formOf(config))
  // `USE` stands where the roles name the database with each request
  for (const statement of [first, `USE ${database}`, ...others]) process.stdout.write(`${statement};\n\n`)
  return exitDone
}
