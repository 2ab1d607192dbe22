import { Component, type ReactNode } from 'react'

interface ErrorBoundaryProps {
  /** Another page, or another address of it, is tried anew. */
  readonly address: string
  readonly children: ReactNode
}

interface ErrorBoundaryState {
  readonly failedAt: string | null
}

/** What breaks while a page is drawn leaves a sentence and a way on, not an empty page. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { failedAt: null }

  override componentDidCatch(): void {
    this.setState({ failedAt: this.props.address })
  }

  static getDerivedStateFromError(): ErrorBoundaryState {
    return { failedAt: '' }
  }

  override componentDidUpdate(): void {
    const { failedAt } = this.state
    if (failedAt !== null && failedAt !== '' && failedAt !== this.props.address)
      this.setState({ failedAt: null })
  }

  override render(): ReactNode {
    if (this.state.failedAt === null) return this.props.children
    return (
      <section className="message" role="alert">
        <h1>This page could not be drawn</h1>
        <p>That is a fault of the dashboard, not of the data.</p>
        <p>
          <a href="/">To the overview</a>
        </p>
      </section>
    )
  }
}
