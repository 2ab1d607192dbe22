import type { ReactNode } from 'react'
import { ApiError } from '../api.ts'

/** Nothing was ever loaded. */
export function FirstTime({ message }: { readonly message: string }) {
  return (
    <main className="message">
      <h1>The warehouse is not ready yet</h1>
      <p>{message}</p>
      <ul>
        <li>
          <code>npx fbads demo --serve</code> shows this dashboard with made-up data.
        </li>
        <li>
          <code>npx fbads init</code> connects your ad account, <code>npx fbads sync</code> loads it.
        </li>
      </ul>
      <p className="muted">This page looks again every few seconds.</p>
    </main>
  )
}

/** The page cannot be shown at all. */
export function Trouble({ error }: { readonly error: Error }) {
  return (
    <main className="message" role="alert">
      <h1>{titleOf(error)}</h1>
      <p>{error.message}</p>
      <p className="muted">Trying again every few seconds.</p>
    </main>
  )
}

function titleOf(error: Error): string {
  if (!(error instanceof ApiError)) return 'Something went wrong'
  switch (error.kind) {
    case 'offline':
      return 'The server does not answer'
    case 'database':
      return 'The database cannot be reached'
    case 'unauthorized':
      return 'Not for everybody'
    default:
      return 'This cannot be shown'
  }
}

/** In place of what a panel has nothing for; says what to do. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <div className="empty">{children}</div>
}
