import { useQuery } from '@tanstack/react-query'
import { getFiles } from '../../api/logs.ts'

/** Id of the agent that followed a file; that of this host where several have one of the name. undefined: nobody did. */
export function useAgentOf(host: string, path: string): string | undefined {
  const { data } = useQuery({
    queryKey: ['files', path],
    queryFn: ({ signal }) => getFiles(path, signal),
    enabled: path !== '',
    staleTime: 60_000,
  })
  const files = data?.files.filter(file => file.path === path) ?? []
  return (files.find(file => file.host === host) ?? files[0])?.host
}
