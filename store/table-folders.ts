import { join } from 'node:path'
import { namesIn } from '../lib/base/index.ts'

/** Where the engine has a table's parts: databases and tables by name, below its data folder. */
export function tableFolder(dataFolder: string, database: string, table: string): string {
  return join(dataFolder, 'data', database, table)
}

/** Those of all tables. */
export async function tableFolders(dataFolder: string): Promise<string[]> {
  const found: string[] = []
  for (const database of await namesIn(join(dataFolder, 'data')))
    for (const table of await namesIn(join(dataFolder, 'data', database)))
      found.push(tableFolder(dataFolder, database, table))
  return found
}
