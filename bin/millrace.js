#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets this far and can say what is wrong.
import { existsSync } from 'node:fs'
import { enableCompileCache } from './compile-cache.js'

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `millrace needs Node 24 or newer, this is ${process.versions.node}: run it by npm (npm start, npm run millrace) or install a newer Node\n`,
  )
  process.exit(2)
}
enableCompileCache()
// every query that the embedded engine runs holds a thread, and the pool's size is read at its first use
if (process.argv[2] === 'store') process.env.UV_THREADPOOL_SIZE ??= '32'
const source = new URL('../cli/main.ts', import.meta.url)
const { main } = await import(existsSync(source) ? source.href : '../dist/node/cli/main.js')
await main(process.argv.slice(2))
