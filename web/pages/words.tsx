import { MEASURE_NAMES, MEASURES, type Measure } from '../../src/dashboard/measures.ts'

/** What each figure is, how it is reckoned, and why it may differ from Ads Manager. */
export default function Words() {
  return (
    <article className="words">
      <h1>Words</h1>
      <p>
        Every figure is a sum over ads and days, or one sum divided by another. Rates are computed from the
        sums of what is shown, never averaged; where there is nothing to divide by, there is no figure.
      </p>
      <dl>
        {MEASURE_NAMES.map((name) => {
          const { label, meaning, source, differs }: Measure = MEASURES[name]
          return (
            <div key={name} id={name}>
              <dt>{label}</dt>
              <dd>
                {meaning}
                <small>From the API: {source}.</small>
                {differs && <small>{differs}</small>}
              </dd>
            </div>
          )
        })}
        <div id="reach">
          <dt>Reach, frequency</dt>
          <dd>
            Not shown. Meta counts people once, however many ads and days they saw; what is stored for an ad
            and a day cannot be added up to it.
          </dd>
        </div>
        <div id="results">
          <dt>Results</dt>
          <dd>
            Not shown. What a result is depends on the campaign’s objective, and results of several objectives
            are not one number.
          </dd>
        </div>
      </dl>
    </article>
  )
}
