// Loads every role's code once after an install, so that the first start finds it compiled.
import { flushCompileCache } from 'node:module'
import { enableCompileCache } from './compile-cache.js'

if (Number(process.versions.node.split('.')[0]) >= 24) {
  enableCompileCache()
  const files = ['cli/main', 'cli/commands/up', 'store/index', 'lib/telemetry/index']
  for (const role of ['broker', 'aggregator', 'query', 'agent']) files.push(`${role}/index`)
  for (const file of files) await import(new URL(`../${file}.ts`, import.meta.url).href)
  flushCompileCache()
}
process.exit()
