import { useSearchParams } from './search-params.ts'

/** What is looked for in a list: it stands in the address, beside what makes the view. */
export function useFind(): [string, (text: string) => void] {
  const [search, change] = useSearchParams()
  const set = (text: string) =>
    change(
      present => {
        if (text === '') present.delete('find')
        else present.set('find', text)
        return present
      },
      { replace: true },
    )
  return [search.get('find') ?? '', set]
}

/** Whether a text has what is looked for, in whatever case. */
export function isFound(text: string, sought: string): boolean {
  return text.toLowerCase().includes(sought.toLowerCase())
}
