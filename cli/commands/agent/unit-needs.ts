import { dirname } from 'node:path'
import { agentDatagrams, agentListeners } from '../../../agent/config.ts'
import { parseHostPort } from '../../../lib/base/index.ts'
import type { Config } from '../../config.ts'

type AgentConfig = Pick<Config, 'agent' | 'dataDir'>

/** What of the system an agent needs beside its own folder, by its configuration. */
export interface UnitNeeds {
  groups: string[]
  /** Folders that it writes into. */
  writes: string[]
  /** Names of folders of its own below /run. */
  runtime: string[]
  /** Whether it listens on a port below 1024. */
  bindsLowPorts: boolean
  /** Whether it reads or writes below /tmp or /var/tmp, which are its own otherwise. */
  sharesTemporary: boolean
  /** Keys and tokens that it reads. */
  secrets: string[]
}

/** Groups whose members may read what sources of a type read. */
const groupsOfType: Readonly<Record<string, readonly string[]>> = {
  file: ['adm'],
  kubernetes: ['root'],
  docker: ['root'],
  journald: ['systemd-journal'],
}
const firstUnprivilegedPort = 1024
const ofRun = /^\/(?:var\/)?run\/([^/]+)$/
const secretKeys = new Set(['cert', 'key', 'ca', 'caFile', 'tokenFile', 'sharedKeyFile', 'passwordFile'])

export function unitNeeds(config: AgentConfig): UnitNeeds {
  const { sources } = config.agent
  const folders = [...new Set(writtenFiles(config).map(file => dirname(file)))]
  return {
    groups: [...new Set(sources.flatMap(({ type }) => groupsOfType[type] ?? []))].sort(),
    writes: folders.filter(folder => !ofRun.test(folder)),
    runtime: folders.flatMap(folder => ofRun.exec(folder)?.[1] ?? []),
    bindsLowPorts: addressesOf(config).some(address => isLow(parseHostPort(address).port)),
    sharesTemporary: textsOf(config).some(([, text]) => /^\/(?:var\/)?tmp(?:\/|$)/.test(text)),
    secrets: [
      ...new Set(textsOf(config).flatMap(([key, text]) => (secretKeys.has(key) && isPath(text) ? text : []))),
    ],
  }
}

function addressesOf(config: AgentConfig): string[] {
  const listeners = [...agentListeners(config), ...agentDatagrams(config)].map(([, address]) => address)
  return [...listeners, ...(config.agent.listen === null ? [] : [config.agent.listen])]
}

/** Sockets and output files, of which each lies in a folder that the agent writes into. */
function writtenFiles({ agent }: AgentConfig): string[] {
  const sockets = agent.sources.flatMap(source => (source.type === 'syslog' ? (source.unix ?? []) : []))
  const files = agent.outputs.flatMap(output => (output.type === 'file' ? output.path : []))
  return [...sockets, ...files].filter(isPath)
}

function isPath(text: string): boolean {
  return text.startsWith('/')
}

function isLow(port: number): boolean {
  return port > 0 && port < firstUnprivilegedPort
}

/** Every text of the configuration, with the key that it stands at. */
function textsOf(value: unknown, key = ''): [key: string, text: string][] {
  if (typeof value === 'string') return [[key, value]]
  if (Array.isArray(value)) return value.flatMap(item => textsOf(item, key))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => textsOf(item, name))
}
