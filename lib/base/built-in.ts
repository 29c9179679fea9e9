/*
 * Built-in modules that are large and not always used, loaded at their use. And never by an import: that reads every
 * export, and those of http include getters that load undici and web streams, 12 MB that no server needs.
 */

export function nodeHttp(): typeof import('node:http') {
  return process.getBuiltinModule('node:http')
}

export function nodeHttps(): typeof import('node:https') {
  return process.getBuiltinModule('node:https')
}

export function nodeTls(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls')
}

export function nodeHttp2(): typeof import('node:http2') {
  return process.getBuiltinModule('node:http2')
}
