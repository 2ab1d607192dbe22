/** Asks a simulator, whoever answers for it, of which any token is known; all of its accounts. */
export const SIMULATED_SOURCE = {
  name: 'simulated',
  accessToken: 'simulated',
  tokenEnv: 'FACEBOOK_ACCESS_TOKEN',
  appId: null,
  appSecret: null,
  accounts: 'all',
  graphUrl: 'https://graph.facebook.com',
  apiVersion: 'v26.0',
} as const
