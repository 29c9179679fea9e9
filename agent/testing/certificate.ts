import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TestCertificate {
  folder: string
  cert: string
  key: string
  remove(): void
}

/** A certificate for 127.0.0.1 that nobody trusts, made by openssl. */
export function makeCertificate(): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-certificate-'))
  const cert = join(folder, 'cert.pem')
  const key = join(folder, 'key.pem')
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...ec, '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  })
  return { folder, cert, key, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
