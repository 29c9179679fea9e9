import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { SecureContextOptions, Server } from 'node:tls'
import { nodeTls } from './built-in.ts'
import type { TlsSettings } from './config/listener-tls.ts'
import { messageOf, OperatingError } from './errors.ts'
import type { Logger } from './logger.ts'

/** How often the files are looked at: certificates are renewed every few weeks or hours. */
const reloadIntervalMs = 5_000
/** Kafka's ssl.enabled.protocols. */
const minVersion = 'TLSv1.2'

export interface LoadedTls {
  options: SecureContextOptions
  /** Of the files' content. */
  fingerprint: string
}

/** Reads the files of a listener and tries them. Errors: TLS_UNUSABLE. */
export async function loadTls(
  listener: string,
  { cert, key, keyPassword, ca }: TlsSettings,
): Promise<LoadedTls> {
  try {
    const files = await Promise.all([cert, key, ...(ca === null ? [] : [ca])].map(path => readFile(path)))
    const options: SecureContextOptions = { cert: files[0], key: files[1], minVersion }
    if (files[2] !== undefined) options.ca = files[2]
    if (keyPassword !== null) options.passphrase = keyPassword
    nodeTls().createSecureContext(options)
    const hash = createHash('sha256')
    for (const file of files) hash.update(file)
    return { options, fingerprint: hash.digest('hex') }
  } catch (cause) {
    const message = `listener ${listener} cannot use its TLS files: ${messageOf(cause)}; check tls.cert, tls.key and tls.ca, PEM files that belong together`
    throw new OperatingError('TLS_UNUSABLE', message, { cause })
  }
}

/**
 * Has a server take up its files again whenever their content changes, for connections that come later; where the new
 * ones are of no use, the old ones stay.
 */
export function followTlsFiles(
  server: Server,
  listener: string,
  settings: TlsSettings,
  loaded: LoadedTls,
  logger: Logger,
): void {
  let known = loaded.fingerprint
  let complaint = ''
  let isLoading = false
  const reload = async () => {
    if (isLoading) return
    isLoading = true
    try {
      const next = await loadTls(listener, settings)
      if (next.fingerprint === known) return
      known = next.fingerprint
      server.setSecureContext(next.options)
      logger.info('TLS certificates read again', { listener })
      complaint = ''
    } catch (error) {
      if (messageOf(error) === complaint) return
      complaint = messageOf(error)
      logger.error('new TLS files are of no use, the old certificates stay', {
        listener,
        error: complaint,
      })
    } finally {
      isLoading = false
    }
  }
  const timer = setInterval(() => void reload(), reloadIntervalMs)
  timer.unref()
  server.on('close', () => clearInterval(timer))
}
