import styles from './skip-link.module.css'

/** Past all that stands before what was asked for; a button, since the address stays as it is. */
export function SkipLink() {
  return (
    <button type="button" className={styles['skip']} onClick={() => resultsOf(document)?.focus()}>
      Skip to results
    </button>
  )
}

/** What a view is for, where it says so; else all of the view. */
function resultsOf(page: Document): HTMLElement | null {
  return page.querySelector<HTMLElement>('[data-results]') ?? page.querySelector('main')
}
