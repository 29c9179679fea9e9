import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type RunningRole, startProgram } from '../../e2e/stack.ts'

const root = join(import.meta.dirname, '../../..')

/** Builds the package of the agent alone, which is what hosts have, and answers its program. */
export function packagedAgent(): string {
  const script = join(root, 'bin/build-agent.js')
  const archive =
    execFileSync(process.execPath, [script], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? ''
  const name = /([^/]+)\.tar\.gz$/.exec(archive)?.[1] ?? ''
  return join(root, 'dist/agent', name, 'bin/millrace-agent')
}

export function startAgent(program: string, set: readonly string[]): Promise<RunningRole> {
  return startProgram(
    program,
    set.flatMap(assignment => ['--set', assignment]),
  )
}
