import { type FormEvent, useEffect, useRef, useState } from 'react'
import { login } from '../api/system.ts'
import controls from '../ui/controls.module.css'
import styles from './login.module.css'

/** Asks for a token, and keeps it where no script can read it. */
export function Login({ onDone }: { onDone: () => Promise<void> }) {
  const [token, setToken] = useState('')
  const [problem, setProblem] = useState('')
  const [isAsking, setAsking] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAsking(true)
    setProblem('')
    try {
      await login(token.trim())
      await onDone()
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
      setAsking(false)
    }
  }
  return (
    <form className={styles['login']} aria-labelledby="login-title" onSubmit={event => void submit(event)}>
      <h1 id="login-title" className={styles['title']}>
        Log in
      </h1>
      <label className={styles['label']} htmlFor="token">
        Token
      </label>
      <input
        ref={field}
        id="token"
        className={styles['token']}
        type="password"
        autoComplete="current-password"
        required
        maxLength={1_000}
        value={token}
        aria-describedby={problem === '' ? 'token-hint' : 'token-problem'}
        aria-invalid={problem !== ''}
        onChange={event => setToken(event.target.value)}
      />
      {problem !== '' && (
        <p id="token-problem" className={styles['problem']} role="alert">
          {problem}
        </p>
      )}
      <p id="token-hint" className={styles['hint']}>
        Whoever runs this installation makes one with <code>millrace tokens create NAME</code>.
      </p>
      <button type="submit" className={controls['primary']} disabled={isAsking}>
        {isAsking ? 'Asking…' : 'Log in'}
      </button>
    </form>
  )
}
