import type { Command } from '../../command.ts'
import { configCheck } from '../config-check.ts'
import { agentInstall, agentUninstall } from './install.ts'
import { agentRole } from './run.ts'
import { agentSpool } from './spool.ts'
import { agentStatus } from './status.ts'
import { agentTap } from './tap.ts'
import { agentTop } from './top.ts'

/** All that a host needs which runs the agent and nothing else. */
export const agentCommands: readonly Command[] = [
  agentRole,
  agentStatus,
  agentTop,
  agentTap,
  agentSpool,
  agentInstall,
  agentUninstall,
  configCheck,
]
