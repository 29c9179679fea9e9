import type { LogLine } from '../../../../query/index.ts'
import { addressOf } from '../../api/http.ts'
import controls from '../../ui/controls.module.css'
import { useAgentOf } from './use-agent-of.ts'

/** The file that a line is from, as it was, byte for byte. */
export function FileLink({ line }: { line: LogLine }) {
  const path = line.attributes['log.file.path'] ?? ''
  const agent = useAgentOf(line.host, path)
  if (agent === undefined) return null
  const name = path.slice(path.lastIndexOf('/') + 1)
  return (
    <a
      className={controls['button']}
      href={addressOf('/api/files/content', { host: agent, path })}
      download={name}
      title={`${path} as it was, byte for byte`}
    >
      Download {name}
    </a>
  )
}
