import { Component, type ReactNode } from 'react'
import controls from '../ui/controls.module.css'
import { Page, Section, Tools } from '../ui/page.tsx'

interface Properties {
  /** Where the page is: what broke elsewhere is no longer in the way. */
  at: string
  children: ReactNode
}

interface State {
  error: Error | undefined
}

/** A view that breaks says so, and leaves the rest of the page as it is. */
export class Boundary extends Component<Properties, State> {
  override state: State = { error: undefined }

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override componentDidUpdate({ at }: Properties): void {
    if (this.state.error !== undefined && at !== this.props.at) this.setState({ error: undefined })
  }

  override render() {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <Page title="This view broke">
        <Section>
          <p role="alert">{error.message}</p>
          <p>
            Where Millrace was updated since the page was loaded, loading it anew is all that is needed. If it
            breaks again, the address and this message are worth a report.
          </p>
          <Tools>
            <button type="button" className={controls['primary']} onClick={() => window.location.reload()}>
              Load the page anew
            </button>
            <button
              type="button"
              className={controls['button']}
              onClick={() => this.setState({ error: undefined })}
            >
              Try again
            </button>
          </Tools>
        </Section>
      </Page>
    )
  }
}
