import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { codeOf } from '../../../lib/base/index.ts'
import { type Call, type Command, exitDone } from '../../command.ts'
import { parseConfig } from '../../config.ts'
import { carryOut } from './carry-out.ts'
import {
  configPath,
  type Installed,
  installPlan,
  type Plan,
  type State,
  stateFolder,
  uninstallPlan,
} from './install-plan.ts'
import { starterConfig } from './starter-config.ts'

const options = {
  'dry-run': { type: 'boolean', description: 'say what would be done, and do nothing' },
  root: { type: 'string', hint: 'DIR', description: 'below another folder, as for an image; starts nothing' },
} as const

export const agentInstall: Command = {
  name: 'agent install',
  summary: 'a hardened systemd unit for the agent, and /etc/millrace/millrace.yaml',
  options,
  details:
    'The agent runs as a user of its own, sees the system read-only but for what its configuration says that it writes, and is\nin only the groups whose files its sources read. A configuration that is there is left as it is; --config installs another in\nplace of the one to begin with. Says each thing that it does, and which keys its user cannot read yet. After a change of what it\nwrites or listens on, install again.',
  examples: [
    ['millrace agent install', 'as root: install and start it'],
    ['millrace agent install --dry-run', 'look first'],
    ['millrace agent install --config mine.yaml', 'with a configuration of your own'],
  ],
  run: async call => await carryOutOf(call, installPlan(await intended(call))),
}

export const agentUninstall: Command = {
  name: 'agent uninstall',
  summary: 'undoes agent install; the configuration and what is in the spool stay',
  options: {
    ...options,
    purge: { type: 'boolean', description: 'the configuration, the spool and the user too' },
  },
  examples: [
    ['millrace agent uninstall', 'as root: stop it and take the unit away'],
    ['millrace agent uninstall --purge', 'the configuration, the spool and the user too'],
  ],
  run: async call => await carryOutOf(call, uninstallPlan(call.flag('purge'), await stateOf(call))),
}

/** A configuration that is there stays, else what `--config` names is installed, else one to begin with. */
async function intended(call: Call): Promise<Installed> {
  const there = await readIfThere(installedPath(call))
  if (there !== undefined) return { config: parseConfig(there), text: '' }
  const given = call.text('config')
  const text = given === undefined ? starterConfig(stateFolder) : await readFile(given, 'utf8')
  return { config: given === undefined ? parseConfig(text) : await call.config(), text }
}

async function stateOf(call: Call): Promise<State> {
  const there = await readIfThere(installedPath(call))
  const dataDir = resolve(there === undefined ? stateFolder : parseConfig(there).dataDir)
  const { agentFolder } = await import('../../../agent/index.ts')
  return { dataDir, agentFolder: agentFolder(dataDir) }
}

function installedPath(call: Call): string {
  return join(call.text('root') ?? '/', configPath)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function carryOutOf(call: Call, plan: Plan): Promise<number> {
  const say = (line: string) => process.stdout.write(`${line}\n`)
  await carryOut(plan, { isDry: call.flag('dry-run'), root: call.text('root'), say })
  return exitDone
}
