-- Questions name a campaign or an ad, and keys begin with account_id. These indexes find their rows without it. Of
-- equal ids one is stored with the places of all its rows, so that they have seven bytes a row.

CREATE INDEX fact_core_metrics_campaign_idx ON fact_core_metrics (campaign_id);

CREATE INDEX fact_core_metrics_ad_idx ON fact_core_metrics (ad_id);

CREATE INDEX fact_age_gender_metrics_campaign_idx ON fact_age_gender_metrics (campaign_id);

CREATE INDEX fact_country_metrics_campaign_idx ON fact_country_metrics (campaign_id);

CREATE INDEX fact_action_metrics_campaign_idx ON fact_action_metrics (campaign_id);
