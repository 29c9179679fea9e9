import styles from './skip-link.module.css'

/** Past all that stands before what was asked for. A link to screen readers; the address stays as it is. */
export function SkipLink() {
  return (
    <a
      href="#results"
      className={styles['skip']}
      onClick={event => {
        event.preventDefault()
        resultsOf(document)?.focus()
      }}
    >
      Skip to results
    </a>
  )
}

/** What a view is for, where it says so; else all of the view. */
function resultsOf(page: Document): HTMLElement | null {
  return page.querySelector<HTMLElement>('[data-results]') ?? page.querySelector('main')
}
