import { ConfigError, defaultConfigFiles } from '../../lib/base/index.ts'
import { type Call, type Command, exitDone, exitNot } from '../command.ts'
import { loadConfig } from '../config.ts'

export const configCheck: Command = {
  name: 'config check',
  summary: 'checks a configuration and shows every error at once',
  positionals: ['[FILE]'],
  examples: [
    ['millrace config check', `checks ${defaultConfigFiles.join(' or ')}`],
    ['millrace config check prod.yaml', 'checks one file; exit code 1 when it has errors'],
  ],
  run: check,
}

async function check(call: Call): Promise<number> {
  const file = call.positionals[0] ?? call.text('config')
  const set = call.configArguments.filter((_, i, all) => all[i - 1] === '--set')
  try {
    await loadConfig({ file, set })
    process.stdout.write(`${file ?? 'configuration'}: ok\n`)
    return exitDone
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return exitNot
  }
}
