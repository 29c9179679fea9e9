import { readFile } from 'node:fs/promises'
import { type Call, type Command, exitDone } from '../../command.ts'
import { carryOut } from './carry-out.ts'
import { installPlan, type Plan, uninstallPlan } from './install-plan.ts'

const options = {
  'dry-run': { type: 'boolean', description: 'say what would be done, and do nothing' },
  root: { type: 'string', hint: 'DIR', description: 'below another folder, as for an image; starts nothing' },
} as const

export const agentInstall: Command = {
  name: 'agent install',
  summary: 'a hardened systemd unit for the agent, and /etc/millrace/millrace.yaml',
  options,
  details:
    'The agent runs as a user of its own, sees the system read-only, and is in only the groups whose files its sources\nread. A configuration that is there is left as it is; --config installs\nanother in place of the one to begin with. Says each thing that it does.',
  examples: [
    ['millrace agent install', 'as root: install and start it'],
    ['millrace agent install --dry-run', 'look first'],
    ['millrace agent install --config mine.yaml', 'with a configuration of your own'],
  ],
  run: call => run(call, async config => installPlan(config, await given(call))),
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
  run: call => run(call, async () => uninstallPlan(call.flag('purge'))),
}

/** What `--config` names is installed. */
async function given(call: Call): Promise<string | undefined> {
  const file = call.text('config')
  return file === undefined ? undefined : await readFile(file, 'utf8')
}

async function run(
  call: Call,
  plan: (config: Awaited<ReturnType<Call['config']>>) => Promise<Plan>,
): Promise<number> {
  const steps = await plan(await call.config())
  const isDry = call.flag('dry-run')
  await carryOut(steps, { isDry, root: call.text('root'), say: line => process.stdout.write(`${line}\n`) })
  return exitDone
}
