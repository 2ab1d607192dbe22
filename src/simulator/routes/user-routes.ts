import type { Hono } from 'hono'
import { type CallEnv, type SimulatorState, sendJson } from '../context.ts'
import { NAMED_ERRORS } from '../graph/named-errors.ts'
import { sendEdge } from './object-routes.ts'

const USER_ID = '122099871234567890'
const SCOPES = ['ads_read', 'business_management', 'public_profile']

/** Who the token belongs to, what it may do, and which ad accounts it sees. */
export function addUserRoutes(app: Hono<CallEnv>, state: SimulatorState): void {
  const scopes = () => SCOPES.filter((scope) => scope !== 'ads_read' || state.token !== 'without-ads-read')

  app.get('/:version/me', (context) =>
    sendJson(context, state, { name: 'Reporting System User', id: USER_ID }),
  )

  app.get('/:version/me/permissions', (context) =>
    sendJson(context, state, {
      data: SCOPES.map((permission) => ({
        permission,
        status: scopes().includes(permission) ? 'granted' : 'declined',
      })),
    }),
  )

  app.get('/:version/me/adaccounts', (context) => sendEdge(context, state, state.options.world.accounts))

  app.get('/:version/debug_token', (context) => {
    const { params } = context.get('call')
    const { accessToken, appId = '1620000000000001', tokenEndsMs = 0 } = state.options
    const isKnown = accessToken === undefined || params.input_token === accessToken
    const error = isKnown ? state.token : 'token-invalid'
    const isValid = error === 'valid' || error === 'without-ads-read'
    const { code, message, ...rest } = isValid ? NAMED_ERRORS.unknown : NAMED_ERRORS[error]
    return sendJson(context, state, {
      data: {
        app_id: appId,
        type: 'SYSTEM_USER',
        application: 'Reporting',
        data_access_expires_at: 0,
        expires_at: Math.floor(tokenEndsMs / 1000),
        is_valid: isValid,
        ...(!isValid && { error: { code, message, ...('subcode' in rest && { subcode: rest.subcode }) } }),
        issued_at: Math.floor(state.options.clock.now() / 1000) - 864_000,
        scopes: isValid ? scopes() : [],
        granular_scopes: scopes().includes('ads_read')
          ? [{ scope: 'ads_read', target_ids: state.options.world.accounts.map(({ id }) => id) }]
          : [],
        user_id: USER_ID,
      },
    })
  })
}
