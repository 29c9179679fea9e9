import type { Command } from '../../command.ts'
import { groupsDelete } from './delete.ts'
import { groups } from './list.ts'
import { groupsReset } from './reset.ts'

export const groupCommands: readonly Command[] = [groups, groupsReset, groupsDelete]
