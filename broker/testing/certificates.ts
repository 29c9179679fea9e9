import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate of a test's own authority, as PEM files. */
export interface Certificate {
  cert: string
  key: string
}

/** An authority in `folder` that signs certificates by openssl. */
export class Authority {
  readonly ca: string
  readonly #key: string
  readonly #folder: string

  constructor(folder: string, name = 'ca') {
    this.#folder = folder
    this.ca = join(folder, `${name}.crt`)
    this.#key = join(folder, `${name}.key`)
    openssl('req', '-x509', ...newKey, '-keyout', this.#key, '-out', this.ca, '-subj', `/CN=${name}`)
  }

  /** `subject` as in `/O=shop/CN=ada`; valid for 127.0.0.1 and localhost. Writes over what there is of the name. */
  sign(name: string, subject: string): Certificate {
    const cert = join(this.#folder, `${name}.crt`)
    const key = join(this.#folder, `${name}.key`)
    const request = join(this.#folder, `${name}.csr`)
    const extensions = join(this.#folder, `${name}.ext`)
    writeFileSync(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\n')
    openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', subject)
    openssl(
      'x509',
      ...['-req', '-in', request, '-CA', this.ca, '-CAkey', this.#key, '-CAcreateserial'],
      ...['-days', '2', '-extfile', extensions, '-out', cert],
    )
    return { cert, key }
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
