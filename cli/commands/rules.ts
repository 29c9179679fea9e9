import { readFile } from 'node:fs/promises'
import { messageOf, OperatingError } from '../../lib/base/index.ts'
import { type Call, type Command, exitDone, exitNot, usageError } from '../command.ts'

export const rules: Command = {
  name: 'rules',
  summary: 'checks rule files, and runs their unit tests',
  positionals: ['check|test', '[FILE...]'],
  details: [
    'Rule files have the format of Prometheus and Loki; unit tests that of promtool. check reads the files, and without one those',
    'of the configuration (rules), and every expression in them. test evaluates the rules of a test file over the series written',
    'in it. Exit code 1: something is wrong, and is said with its place.',
  ].join('\n'),
  examples: [
    ['millrace rules check rules/web.yaml', 'one file'],
    ['millrace rules check', 'all that the configuration names'],
    ['millrace rules test rules/web.test.yaml', 'the unit tests of a file'],
  ],
  run: async call => {
    const [action, ...files] = call.positionals
    if (action === 'check') return await check(call, files)
    if (action === 'test') return await test(files)
    throw usageError(`found '${action}', expected check or test`)
  },
}

async function check(call: Call, files: readonly string[]): Promise<number> {
  const { loadRules } = await import('../../query/index.ts')
  const patterns = files.length > 0 ? files : (await call.config()).rules
  if (patterns.length === 0)
    throw usageError('there is no rule file: name one, or set rules in the configuration')
  try {
    const groups = await loadRules(patterns, process.cwd(), files.length > 0)
    const count = groups.reduce((sum, group) => sum + group.rules.length, 0)
    const [rules, verb] = count === 1 ? ['1 rule', 'is'] : [`${count} rules`, 'are']
    const all = groups.length === 1 ? '1 group' : `${groups.length} groups`
    process.stdout.write(`${rules} in ${all} ${verb} right\n`)
    return exitDone
  } catch (error) {
    return refused(error)
  }
}

async function test(files: readonly string[]): Promise<number> {
  if (files.length === 0) throw usageError('there is no test file: name one')
  const { loadRules, testRules } = await import('../../query/index.ts')
  let failed = 0
  for (const file of files)
    try {
      const { tests, failures } = await testRules(await readFile(file, 'utf8'), file, loadRules)
      for (const failure of failures) process.stdout.write(`${failure}\n`)
      failed += failures.length
      process.stdout.write(
        `${file}: ${failures.length === 0 ? `${tests} tests passed` : `${failures.length} failed`}\n`,
      )
    } catch (error) {
      failed++
      refused(error, file)
    }
  return failed === 0 ? exitDone : exitNot
}

function refused(error: unknown, file?: string): number {
  if (!(error instanceof OperatingError) && file === undefined) throw error
  process.stderr.write(
    `${file === undefined || messageOf(error).includes(file) ? '' : `${file}: `}${messageOf(error)}\n`,
  )
  return exitNot
}
