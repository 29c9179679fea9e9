import type { Detector } from './detector.ts'

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm: 'arm32', ia32: 'x86' }

/** Source: https://opentelemetry.io/docs/specs/semconv/resource/host/ */
export const detectHost: Detector = ({ readFile, hostName }) => ({
  'host.name': hostName,
  'host.id': readFile('/etc/machine-id')?.trim(),
  'host.arch': architectures[process.arch] ?? process.arch,
  'os.type': process.platform === 'win32' ? 'windows' : process.platform,
})
