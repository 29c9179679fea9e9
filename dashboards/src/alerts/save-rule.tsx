import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { saveRule } from '../api/alerts.ts'
import controls from '../ui/controls.module.css'
import { CopyButton } from '../ui/copy-button.tsx'
import { Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'

/** The rule as a file has it: saved here, where it is in force at once, or copied into a file of one's own. */
export function SaveRule({ name, yaml }: { name: string; yaml: string }) {
  const client = useQueryClient()
  const [saved, setSaved] = useState('')
  const [error, setError] = useState<Error>()
  const save = async () => {
    try {
      await saveRule(name, yaml)
      setSaved(yaml)
      setError(undefined)
      void client.invalidateQueries({ queryKey: ['rules'] })
      void client.invalidateQueries({ queryKey: ['saved-rules'] })
    } catch (failure) {
      setError(failure as Error)
    }
  }
  return (
    <>
      <h2>The rule</h2>
      <pre>{yaml}</pre>
      <Tools>
        <button type="button" className={controls['primary']} onClick={() => void save()}>
          Save
        </button>
        <CopyButton text={yaml}>Copy for a rule file</CopyButton>
        {saved === yaml && (
          <span role="status">
            Saved, and evaluated from now on: <Link href="/alerts/rules">see the rules</Link>
          </span>
        )}
      </Tools>
      {error !== undefined && <Problem error={error} />}
    </>
  )
}
