import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { program } from '../e2e/stack.ts'

const restartMs = 300
const killMs = 20_000

/** One role in the foreground, started again whenever it ends, as systemd would. */
export class KeptRole {
  readonly #args: readonly string[]
  readonly #environment: NodeJS.ProcessEnv
  readonly #output: string[] = []
  #child: ChildProcess | undefined
  #isStopping = false

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv) {
    this.#args = args
    this.#environment = environment
    this.#start()
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  get output(): string {
    return this.#output.join('')
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    const child = this.#child
    if (child === undefined) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), killMs)
    await ended
    clearTimeout(late)
  }

  #start(): void {
    const child = spawn(process.execPath, [program, ...this.#args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.#environment },
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        this.#output.push(String(chunk))
        if (this.#output.length > 20_000) this.#output.shift()
      })
    child.once('exit', () => {
      this.#child = undefined
      if (!this.#isStopping) void sleep(restartMs).then(() => this.#isStopping || this.#start())
    })
  }
}
