import type { Call } from '../command.ts'
import { note } from './output.ts'

/** Option of every command that takes something away or changes it for others. */
export const yesOption = {
  yes: { type: 'boolean', description: 'do it; without it only shows what would be done' },
} as const

/** Whether to do it; says how where not. */
export function isConfirmed(call: Pick<Call, 'flag'>): boolean {
  if (call.flag('yes')) return true
  note('nothing was changed: add --yes to do it')
  return false
}
