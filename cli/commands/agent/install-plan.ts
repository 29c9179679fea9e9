import { resolve } from 'node:path'
import { packageFile } from '../../../lib/base/index.ts'
import type { Config } from '../../config.ts'
import { starterConfig } from './starter-config.ts'
import { unitText } from './unit.ts'

export const unitName = 'millrace-agent.service'
export const unitPath = `/etc/systemd/system/${unitName}`
export const configPath = '/etc/millrace/millrace.yaml'
export const stateFolder = '/var/lib/millrace'
export const userName = 'millrace'

/** One thing to be done. */
export type Step =
  | { kind: 'file'; path: string; content: string; mode: number; isKept: boolean }
  | { kind: 'folder'; path: string; mode: number; owner: string }
  | { kind: 'remove'; path: string }
  | { kind: 'run'; command: readonly string[]; why: string; mayFail: boolean }

export type Plan = readonly Step[]

/** Groups whose members may read what sources of a type read. */
const groupsOfType: Readonly<Record<string, readonly string[]>> = {
  file: ['adm'],
  kubernetes: ['root'],
  docker: ['root'],
  journald: ['systemd-journal'],
}

/** `given`: the text of a configuration to install in place of the one to begin with; its `dataDir` is where the agent writes. */
export function installPlan({ agent, dataDir }: Pick<Config, 'agent' | 'dataDir'>, given?: string): Plan {
  const folder = given === undefined ? stateFolder : resolve(dataDir)
  const content = given ?? starterConfig(stateFolder)
  const groups = [...new Set(agent.sources.flatMap(({ type }) => groupsOfType[type] ?? []))].sort()
  const program = packageFile('bin/millrace.js')
  const unit = unitText({
    node: process.execPath,
    program,
    configPath,
    stateFolder: folder,
    userName,
    groups,
  })
  return [
    run(
      ['useradd', '--system', '--home-dir', folder, '--shell', '/usr/sbin/nologin', userName],
      'a user of its own',
      true,
    ),
    { kind: 'folder', path: folder, mode: 0o750, owner: userName },
    { kind: 'file', path: configPath, content, mode: 0o644, isKept: true },
    { kind: 'file', path: unitPath, content: unit, mode: 0o644, isKept: false },
    run(['systemctl', 'daemon-reload'], 'systemd reads the unit', false),
    run(['systemctl', 'enable', '--now', unitName], 'the agent starts, now and with the machine', false),
  ]
}

export function uninstallPlan(purge: boolean): Plan {
  const steps: Step[] = [
    run(['systemctl', 'disable', '--now', unitName], 'the agent stops', true),
    { kind: 'remove', path: unitPath },
    run(['systemctl', 'daemon-reload'], 'systemd forgets the unit', true),
  ]
  if (!purge) return steps
  return [
    ...steps,
    { kind: 'remove', path: configPath },
    { kind: 'remove', path: stateFolder },
    run(['userdel', userName], 'its user goes', true),
  ]
}

function run(command: readonly string[], why: string, mayFail: boolean): Step {
  return { kind: 'run', command, why, mayFail }
}
