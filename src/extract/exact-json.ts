export { isJsonObject, type JsonObject } from '../model/exact-json.ts'
