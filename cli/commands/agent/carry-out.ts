import { execFile } from 'node:child_process'
import { chmod, mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { codeOf, messageOf, OperatingError } from '../../../lib/base/index.ts'
import type { Plan, Step } from './install-plan.ts'

const runFile = promisify(execFile)

export interface CarryOutOptions {
  isDry: boolean
  /** Files go below it, and no program is run. */
  root: string | undefined
  say: (line: string) => void
}

/** Does what a plan says, step by step, saying each. Errors: INSTALL_FAILED, with what to do about it. */
export async function carryOut(plan: Plan, options: CarryOutOptions): Promise<void> {
  for (const step of plan) await doStep(step, options)
}

async function doStep(step: Step, options: CarryOutOptions): Promise<void> {
  try {
    if (step.kind === 'run') await runOrSay(step, options)
    else await changeFiles(step, options)
  } catch (cause) {
    const remedy =
      codeOf(cause) === 'EACCES' || codeOf(cause) === 'EPERM' ? ': run it as root, as with sudo' : ''
    throw new OperatingError('INSTALL_FAILED', `${messageOf(cause)}${remedy}`, { cause })
  }
}

async function runOrSay(
  step: Extract<Step, { kind: 'run' }>,
  { isDry, root, say }: CarryOutOptions,
): Promise<void> {
  const isSaid = isDry || root !== undefined
  say(`${isSaid ? 'would run' : 'run'}  ${step.command.join(' ')}  (${step.why})`)
  if (!isSaid) await runStep(step)
}

async function changeFiles(
  step: Exclude<Step, { kind: 'run' }>,
  { isDry, root, say }: CarryOutOptions,
): Promise<void> {
  const path = root === undefined ? step.path : join(root, step.path)
  if (step.kind === 'file') await writeStep(step, path, isDry, say)
  else if (step.kind === 'folder') await makeFolder(step, path, { isDry, root, say })
  else if (step.kind === 'readable') await sayReadable(step, path, say)
  else if (step.kind === 'removeEmpty') await removeEmpty(path, { isDry, root, say })
  else {
    say(`${isDry ? 'would remove' : 'remove'}  ${path}`)
    if (!isDry) await rm(path, { recursive: true, force: true })
  }
}

async function makeFolder(
  { mode, owner, isKept }: Extract<Step, { kind: 'folder' }>,
  path: string,
  { isDry, root, say }: CarryOutOptions,
): Promise<void> {
  if (isKept && (await isThere(path))) {
    say(`keep  ${path}  (it is there already: ${owner} must be able to write in it)`)
    return
  }
  say(`${isDry ? 'would make' : 'make'}  ${path}  (mode ${mode.toString(8)}, owned by ${owner})`)
  if (!isDry) await mkdir(path, { recursive: true, mode })
  if (!isDry && root === undefined) await runFile('chown', [`${owner}:`, path])
}

const readableByAll = 0o004

async function sayReadable(
  { reader }: Extract<Step, { kind: 'readable' }>,
  path: string,
  say: (line: string) => void,
): Promise<void> {
  const isOpen = (await isThere(path)) && ((await stat(path)).mode & readableByAll) !== 0
  if (!isOpen) say(`see to it  that ${reader} can read ${path}: chgrp ${reader} ${path} && chmod g+r ${path}`)
}

async function removeEmpty(path: string, { isDry, say }: CarryOutOptions): Promise<void> {
  say(`${isDry ? 'would remove' : 'remove'}  ${path}  (if nothing else is in it)`)
  if (isDry) return
  try {
    await rmdir(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'ENOENT') throw error
  }
}

async function writeStep(
  step: Extract<Step, { kind: 'file' }>,
  path: string,
  isDry: boolean,
  say: (line: string) => void,
): Promise<void> {
  if (step.isKept && (await isThere(path))) {
    say(`keep  ${path}  (it is there already)`)
    return
  }
  say(`${isDry ? 'would write' : 'write'}  ${path}`)
  if (isDry) {
    say(step.content.replace(/^/gm, '    ').trimEnd())
    return
  }
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, step.content)
  await chmod(path, step.mode)
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** A user that is there already, a unit that is not: what some steps may find. */
async function runStep({ command, mayFail }: Extract<Step, { kind: 'run' }>): Promise<void> {
  const [program = '', ...rest] = command
  try {
    await runFile(program, rest)
  } catch (error) {
    if (!mayFail || codeOf(error) === 'ENOENT') throw error
  }
}
