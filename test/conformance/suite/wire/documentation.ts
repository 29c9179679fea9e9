import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the documentation says of the broker: it names what is not there. */
export const documentation = readFileSync(join(import.meta.dirname, '../../../../docs/broker.md'), 'utf8')
