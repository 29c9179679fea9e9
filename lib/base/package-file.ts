import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * A file of this package by its path from the package's root, wherever this code lies in it: sources, what `npm run
 * build` makes of them, or the bundle of the agent.
 */
export function packageFile(path: string): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder)
    if (above === folder) throw new Error(`no package.json above ${import.meta.dirname}`)
    folder = above
  }
  return join(folder, path)
}
