-- The views once more: they tell the planner more. The date is made of date_id, by the expression of the months'
-- checks (0012_dates.sql), so that a filter on it leaves out months. Names are joined to the left: foreign keys say
-- that they are there, so that no row comes or goes by it, and a name that is not asked for is not looked up.

CREATE OR REPLACE VIEW v_account_daily AS
SELECT
  m.account_id,
  a.name AS account_name,
  a.currency,
  a.account_status,
  m.date_id,
  make_date(m.date_id / 10000, m.date_id / 100 % 100, m.date_id % 100) AS date,
  m.click_source,
  m.spend,
  m.impressions,
  m.clicks,
  m.clicks_all,
  m.inline_link_clicks,
  m.link_clicks,
  m.outbound_clicks,
  m.landing_page_views,
  m.purchases,
  m.purchase_value,
  m.leads,
  m.add_to_cart,
  m.add_to_cart_value,
  m.initiate_checkout,
  m.video_plays,
  m.video_views,
  m.video_p25,
  m.video_p50,
  m.video_p75,
  m.video_p95,
  m.video_p100,
  m.video_thruplays,
  m.clicks / nullif(m.impressions, 0) AS ctr,
  m.spend / nullif(m.clicks, 0) AS cpc,
  m.spend * 1000 / nullif(m.impressions, 0) AS cpm,
  m.spend / nullif(m.purchases, 0) AS cost_per_purchase,
  m.purchase_value / nullif(m.spend, 0) AS roas
FROM (
  SELECT
    f.account_id,
    f.date_id,
    min(f.click_source) AS click_source,
    sum(f.spend) AS spend,
    sum(f.impressions) AS impressions,
    sum(f.clicks) AS clicks,
    sum(f.clicks_all) AS clicks_all,
    sum(f.inline_link_clicks) AS inline_link_clicks,
    sum(f.link_clicks) AS link_clicks,
    sum(f.outbound_clicks) AS outbound_clicks,
    sum(f.landing_page_views) AS landing_page_views,
    sum(f.purchases) AS purchases,
    sum(f.purchase_value) AS purchase_value,
    sum(f.leads) AS leads,
    sum(f.add_to_cart) AS add_to_cart,
    sum(f.add_to_cart_value) AS add_to_cart_value,
    sum(f.initiate_checkout) AS initiate_checkout,
    sum(f.video_plays) AS video_plays,
    sum(f.video_views) AS video_views,
    sum(f.video_p25) AS video_p25,
    sum(f.video_p50) AS video_p50,
    sum(f.video_p75) AS video_p75,
    sum(f.video_p95) AS video_p95,
    sum(f.video_p100) AS video_p100,
    sum(f.video_thruplays) AS video_thruplays
  FROM fact_core_metrics f
  GROUP BY f.account_id, f.date_id
) m
LEFT JOIN dim_account a ON a.account_id = m.account_id;

CREATE OR REPLACE VIEW v_campaign_daily AS
SELECT
  m.account_id,
  a.name AS account_name,
  a.currency,
  m.campaign_id,
  c.name AS campaign_name,
  c.status,
  c.effective_status,
  c.objective,
  m.date_id,
  make_date(m.date_id / 10000, m.date_id / 100 % 100, m.date_id % 100) AS date,
  m.click_source,
  m.spend,
  m.impressions,
  m.clicks,
  m.clicks_all,
  m.inline_link_clicks,
  m.link_clicks,
  m.outbound_clicks,
  m.landing_page_views,
  m.purchases,
  m.purchase_value,
  m.leads,
  m.add_to_cart,
  m.add_to_cart_value,
  m.initiate_checkout,
  m.video_plays,
  m.video_views,
  m.video_p25,
  m.video_p50,
  m.video_p75,
  m.video_p95,
  m.video_p100,
  m.video_thruplays,
  m.clicks / nullif(m.impressions, 0) AS ctr,
  m.spend / nullif(m.clicks, 0) AS cpc,
  m.spend * 1000 / nullif(m.impressions, 0) AS cpm,
  m.spend / nullif(m.purchases, 0) AS cost_per_purchase,
  m.purchase_value / nullif(m.spend, 0) AS roas
FROM (
  SELECT
    f.account_id,
    f.date_id,
    f.campaign_id,
    min(f.click_source) AS click_source,
    sum(f.spend) AS spend,
    sum(f.impressions) AS impressions,
    sum(f.clicks) AS clicks,
    sum(f.clicks_all) AS clicks_all,
    sum(f.inline_link_clicks) AS inline_link_clicks,
    sum(f.link_clicks) AS link_clicks,
    sum(f.outbound_clicks) AS outbound_clicks,
    sum(f.landing_page_views) AS landing_page_views,
    sum(f.purchases) AS purchases,
    sum(f.purchase_value) AS purchase_value,
    sum(f.leads) AS leads,
    sum(f.add_to_cart) AS add_to_cart,
    sum(f.add_to_cart_value) AS add_to_cart_value,
    sum(f.initiate_checkout) AS initiate_checkout,
    sum(f.video_plays) AS video_plays,
    sum(f.video_views) AS video_views,
    sum(f.video_p25) AS video_p25,
    sum(f.video_p50) AS video_p50,
    sum(f.video_p75) AS video_p75,
    sum(f.video_p95) AS video_p95,
    sum(f.video_p100) AS video_p100,
    sum(f.video_thruplays) AS video_thruplays
  FROM fact_core_metrics f
  GROUP BY f.account_id, f.date_id, f.campaign_id
) m
LEFT JOIN dim_account a ON a.account_id = m.account_id
LEFT JOIN dim_campaign c ON c.campaign_id = m.campaign_id;

CREATE OR REPLACE VIEW v_adset_daily AS
SELECT
  m.account_id,
  a.name AS account_name,
  a.currency,
  m.campaign_id,
  c.name AS campaign_name,
  m.adset_id,
  s.name AS adset_name,
  s.status,
  s.effective_status,
  s.optimization_goal,
  m.date_id,
  make_date(m.date_id / 10000, m.date_id / 100 % 100, m.date_id % 100) AS date,
  m.click_source,
  m.spend,
  m.impressions,
  m.clicks,
  m.clicks_all,
  m.inline_link_clicks,
  m.link_clicks,
  m.outbound_clicks,
  m.landing_page_views,
  m.purchases,
  m.purchase_value,
  m.leads,
  m.add_to_cart,
  m.add_to_cart_value,
  m.initiate_checkout,
  m.video_plays,
  m.video_views,
  m.video_p25,
  m.video_p50,
  m.video_p75,
  m.video_p95,
  m.video_p100,
  m.video_thruplays,
  m.clicks / nullif(m.impressions, 0) AS ctr,
  m.spend / nullif(m.clicks, 0) AS cpc,
  m.spend * 1000 / nullif(m.impressions, 0) AS cpm,
  m.spend / nullif(m.purchases, 0) AS cost_per_purchase,
  m.purchase_value / nullif(m.spend, 0) AS roas
FROM (
  SELECT
    f.account_id,
    f.date_id,
    f.campaign_id,
    f.adset_id,
    min(f.click_source) AS click_source,
    sum(f.spend) AS spend,
    sum(f.impressions) AS impressions,
    sum(f.clicks) AS clicks,
    sum(f.clicks_all) AS clicks_all,
    sum(f.inline_link_clicks) AS inline_link_clicks,
    sum(f.link_clicks) AS link_clicks,
    sum(f.outbound_clicks) AS outbound_clicks,
    sum(f.landing_page_views) AS landing_page_views,
    sum(f.purchases) AS purchases,
    sum(f.purchase_value) AS purchase_value,
    sum(f.leads) AS leads,
    sum(f.add_to_cart) AS add_to_cart,
    sum(f.add_to_cart_value) AS add_to_cart_value,
    sum(f.initiate_checkout) AS initiate_checkout,
    sum(f.video_plays) AS video_plays,
    sum(f.video_views) AS video_views,
    sum(f.video_p25) AS video_p25,
    sum(f.video_p50) AS video_p50,
    sum(f.video_p75) AS video_p75,
    sum(f.video_p95) AS video_p95,
    sum(f.video_p100) AS video_p100,
    sum(f.video_thruplays) AS video_thruplays
  FROM fact_core_metrics f
  GROUP BY f.account_id, f.date_id, f.campaign_id, f.adset_id
) m
LEFT JOIN dim_account a ON a.account_id = m.account_id
LEFT JOIN dim_campaign c ON c.campaign_id = m.campaign_id
LEFT JOIN dim_adset s ON s.adset_id = m.adset_id;

CREATE OR REPLACE VIEW v_ad_daily AS
SELECT
  f.account_id,
  a.name AS account_name,
  a.currency,
  f.campaign_id,
  c.name AS campaign_name,
  f.adset_id,
  s.name AS adset_name,
  f.ad_id,
  d.name AS ad_name,
  d.status,
  d.effective_status,
  d.creative_id,
  f.date_id,
  make_date(f.date_id / 10000, f.date_id / 100 % 100, f.date_id % 100) AS date,
  f.click_source,
  f.spend,
  f.impressions::numeric AS impressions,
  f.clicks,
  f.clicks_all::numeric AS clicks_all,
  f.inline_link_clicks::numeric AS inline_link_clicks,
  f.link_clicks,
  f.outbound_clicks,
  f.landing_page_views,
  f.purchases,
  f.purchase_value,
  f.leads,
  f.add_to_cart,
  f.add_to_cart_value,
  f.initiate_checkout,
  f.video_plays,
  f.video_views,
  f.video_p25,
  f.video_p50,
  f.video_p75,
  f.video_p95,
  f.video_p100,
  f.video_thruplays,
  f.clicks / nullif(f.impressions, 0) AS ctr,
  f.spend / nullif(f.clicks, 0) AS cpc,
  f.spend * 1000 / nullif(f.impressions, 0) AS cpm,
  f.spend / nullif(f.purchases, 0) AS cost_per_purchase,
  f.purchase_value / nullif(f.spend, 0) AS roas
FROM fact_core_metrics f
LEFT JOIN dim_account a ON a.account_id = f.account_id
LEFT JOIN dim_campaign c ON c.campaign_id = f.campaign_id
LEFT JOIN dim_adset s ON s.adset_id = f.adset_id
LEFT JOIN dim_ad d ON d.ad_id = f.ad_id;

CREATE VIEW v_age_gender_daily AS
SELECT
  f.account_id,
  a.name AS account_name,
  a.currency,
  f.campaign_id,
  c.name AS campaign_name,
  f.adset_id,
  s.name AS adset_name,
  f.ad_id,
  d.name AS ad_name,
  f.date_id,
  make_date(f.date_id / 10000, f.date_id / 100 % 100, f.date_id % 100) AS date,
  g.age_group,
  x.gender,
  f.click_source,
  f.spend,
  f.impressions,
  f.clicks,
  f.clicks_all,
  f.inline_link_clicks,
  f.outbound_clicks,
  f.purchases,
  f.purchase_value,
  f.leads,
  f.add_to_cart,
  f.clicks / nullif(f.impressions, 0) AS ctr,
  f.spend / nullif(f.clicks, 0) AS cpc,
  f.spend * 1000 / nullif(f.impressions, 0) AS cpm,
  f.spend / nullif(f.purchases, 0) AS cost_per_purchase,
  f.purchase_value / nullif(f.spend, 0) AS roas
FROM fact_age_gender_metrics f
LEFT JOIN dim_account a ON a.account_id = f.account_id
LEFT JOIN dim_campaign c ON c.campaign_id = f.campaign_id
LEFT JOIN dim_adset s ON s.adset_id = f.adset_id
LEFT JOIN dim_ad d ON d.ad_id = f.ad_id
LEFT JOIN dim_age_group g ON g.age_group_id = f.age_group_id
LEFT JOIN dim_gender x ON x.gender_id = f.gender_id;

CREATE VIEW v_country_daily AS
SELECT
  f.account_id,
  a.name AS account_name,
  a.currency,
  f.campaign_id,
  c.name AS campaign_name,
  f.adset_id,
  s.name AS adset_name,
  f.ad_id,
  d.name AS ad_name,
  f.date_id,
  make_date(f.date_id / 10000, f.date_id / 100 % 100, f.date_id % 100) AS date,
  o.country_code,
  o.country_name,
  f.click_source,
  f.spend,
  f.impressions,
  f.clicks,
  f.clicks_all,
  f.inline_link_clicks,
  f.outbound_clicks,
  f.purchases,
  f.purchase_value,
  f.leads,
  f.add_to_cart,
  f.clicks / nullif(f.impressions, 0) AS ctr,
  f.spend / nullif(f.clicks, 0) AS cpc,
  f.spend * 1000 / nullif(f.impressions, 0) AS cpm,
  f.spend / nullif(f.purchases, 0) AS cost_per_purchase,
  f.purchase_value / nullif(f.spend, 0) AS roas
FROM fact_country_metrics f
LEFT JOIN dim_account a ON a.account_id = f.account_id
LEFT JOIN dim_campaign c ON c.campaign_id = f.campaign_id
LEFT JOIN dim_adset s ON s.adset_id = f.adset_id
LEFT JOIN dim_ad d ON d.ad_id = f.ad_id
LEFT JOIN dim_country o ON o.country_id = f.country_id;

CREATE VIEW v_action_daily AS
SELECT
  f.account_id,
  a.name AS account_name,
  a.currency,
  f.campaign_id,
  c.name AS campaign_name,
  f.adset_id,
  s.name AS adset_name,
  f.ad_id,
  d.name AS ad_name,
  f.date_id,
  make_date(f.date_id / 10000, f.date_id / 100 % 100, f.date_id % 100) AS date,
  t.action_type,
  t.category,
  t.is_canonical,
  f.action_count,
  f.action_value,
  f.count_1d_click,
  f.count_7d_click,
  f.count_1d_view
FROM fact_action_metrics f
LEFT JOIN dim_account a ON a.account_id = f.account_id
LEFT JOIN dim_campaign c ON c.campaign_id = f.campaign_id
LEFT JOIN dim_adset s ON s.adset_id = f.adset_id
LEFT JOIN dim_ad d ON d.ad_id = f.ad_id
LEFT JOIN dim_action_type t ON t.action_type_id = f.action_type_id;

COMMENT ON VIEW v_account_daily IS 'Daily figures of each ad account. Filter by account_id and date.';

COMMENT ON VIEW v_campaign_daily IS 'Daily figures of each campaign. Filter by account_id and date.';

COMMENT ON VIEW v_adset_daily IS 'Daily figures of each ad set. Filter by account_id and date.';

COMMENT ON VIEW v_ad_daily IS 'Daily figures of each ad. Filter by account_id and date.';

COMMENT ON VIEW v_age_gender_daily IS 'Daily figures of each ad by age and gender. Filter by account_id and date.';

COMMENT ON VIEW v_country_daily IS 'Daily figures of each ad by country. Filter by account_id and date.';

COMMENT ON VIEW v_action_daily IS 'Daily actions of each ad by type. Types of one category overlap: never add them up. Filter by account_id and date.';

-- A column means what it means in the other views, in the facts and in the dimensions.
DO $$
DECLARE
  target record;
BEGIN
  FOR target IN
    SELECT DISTINCT ON (v.relname, a.attnum) v.oid::regclass AS relation, a.attname,
           col_description(k.attrelid, k.attnum) AS meaning
    FROM pg_class v
    JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0
    JOIN pg_attribute k ON k.attname = a.attname AND k.attnum > 0
    JOIN pg_class r ON r.oid = k.attrelid AND r.relnamespace = v.relnamespace AND r.relkind IN ('r', 'p', 'v')
    WHERE v.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
      AND v.relname IN ('v_age_gender_daily', 'v_country_daily', 'v_action_daily')
      AND r.relname ~ '^(v|fact|dim)_' AND col_description(k.attrelid, k.attnum) IS NOT NULL
    ORDER BY v.relname, a.attnum, r.relname DESC
  LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', target.relation, target.attname, target.meaning);
  END LOOP;
END
$$;
