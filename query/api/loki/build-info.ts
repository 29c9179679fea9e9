import type { Asked } from './asked.ts'

/** The Loki whose API this is: clients tell by it what they may ask for. */
export const lokiVersion = '3.5.0'

/** `status/buildinfo`: a bare object. */
export function buildInfo({ context }: Asked): object {
  return {
    version: lokiVersion,
    revision: '',
    branch: '',
    buildUser: `millrace ${context.version}`,
    buildDate: '',
    goVersion: '',
  }
}
