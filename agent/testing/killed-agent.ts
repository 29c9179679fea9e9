import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, copyFileSync, renameSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { LedgerEntry } from '../../lib/ledger/index.ts'

const main = join(import.meta.dirname, '..', '..', 'bin', 'millrace.js')
const perWrite = 500

export interface StartedRole {
  child: ChildProcess
  /** Its ready line. */
  ready: string
}

/** What a role is started with beside its settings: arguments for Node, variables. */
export interface RoleProcess {
  node?: readonly string[]
  environment?: NodeJS.ProcessEnv
}

/** One role as a process of its own; resolves when it is ready, rejects where it ends before that. */
export async function startRole(
  name: string,
  settings: readonly string[],
  { node = [], environment = {} }: RoleProcess = {},
): Promise<StartedRole> {
  const set = settings.flatMap(setting => ['--set', setting])
  const child = spawn(process.execPath, [...node, main, name, ...set], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...environment },
  })
  const ready = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', chunk => String(chunk).startsWith('ready') && resolve(String(chunk)))
    child.on('exit', code => reject(new Error(`${name} ended with ${code} before it was ready`)))
  })
  return { child, ready }
}

export async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

/** Appends numbered lines to three files, and rotates them each in its way. */
export class Writer {
  written = 0
  readonly #folder: string
  #rotations = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  write(count = perWrite): void {
    const file = this.written % 3
    let text = ''
    for (let i = 0; i < count; i++)
      text += `{"seq":${this.written++},"msg":"line of file ${file}","level":"info"}\n`
    appendFileSync(this.#path(file), text)
  }

  rotate(): void {
    const n = ++this.#rotations
    const [renamed, dated, truncated] = [this.#path(0), this.#path(1), this.#path(2)]
    for (const path of [renamed, dated, truncated]) appendFileSync(path, '')
    // names that the globs take: out of them, nothing could find what a killed agent had not read yet
    renameSync(renamed, `${renamed}.${n}`)
    renameSync(dated, `${dated}.2026-01-01-${n}`)
    copyFileSync(truncated, `${truncated}.${n}`)
    truncateSync(truncated)
    for (const path of [renamed, dated]) appendFileSync(path, '')
  }

  #path(file: number): string {
    return join(this.#folder, `${['renamed', 'dated', 'truncated'][file]}.log`)
  }
}

/** A source of what a Writer writes. */
export function writersSource(folder: string): string {
  return `{type: file, include: ${JSON.stringify([join(folder, '*.log'), join(folder, '*.log.*[0-9]')])}}`
}

/** No gap and no overlap in any generation of any source. */
export function expectWholeLedger(entries: (LedgerEntry | undefined)[]): void {
  const known = entries.filter(entry => entry !== undefined)
  for (const group of Map.groupBy(known, entry => entry.generation).values()) {
    let at = 0
    for (const { from, to } of group.sort((a, b) => a.from - b.from)) {
      expect(from).toBe(at)
      at = to
    }
  }
}
