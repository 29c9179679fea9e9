import { useQuery } from '@tanstack/react-query'
import { getVersions } from '../api/boards.ts'

interface Properties {
  name: string
  version: number
  onVersion: (version: number) => void
}

/** Which version is shown; saving an old one makes it the newest. */
export function Versions({ name, version, onVersion }: Properties) {
  const { data } = useQuery({
    queryKey: ['board', name, 'versions'],
    queryFn: ({ signal }) => getVersions(name, signal),
  })
  return (
    <label>
      Version{' '}
      <select value={version} onChange={event => onVersion(Number(event.target.value))}>
        {(data?.versions ?? [version]).map((one, i) => (
          <option key={one} value={one}>
            {one} {i === 0 && '(newest)'}
          </option>
        ))}
      </select>
    </label>
  )
}
