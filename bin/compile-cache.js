import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * Keeps compiled code between processes, which halves their start. In a clone it lies in node_modules, where `npm ci` fills it
 * (see warm.js); elsewhere where Node wants it. Does nothing on a Node without it.
 */
export function enableCompileCache() {
  const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))
  nodeModule.enableCompileCache?.(existsSync(modules) ? `${modules}.cache/millrace` : undefined)
}
