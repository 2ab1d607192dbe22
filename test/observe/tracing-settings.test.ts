import { expect, it } from 'vitest'
import { readTracingSettings } from '../../src/observe/tracing-settings.ts'

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }

it('nothing is traced unless an endpoint is named, and not when tracing is switched off', () => {
  expect(readTracingSettings({})).toBeNull()
  expect(readTracingSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' })).toBeNull()
  expect(readTracingSettings({ ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' })).toBeNull()
  expect(readTracingSettings({ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' })).toBeNull()
  expect(readTracingSettings({ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'console, otlp' })).not.toBeNull()
})

it('the endpoint of all signals gets the path of traces, that of traces is taken as it is', () => {
  expect(readTracingSettings(ENDPOINT)?.url).toBe('http://collector:4318/v1/traces')
  const own = { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in' }
  expect(readTracingSettings(own)?.url).toBe('https://traces.example/in')
})

it('names the service: by its own variable, by the attributes, or fbads', () => {
  const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a%2Cb, team = growth ,broken' }
  expect(readTracingSettings(ENDPOINT)?.resource).toEqual({ 'service.name': 'fbads' })
  expect(readTracingSettings({ ...ENDPOINT, ...attributes })?.resource).toEqual({
    'service.name': 'a,b',
    team: 'growth',
  })
  const both = { ...ENDPOINT, ...attributes, OTEL_SERVICE_NAME: 'mine' }
  expect(readTracingSettings(both)?.resource['service.name']).toBe('mine')
})

it('the headers of traces win over those of all signals', () => {
  const headers = {
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=3%20x',
  }
  expect(readTracingSettings({ ...ENDPOINT, ...headers })?.headers).toEqual({ a: '1', b: '3 x' })
})
