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
    'The agent runs as a user of its own, sees the system read-only, and is in only the groups whose files its sources\nread. A configuration that is there is left as it is. Says each thing that it does.',
  examples: [
    ['sudo millrace agent install', 'install and start it'],
    ['millrace agent install --dry-run', 'look first'],
  ],
  run: call => run(call, async config => installPlan(config)),
}

export const agentUninstall: Command = {
  name: 'agent uninstall',
  summary: 'undoes agent install; the configuration and what is in the spool stay',
  options: {
    ...options,
    purge: { type: 'boolean', description: 'the configuration, the spool and the user too' },
  },
  examples: [
    ['sudo millrace agent uninstall', 'stop it and take the unit away'],
    ['sudo millrace agent uninstall --purge', 'leave nothing behind'],
  ],
  run: call => run(call, async () => uninstallPlan(call.flag('purge'))),
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
