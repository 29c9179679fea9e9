import type { Command } from '../../command.ts'
import { topicsAlter } from './alter.ts'
import { topicsCreate } from './create.ts'
import { topicsDelete } from './delete.ts'
import { topics } from './list.ts'
import { topicsRead } from './read.ts'
import { topicsWrite } from './write.ts'

export const topicCommands: readonly Command[] = [
  topics,
  topicsCreate,
  topicsAlter,
  topicsDelete,
  topicsRead,
  topicsWrite,
]
