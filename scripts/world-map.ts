/**
 * Draws `web/world.json`: the outline of each country by its ISO 3166-1 alpha-2 code, projected beforehand, so that the
 * page needs no library of maps. From Natural Earth (public domain) at 1:50 million, as world-atlas has it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { geoEqualEarth, geoPath } from 'd3-geo'
import { feature } from 'topojson-client'
import { presimplify, quantile, simplify } from 'topojson-simplify'

const WIDTH = 960
const HEIGHT = 468
/** Of the points, those that matter most. */
const KEPT = 0.04

/** ISO 3166-1 numeric codes and their alpha-2 codes. */
const CODES =
  '004AF248AX008AL012DZ016AS020AD024AO660AI028AG032AR051AM533AW036AU040AT031AZ044BS048BH050BD052BB112BY056BE084BZ204BJ060BM064BT068BO535BQ070BA072BW076BR086IO096BN100BG854BF108BI132CV116KH120CM124CA136KY140CF148TD152CL156CN162CX166CC170CO174KM178CG180CD184CK188CR384CI191HR192CU531CW196CY203CZ208DK262DJ212DM214DO218EC818EG222SV226GQ232ER233EE748SZ231ET238FK234FO242FJ246FI250FR254GF258PF260TF266GA270GM268GE276DE288GH292GI300GR304GL308GD312GP316GU320GT831GG324GN624GW328GY332HT334HM336VA340HN344HK348HU352IS356IN360ID364IR368IQ372IE833IM376IL380IT388JM392JP832JE400JO398KZ404KE296KI408KP410KR414KW417KG418LA428LV422LB426LS430LR434LY438LI440LT442LU446MO450MG454MW458MY462MV466ML470MT584MH474MQ478MR480MU175YT484MX583FM498MD492MC496MN499ME500MS504MA508MZ104MM516NA520NR524NP528NL540NC554NZ558NI562NE566NG570NU574NF807MK580MP578NO512OM586PK585PW275PS591PA598PG600PY604PE608PH612PN616PL620PT630PR634QA638RE642RO643RU646RW652BL654SH659KN662LC663MF666PM670VC882WS674SM678ST682SA686SN688RS690SC694SL702SG534SX703SK705SI090SB706SO710ZA239GS728SS724ES144LK729SD740SR744SJ752SE756CH760SY158TW762TJ834TZ764TH626TL768TG772TK776TO780TT788TN792TR795TM796TC798TV800UG804UA784AE826GB840US581UM858UY860UZ548VU862VE704VN092VG850VI876WF732EH887YE894ZM716ZW'
const ALPHA_2 = new Map(
  [...CODES.matchAll(/(\d{3})([A-Z]{2})/g)].map(([, number = '', code = '']) => [number, code]),
)

const atlas = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json')
const weighed = presimplify(JSON.parse(readFileSync(atlas, 'utf8')))
const simple = simplify(weighed, quantile(weighed, KEPT))
const countries = simple.objects.countries
if (countries?.type !== 'GeometryCollection') throw new Error('world-atlas holds no collection of countries.')
const { features } = feature(simple, countries)

const projection = geoEqualEarth().fitSize([WIDTH, HEIGHT], {
  type: 'FeatureCollection',
  features: features.filter(({ id }) => id !== '010'),
})
const toPath = geoPath(projection).digits(1)

const paths: Record<string, string> = {}
const areas: Record<string, number> = {}
const centers: Record<string, readonly [number, number]> = {}
for (const shape of features) {
  const code = ALPHA_2.get(String(shape.id))
  const path = toPath(shape)
  if (code === undefined || !path) continue
  // An id may stand for several shapes, as that of Australia does.
  paths[code] = (paths[code] ?? '') + path
  const area = toPath.area(shape)
  if (area <= (areas[code] ?? -1)) continue
  areas[code] = area
  const [x, y] = toPath.centroid(shape)
  centers[code] = [Math.round(x), Math.round(y)]
}

/** Smaller ones cannot be seen: a dot at their middle stands for them. */
const SMALLEST = 12
const dots = Object.fromEntries(Object.entries(centers).filter(([code]) => (areas[code] ?? 0) < SMALLEST))
const file = join(import.meta.dirname, '..', 'web', 'world.json')
writeFileSync(file, `${JSON.stringify({ width: WIDTH, height: HEIGHT, paths, dots })}\n`)
