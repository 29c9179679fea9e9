// Compiles lib/native, which does nothing that JavaScript beside it could not, only in less time. Where
// there is no compiler, or another system than Linux, it is left out.
import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const path = relative => fileURLToPath(new URL(relative, root))

function build() {
  if (process.platform !== 'linux') return 'only Linux has what it uses'
  const folder = path(`dist/native/${process.platform}-${process.arch}/`)
  mkdirSync(folder, { recursive: true })
  // by another name first: a process may have the one of before open
  const made = `${folder}millrace.node.${process.pid}`
  const sources = ['native.c', 'crc32c.c', 'zstd.c'].map(name => path(`lib/native/${name}`))
  const headers = path('node_modules/node-api-headers/include')
  const options = ['-O2', '-shared', '-fPIC', '-Wall', '-Wextra', '-D_GNU_SOURCE', '-DNAPI_VERSION=8']
  const args = [...options, `-I${headers}`, '-o', made, ...sources]
  const { error, status, stderr } = spawnSync(process.env.CC ?? 'cc', args, { encoding: 'utf8' })
  if (status === 0) {
    renameSync(made, `${folder}millrace.node`)
    return undefined
  }
  rmSync(made, { force: true })
  return error?.message ?? stderr.trim()
}

const problem = build()
if (problem !== undefined) process.stderr.write(`the native part is left out: ${problem}\n`)
