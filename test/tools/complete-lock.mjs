// add the optional platform entries npm left out because the registry it asked did not have them
import { readFileSync, writeFileSync } from 'node:fs'

const path = process.argv[2] ?? 'package-lock.json'
const lock = JSON.parse(readFileSync(path, 'utf8'))
const os = { darwin: 'darwin', win32: 'win32', linux: 'linux', android: 'android', freebsd: 'freebsd' }
const cpus = ['x64', 'arm64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64']
let n = 0
for (const [k, e] of Object.entries(lock.packages)) {
  if (k === '') continue
  for (const [name, range] of Object.entries(e.optionalDependencies ?? {})) {
    let found = false,
      dir = k
    for (;;) {
      // walk up like node resolution
      if (lock.packages[`${dir}${dir ? '/' : ''}node_modules/${name}`]) {
        found = true
        break
      }
      if (!dir) break
      const i = dir.lastIndexOf('/node_modules/')
      dir = i < 0 ? '' : dir.slice(0, i)
    }
    if (found) continue
    const words = name.split(/[/-]/)
    const entry = { version: range, ...(e.dev ? { dev: true } : {}), optional: true }
    const o = words.find(w => os[w])
    const c = words.find(w => cpus.includes(w))
    if (c) entry.cpu = [c]
    if (o) entry.os = [os[o]]
    if (words.includes('musl')) entry.libc = ['musl']
    if (words.includes('gnu')) entry.libc = ['glibc']
    lock.packages[`node_modules/${name}`] = entry
    n++
    console.log('added', name, range, JSON.stringify(entry))
  }
}
const { '': root, ...rest } = lock.packages
lock.packages = {
  '': root,
  ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => a.localeCompare(b, 'en'))),
}
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
console.log(n, 'entries added')
