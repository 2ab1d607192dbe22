-- Questions name campaigns, and keys begin with account_id. A block range index says of each megabyte which campaigns
-- are in it, at a thousandth of the size of an index by rows: an account's days are loaded together, so a campaign is
-- in few of them. Of each range it keeps the ids themselves, since campaigns of one account may have ids far apart.

CREATE INDEX fact_core_metrics_campaign_idx ON fact_core_metrics
  USING brin (campaign_id int8_minmax_multi_ops (values_per_range = 64));

CREATE INDEX fact_age_gender_metrics_campaign_idx ON fact_age_gender_metrics
  USING brin (campaign_id int8_minmax_multi_ops (values_per_range = 64));

CREATE INDEX fact_country_metrics_campaign_idx ON fact_country_metrics
  USING brin (campaign_id int8_minmax_multi_ops (values_per_range = 64));

CREATE INDEX fact_action_metrics_campaign_idx ON fact_action_metrics
  USING brin (campaign_id int8_minmax_multi_ops (values_per_range = 64));
