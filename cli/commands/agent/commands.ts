import type { Command } from '../../command.ts'
import { agentInstall, agentUninstall } from './install.ts'
import { agentPreview } from './preview.ts'
import { agentSpool } from './spool.ts'
import { agentStatus } from './status.ts'
import { agentTap } from './tap.ts'
import { agentTop } from './top.ts'

/** All that asks, mends or installs an agent, in the order of help. */
export const agentTools: readonly Command[] = [
  agentStatus,
  agentTop,
  agentTap,
  agentSpool,
  agentPreview,
  agentInstall,
  agentUninstall,
]
