import { useCallback } from 'react'
import { useLocation, useSearch, useSearchParams } from 'wouter'
import { filterOf } from './api.ts'

type Changes = Readonly<Record<string, string | null>>

/** The parameters of the address, and how to change some of them; null takes one out. */
export function useParams(): [URLSearchParams, (changes: Changes, options?: { replace?: boolean }) => void] {
  const [params, setParams] = useSearchParams()
  const change = useCallback(
    (changes: Changes, options?: { replace?: boolean }) =>
      setParams((before) => {
        const after = new URLSearchParams(before)
        for (const [key, value] of Object.entries(changes)) {
          if (value === null || value === '') after.delete(key)
          else after.set(key, value)
        }
        return after
      }, options),
    [setParams],
  )
  return [params, change]
}

/** The address of another page with the same filter. */
export function usePageAddress(): (path: string, changes?: Changes) => string {
  const search = useSearch()
  return (path, changes = {}) => {
    const params = new URLSearchParams(filterOf(search))
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) params.delete(key)
      else params.set(key, value)
    }
    const query = params.toString()
    return query === '' ? path : `${path}?${query}`
  }
}

export function useGo(): (address: string) => void {
  const [, navigate] = useLocation()
  return navigate
}
