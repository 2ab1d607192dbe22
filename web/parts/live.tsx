import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import type { LiveEvent } from '../../src/dashboard/events.ts'

interface Live {
  readonly event: LiveEvent | null
  /** False while the stream is broken; the browser opens it again by itself. */
  readonly isConnected: boolean
}

const LiveContext = createContext<Live>({ event: null, isConnected: true })

/** While a sync runs, what is shown is read again at most this often. */
const READ_AGAIN_MS = 5_000

/** Listens to what happens in the warehouse, and lets what is shown be read again when it changes. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [live, setLive] = useState<Live>({ event: null, isConnected: true })
  const client = useQueryClient()
  const revision = useRef<string | null>(null)
  const readAgainAt = useRef(0)

  useEffect(() => {
    let source: EventSource | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    const onLive = (message: MessageEvent) => {
      const event: LiveEvent = JSON.parse(message.data)
      setLive({ event, isConnected: true })
      if (revision.current !== null && revision.current !== event.revision && timer === undefined) {
        timer = setTimeout(
          () => {
            timer = undefined
            readAgainAt.current = Date.now() + READ_AGAIN_MS
            void client.invalidateQueries()
          },
          Math.max(0, readAgainAt.current - Date.now()),
        )
      }
      revision.current = event.revision
    }
    // A browser opens six connections to a server: tabs that nobody sees must not hold them.
    const listen = () => {
      if (document.hidden) {
        source?.close()
        source = null
      } else if (source === null) {
        source = new EventSource('/api/events')
        source.addEventListener('live', onLive)
        source.addEventListener('error', () => setLive((before) => ({ ...before, isConnected: false })))
        source.addEventListener('open', () => setLive((before) => ({ ...before, isConnected: true })))
      }
    }
    listen()
    document.addEventListener('visibilitychange', listen)
    return () => {
      document.removeEventListener('visibilitychange', listen)
      source?.close()
      clearTimeout(timer)
    }
  }, [client])
  return <LiveContext value={live}>{children}</LiveContext>
}

export function useLive(): Live {
  return useContext(LiveContext)
}
