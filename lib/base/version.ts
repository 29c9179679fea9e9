import { readFileSync } from 'node:fs'

/** The version in package.json, from the sources as from the compiled package. */
export function packageVersion(): string {
  const up = import.meta.filename.endsWith('.ts') ? '../../package.json' : '../../../../package.json'
  const text = readFileSync(new URL(up, import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
