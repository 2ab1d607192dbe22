-- Questions name a campaign or an ad, and keys begin with account_id. A block range index says of each megabyte what
-- is in it, at a thousandth of the size of an index by rows: an account's days are loaded together, so a campaign is
-- in few ranges. Ids of one account may lie far apart, so what is kept of a range are not its bounds: of campaigns the
-- ids, of ads, which are many, a Bloom filter. Ads of one range are some hundreds to five thousand.

CREATE INDEX fact_core_metrics_campaign_idx ON fact_core_metrics
  USING brin (campaign_id int8_minmax_multi_ops (values_per_range = 64));

CREATE INDEX fact_core_metrics_ad_idx ON fact_core_metrics
  USING brin (ad_id int8_bloom_ops (n_distinct_per_range = 2000));

CREATE INDEX fact_age_gender_metrics_campaign_idx ON fact_age_gender_metrics
  USING brin (campaign_id int8_minmax_multi_ops (values_per_range = 64));

CREATE INDEX fact_country_metrics_campaign_idx ON fact_country_metrics
  USING brin (campaign_id int8_minmax_multi_ops (values_per_range = 64));

CREATE INDEX fact_action_metrics_campaign_idx ON fact_action_metrics
  USING brin (campaign_id int8_minmax_multi_ops (values_per_range = 64));
