import { useState } from 'react'
import type { Setting } from '../../src/dashboard/answers.ts'
import { request } from '../api.ts'
import { formatCount, formatMoment } from '../format.ts'
import { useLive } from './live.tsx'

/** Days, both included. */
export interface SyncDays {
  readonly since: string
  readonly until: string
}

/** Asks the server for a sync; null asks for what is missing and may have changed. Throws ApiError. */
export function startSync(days: SyncDays | null): Promise<unknown> {
  return request('/api/sync', {
    method: 'POST',
    ...(days && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(days) }),
  })
}

/** What the warehouse is doing now, and the button that lets it do more. */
export function SyncBox({ setting }: { readonly setting: Setting }) {
  const { event } = useLive()
  const [error, setError] = useState<string | null>(null)
  const sync = event?.sync ?? null
  const run = event?.run ?? null
  const progress = sync?.progress
  return (
    <section className="panel half" aria-label="Sync">
      <div className="panel-head">
        <h2>Sync</h2>
        {setting.canSync && (
          <button
            type="button"
            className="primary"
            disabled={sync?.isRunning === true}
            onClick={() => {
              setError(null)
              startSync(null).catch((reason: Error) => setError(reason.message))
            }}
          >
            {sync?.isRunning ? 'Syncing …' : 'Sync now'}
          </button>
        )}
      </div>
      {error && (
        <p className="trouble" role="alert">
          {error}
        </p>
      )}
      {sync?.isRunning && progress ? (
        <>
          <progress max={Math.max(1, progress.planned)} value={progress.done} aria-label="Slices done" />
          <p>
            {formatCount(progress.done)} of {formatCount(progress.planned)} slices,{' '}
            {formatCount(progress.rows)} records.
            {progress.waiting && ` Waiting: ${progress.waiting}.`}
          </p>
        </>
      ) : run?.status === 'running' ? (
        <p>
          Run {run.id} began {formatMoment(run.startedAt)}: {formatCount(run.loaded)} slices loaded
          {run.failed > 0 && `, ${run.failed} failed`}. Last sign of life {formatMoment(run.lastSignAt)}.
        </p>
      ) : (
        <p className="muted">
          No sync is running.
          {sync?.lastEnd &&
            ` The last one here ${sync.lastEnd.ok ? 'succeeded' : 'did not succeed'}: ${sync.lastEnd.message}`}
        </p>
      )}
      {sync?.nextAt && <p className="muted">The next one begins {formatMoment(sync.nextAt)}.</p>}
      {!setting.canSync && (
        <p className="muted">
          {setting.warehouse.kind === 'postgres' ? (
            <>
              Syncs run elsewhere: <code>fbads sync</code>, from cron. What they load appears here.
            </>
          ) : (
            <>
              This server has no account to sync: <code>fbads init</code> connects yours.
            </>
          )}
        </p>
      )}
    </section>
  )
}
