import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { useSearch } from 'wouter'
import type { Answer, Problem, Setting } from '../src/dashboard/answers.ts'
import type { PanelData, PanelName } from '../src/dashboard/panels/panels.ts'
import type { Scope } from '../src/dashboard/scope.ts'

/** What the server says is wrong, or that it says nothing. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly kind: Problem['kind'] | 'offline'

  constructor(kind: Problem['kind'] | 'offline', message: string) {
    super(message)
    this.kind = kind
  }
}

/** A database or a server may come back; a wrong question stays wrong. */
export function isWorthRetrying(error: unknown): boolean {
  return error instanceof ApiError && (error.kind === 'database' || error.kind === 'offline')
}

export async function request<Body>(address: string, init?: RequestInit): Promise<Body> {
  let response: Response
  try {
    response = await fetch(address, init)
  } catch (error) {
    if (init?.signal?.aborted) throw error
    throw new ApiError(
      'offline',
      'The server of this dashboard does not answer. Start it again: fbads serve.',
    )
  }
  if (response.ok) return response.json()
  const problem: Partial<Problem> = await response.json().catch(() => ({}))
  throw new ApiError(
    problem.kind ?? 'internal',
    problem.message ?? `The server answered with the status ${response.status}.`,
  )
}

/** The parameters that every panel of a page shares. */
const FILTER_KEYS = ['acc', 'range', 'since', 'until', 'cmp', 'wd', 'c', 'st', 'cur'] as const

/** Of an address, what belongs to the filter; in one order, so that equal filters are equal text. */
export function filterOf(search: string): string {
  const all = new URLSearchParams(search)
  const kept = new URLSearchParams()
  for (const key of FILTER_KEYS) {
    const value = all.get(key)
    if (value) kept.set(key, value)
  }
  return kept.toString()
}

export function useSetting(): UseQueryResult<Setting, Error> {
  return useQuery({
    queryKey: ['setting'],
    queryFn: ({ signal }) => request<Setting>('/api/setting', { signal }),
    refetchInterval: (query) => (query.state.error ? 5_000 : false),
  })
}

/** What the filter in the address comes to. */
export function useScope(): UseQueryResult<Answer<Scope>, Error> {
  const filter = filterOf(useSearch())
  return useQuery({
    queryKey: ['scope', filter],
    queryFn: ({ signal }) => request<Answer<Scope>>(`/api/scope?${filter}`, { signal }),
    placeholderData: keepPreviousData,
  })
}

export type PanelQuery<Name extends PanelName> = UseQueryResult<Answer<PanelData<Name>>, Error>

/** The data of a panel for the filter in the address; the last data stay while new ones are read. */
export function usePanel<Name extends PanelName>(
  name: Name,
  params: Readonly<Record<string, string | number>> = {},
): PanelQuery<Name> {
  const filter = filterOf(useSearch())
  const own = new URLSearchParams(
    Object.entries(params).map(([key, value]) => [key, String(value)]),
  ).toString()
  return useQuery({
    queryKey: ['panel', name, filter, own],
    queryFn: ({ signal }) =>
      request<Answer<PanelData<Name>>>(`/api/panel/${name}?${[filter, own].filter(Boolean).join('&')}`, {
        signal,
      }),
    placeholderData: keepPreviousData,
  })
}
