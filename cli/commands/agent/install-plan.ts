import { resolve } from 'node:path'
import { packageFile } from '../../../lib/base/index.ts'
import type { Config } from '../../config.ts'
import { unitText } from './unit.ts'
import { unitNeeds } from './unit-needs.ts'

export const unitName = 'millrace-agent.service'
export const unitPath = `/etc/systemd/system/${unitName}`
export const configPath = '/etc/millrace/millrace.yaml'
export const stateFolder = '/var/lib/millrace'
export const userName = 'millrace'

/** One thing to be done. */
export type Step =
  | { kind: 'file'; path: string; content: string; mode: number; isKept: boolean }
  | { kind: 'folder'; path: string; mode: number; owner: string; isKept: boolean }
  /** A file that somebody must be able to read: says how where it is not for all. */
  | { kind: 'readable'; path: string; reader: string }
  | { kind: 'remove'; path: string }
  /** A folder, unless something is in it. */
  | { kind: 'removeEmpty'; path: string }
  | { kind: 'run'; command: readonly string[]; why: string; mayFail: boolean }

export type Plan = readonly Step[]

/** What the configuration will be, and the text of it where there is none yet. */
export interface Installed {
  config: Pick<Config, 'agent' | 'dataDir'>
  /** '' where the one that is there stays. */
  text: string
}

export function installPlan({ config, text }: Installed): Plan {
  const folder = resolve(config.dataDir)
  const needs = unitNeeds(config)
  const program = packageFile('bin/millrace.js')
  const unit = unitText({ node: process.execPath, program, configPath, stateFolder: folder, userName, needs })
  return [
    run(
      ['useradd', '--system', '--home-dir', folder, '--shell', '/usr/sbin/nologin', userName],
      'a user of its own',
      true,
    ),
    own(folder, false),
    ...needs.writes.map(path => own(path, true)),
    { kind: 'file', path: configPath, content: text, mode: 0o640, isKept: true },
    run(['chgrp', userName, configPath], 'it may have passwords in it, and the agent reads it', false),
    ...needs.secrets.map((path): Step => ({ kind: 'readable', path, reader: userName })),
    { kind: 'file', path: unitPath, content: unit, mode: 0o644, isKept: false },
    run(['systemctl', 'daemon-reload'], 'systemd reads the unit', false),
    run(['systemctl', 'enable', '--now', unitName], 'the agent starts, now and with the machine', false),
  ]
}

/** Where an installed agent has what is its own. */
export interface State {
  dataDir: string
  /** In it, beside what other roles have there, which stays. */
  agentFolder: string
}

export function uninstallPlan(isPurge: boolean, { dataDir, agentFolder }: State): Plan {
  const steps: Step[] = [
    run(['systemctl', 'disable', '--now', unitName], 'the agent stops', true),
    { kind: 'remove', path: unitPath },
    run(['systemctl', 'daemon-reload'], 'systemd forgets the unit', true),
  ]
  if (!isPurge) return steps
  return [
    ...steps,
    { kind: 'remove', path: configPath },
    { kind: 'remove', path: agentFolder },
    { kind: 'removeEmpty', path: dataDir },
    run(['userdel', userName], 'its user goes', true),
  ]
}

function own(path: string, isKept: boolean): Step {
  return { kind: 'folder', path, mode: 0o750, owner: userName, isKept }
}

function run(command: readonly string[], why: string, mayFail: boolean): Step {
  return { kind: 'run', command, why, mayFail }
}
