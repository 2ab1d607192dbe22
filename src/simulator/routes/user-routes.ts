import type { Hono } from 'hono'
import { type CallEnv, type SimulatorState, sendJson, tokenStateOf } from '../context.ts'
import { isKnown, reaches, type TokenState } from '../graph/access.ts'
import { NAMED_ERRORS } from '../graph/named-errors.ts'
import { sendEdge } from './object-routes.ts'

const USER_ID = '122099871234567890'
const SCOPES = ['ads_read', 'business_management', 'public_profile']

/** Who the token belongs to, what it may do, and which ad accounts it sees. */
export function addUserRoutes(app: Hono<CallEnv>, state: SimulatorState): void {
  const { options } = state
  const scopesOf = (token: TokenState) =>
    SCOPES.filter((scope) => scope !== 'ads_read' || token !== 'without-ads-read')
  const accountsOf = (accessToken: string) =>
    options.world.accounts.filter(({ id }) => reaches(accessToken, id, options))

  app.get('/:version/me', (context) =>
    sendJson(context, state, { name: 'Reporting System User', id: USER_ID }),
  )

  app.get('/:version/me/permissions', (context) => {
    const scopes = scopesOf(tokenStateOf(state, context.get('accessToken')))
    return sendJson(context, state, {
      data: SCOPES.map((permission) => ({
        permission,
        status: scopes.includes(permission) ? 'granted' : 'declined',
      })),
    })
  })

  app.get('/:version/me/adaccounts', (context) =>
    sendEdge(context, state, accountsOf(context.get('accessToken'))),
  )

  app.get('/:version/debug_token', (context) => {
    const { params } = context.get('call')
    const { appId = '1620000000000001', tokenEndsMs = 0 } = options
    const inspected = params.input_token ?? ''
    const error = isKnown(inspected, options) ? tokenStateOf(state, inspected) : 'token-invalid'
    const scopes = scopesOf(error)
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
        issued_at: Math.floor(options.clock.now() / 1000) - 864_000,
        scopes: isValid ? scopes : [],
        granular_scopes: scopes.includes('ads_read')
          ? [{ scope: 'ads_read', target_ids: accountsOf(inspected).map(({ id }) => id) }]
          : [],
        user_id: USER_ID,
      },
    })
  })
}
