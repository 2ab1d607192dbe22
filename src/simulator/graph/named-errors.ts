/** What an answer that is an error says; `type` is OAuthException and `status` 400 where nothing is said. */
export interface GraphErrorSpec {
  readonly code: number
  readonly message: string
  readonly subcode?: number
  readonly type?: 'OAuthException' | 'GraphMethodException' | 'FacebookApiException' | 'GraphBatchException'
  readonly status?: 400 | 401 | 403 | 404 | 500 | 503
  readonly isTransient?: boolean
  readonly userTitle?: string
  readonly userMessage?: string
}

const REDUCE = "Please reduce the amount of data you're asking for, then retry your request"
const EXPIRED = 'Error validating access token: '
const ACCOUNT_CALLS = {
  userTitle: 'Ad Account Has Too Many API Calls',
  userMessage: 'There have been too many calls from this ad-account. Please wait a bit and try again.',
} as const
const BUSINESS_CALLS = 'There have been too many calls to this ad-account. Wait a bit and try again.'

/** Every error that the simulator can be asked for, by name. */
export const NAMED_ERRORS = {
  unknown: { code: 1, message: 'An unknown error occurred', status: 500 },
  'unknown-99': { code: 1, subcode: 99, message: 'An unknown error occurred', status: 500 },
  'reduce-data': { code: 1, message: REDUCE, status: 500 },
  'reduce-data-100': { code: 100, message: REDUCE },
  'service-unavailable': {
    code: 2,
    message: 'An unexpected error has occurred. Please retry your request later.',
    status: 500,
    isTransient: true,
  },
  'service-unavailable-503': {
    code: 2,
    message: 'Service temporarily unavailable',
    status: 503,
    isTransient: true,
  },
  'sync-timeout-2': { code: 2, subcode: 1504038, message: 'Request timed out', status: 500 },
  'invalid-breakdowns': { code: 2, subcode: 1504041, message: 'Invalid breakdowns or no data', status: 500 },
  'invalid-custom-metrics': { code: 2, subcode: 1504042, message: 'Invalid custom metrics', status: 500 },
  intermittent: { code: 2, subcode: 1504043, message: 'An intermittent error occurred', status: 500 },
  'insights-unknown': { code: 2, subcode: 1504044, message: 'An unknown error occurred', status: 500 },
  capability: { code: 3, message: '(#3) Application does not have the capability to make this API call.' },
  'app-limit': { code: 4, message: '(#4) Application request limit reached', status: 403 },
  'insights-limit': {
    code: 4,
    subcode: 1504022,
    message: '(#4) There have been too many API requests',
    status: 403,
  },
  'insights-limit-global': {
    code: 4,
    subcode: 1504039,
    message: '(#4) There have been too many API requests',
  },
  'permission-denied': {
    code: 10,
    message: '(#10) Application does not have permission for this action',
    status: 403,
  },
  'user-limit': { code: 17, subcode: 2446079, message: '(#17) User request limit reached', ...ACCOUNT_CALLS },
  'page-limit': { code: 32, message: '(#32) Page request limit reached' },
  'invalid-parameter': { code: 100, message: '(#100) Invalid parameter' },
  'not-found': {
    code: 100,
    subcode: 33,
    type: 'GraphMethodException',
    message:
      'Unsupported get request. Object does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api',
  },
  'too-much-data': { code: 100, subcode: 1487534, message: '(#100) There is too much data in this call' },
  'sync-timeout': { code: 100, subcode: 1504018, message: '(#100) Your request timed out' },
  'deleted-requested': {
    code: 100,
    subcode: 1815001,
    message: 'Invalid parameter',
    userTitle: 'Cannot Request for Deleted Objects',
    userMessage: 'Requesting for deleted objects is not supported in this endpoint.',
  },
  'report-not-ready': { code: 100, subcode: 1815107, message: 'Error accessing adreport job.' },
  'insights-permission': { code: 100, subcode: 3191001, message: '(#100) No permission to read insights' },
  'summary-race': {
    code: 100,
    message:
      "(#100) Cannot include impressions, spend in summary param because they weren't there while creating the report run. All available values are: ",
  },
  'ids-deprecated': { code: 100, message: 'The ids query parameter is deprecated in v26.0+', status: 500 },
  'proof-invalid': {
    code: 100,
    type: 'GraphMethodException',
    message: 'Invalid appsecret_proof provided in the API argument',
  },
  'proof-required': {
    code: 100,
    type: 'GraphMethodException',
    message: 'API calls from the server require an appsecret_proof argument',
  },
  'client-secret': { code: 101, message: 'Error validating client secret.' },
  session: { code: 102, message: 'Session key invalid or no longer valid', status: 401 },
  signature: { code: 104, message: 'Incorrect signature' },
  'too-many-parameters': {
    code: 105,
    message: 'The number of parameters exceeded the maximum for this operation',
  },
  'token-invalid': {
    code: 190,
    message: 'Invalid OAuth access token - Cannot parse access token',
    status: 401,
  },
  'token-app-removed': {
    code: 190,
    subcode: 458,
    message: `${EXPIRED}The user has not authorized application.`,
  },
  'token-checkpoint': {
    code: 190,
    subcode: 459,
    message: `${EXPIRED}The user must log in at https://www.facebook.com.`,
  },
  'token-password-changed': {
    code: 190,
    subcode: 460,
    message: `${EXPIRED}The session has been invalidated because the user changed their password.`,
  },
  'token-expired': { code: 190, subcode: 463, message: `${EXPIRED}Session has expired.`, status: 401 },
  'token-unconfirmed': {
    code: 190,
    subcode: 464,
    message: `${EXPIRED}Sessions for the user are not allowed.`,
  },
  'token-revoked': { code: 190, subcode: 467, message: `${EXPIRED}The user has logged out.` },
  'token-session': {
    code: 190,
    subcode: 492,
    message: `${EXPIRED}The user is not an administrator of the page.`,
  },
  permission: {
    code: 200,
    message: '(#200) Ad account owner has NOT grant ads_management or ads_read permission',
    status: 403,
  },
  'development-tier': {
    code: 270,
    message: '(#270) This Ads API request is not allowed for apps with development access level',
    status: 403,
  },
  'permission-272': {
    code: 272,
    message: '(#272) This Ads API call requires the user to be admin of the application',
    status: 403,
  },
  'permission-294': {
    code: 294,
    message:
      '(#294) Managing advertisements requires an access token with the extended permission ads_management',
    status: 403,
  },
  'temporary-app-limit': { code: 341, message: '(#341) Feed action request limit reached' },
  blocked: {
    code: 368,
    message: '(#368) The action attempted has been deemed abusive or is otherwise disallowed',
  },
  duplicate: { code: 506, message: '(#506) Duplicate status message' },
  'custom-limit': { code: 613, message: '(#613) Calls to this api have exceeded the rate limit.' },
  'account-limit': {
    code: 613,
    subcode: 1487742,
    message: '(#613) There have been too many calls from this ad-account.',
    ...ACCOUNT_CALLS,
  },
  'mutation-limit': {
    code: 613,
    subcode: 5044001,
    message: '(#613) Calls to this api have exceeded the rate limit.',
  },
  'inconsistent-volume': { code: 613, subcode: 1996, message: '(#613) Inconsistent volume of requests' },
  alias: { code: 803, message: '(#803) Some of the aliases you requested do not exist', status: 404 },
  'batch-item': {
    code: 960,
    message:
      'Request aborted. This could happen if a dependent request failed or the entire request timed out.',
  },
  'token-missing': {
    code: 2500,
    message: 'An active access token must be used to query information about the current user.',
  },
  'unknown-path': { code: 2500, message: 'Unknown path components' },
  'version-expired': {
    code: 2635,
    message:
      '(#2635) You are calling a deprecated version of the Ads API. Please update to the latest version: v26.0.',
  },
  'invalid-cursor': { code: 2642, message: '(#2642) Invalid cursors values' },
  'invalid-query': { code: 3001, message: '(#3001) Invalid query' },
  'too-old': {
    code: 3018,
    message: '(#3018) The start date of the time range cannot be beyond 37 months from the current date',
  },
  'business-insights': { code: 80000, subcode: 2446079, message: `(#80000) ${BUSINESS_CALLS}` },
  'business-page': { code: 80001, message: `(#80001) ${BUSINESS_CALLS}` },
  'business-instagram': { code: 80002, message: `(#80002) ${BUSINESS_CALLS}` },
  'business-audience': { code: 80003, message: `(#80003) ${BUSINESS_CALLS}` },
  'business-management': { code: 80004, subcode: 2446079, message: `(#80004) ${BUSINESS_CALLS}` },
  'business-leadgen': { code: 80005, message: `(#80005) ${BUSINESS_CALLS}` },
  'business-messenger': { code: 80006, message: `(#80006) ${BUSINESS_CALLS}` },
  'business-whatsapp': { code: 80008, message: `(#80008) ${BUSINESS_CALLS}` },
  'business-catalog': { code: 80009, message: `(#80009) ${BUSINESS_CALLS}` },
  'business-catalog-batch': { code: 80014, message: `(#80014) ${BUSINESS_CALLS}` },
  'report-failed': { code: -2, subcode: 2490547, message: 'Report Failed' },
  'report-too-large': { code: -3, subcode: 1504045, message: 'The report is too large' },
} as const satisfies Record<string, GraphErrorSpec>

export type NamedError = keyof typeof NAMED_ERRORS
export const ERROR_NAMES = Object.keys(NAMED_ERRORS) as NamedError[]
