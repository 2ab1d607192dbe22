-- The meaning of every table and column, for people who look around in psql. A column means the same wherever it
-- stands, so its text is here once and given to every table and view that has it.

COMMENT ON TABLE dim_account IS 'Ad accounts. Currency and time zone are part of every number of the account.';

COMMENT ON TABLE dim_campaign IS 'Campaigns as they are now, one row for each; how they were is in dim_campaign_history.';

COMMENT ON TABLE dim_adset IS 'Ad sets as they are now, one row for each; how they were is in dim_adset_history.';

COMMENT ON TABLE dim_ad IS 'Ads as they are now, one row for each; how they were is in dim_ad_history.';

COMMENT ON TABLE dim_campaign_history IS 'Campaigns over time (type 2): a row for as long as name, status, budget and objective stayed the same.';

COMMENT ON TABLE dim_adset_history IS 'Ad sets over time (type 2): a row for as long as name, status, budget and goal stayed the same.';

COMMENT ON TABLE dim_ad_history IS 'Ads over time (type 2): a row for as long as name and status stayed the same.';

COMMENT ON TABLE dim_date IS 'Days, as the ad account''s own time zone counts them.';

COMMENT ON TABLE dim_age_group IS 'Age groups of the people who saw an ad.';

COMMENT ON TABLE dim_gender IS 'Genders of the people who saw an ad.';

COMMENT ON TABLE dim_country IS 'Countries of the people who saw an ad.';

COMMENT ON TABLE dim_action_type IS 'What people did after they saw an ad. Types of one category overlap: never add them up, read the canonical one.';

COMMENT ON TABLE fact_core_metrics IS 'One row for an ad and a day.';

COMMENT ON TABLE fact_age_gender_metrics IS 'One row for an ad, a day, an age group and a gender.';

COMMENT ON TABLE fact_country_metrics IS 'One row for an ad, a day and a country.';

COMMENT ON TABLE fact_action_metrics IS 'One row for an ad, a day and an action type, as the API counts it.';

COMMENT ON TABLE etl_run IS 'Invocations of the pipeline.';

COMMENT ON TABLE etl_slice IS 'The ledger: one row for an account, a report and a day that was asked for.';

COMMENT ON TABLE etl_account_total IS 'The API''s own total of each account and day, archived and deleted ads included: what the facts are reconciled against.';

COMMENT ON TABLE etl_reject IS 'Source rows that could not be loaded, with the reason.';

COMMENT ON TABLE etl_check IS 'Results of the data-quality checks of a run.';

COMMENT ON TABLE etl_migration IS 'Which numbered migrations this schema has had.';

COMMENT ON VIEW v_account_daily IS 'Daily figures of each ad account. Filter by account_id and date_id.';

COMMENT ON VIEW v_campaign_daily IS 'Daily figures of each campaign. Filter by account_id and date_id.';

COMMENT ON VIEW v_adset_daily IS 'Daily figures of each ad set. Filter by account_id and date_id.';

COMMENT ON VIEW v_ad_daily IS 'Daily figures of each ad. Filter by account_id and date_id.';

DO $$
DECLARE
  target record;
BEGIN
  FOR target IN
    SELECT c.oid::regclass AS relation, a.attname, m.meaning
    FROM (VALUES
      ('account_id', 'The ad account''s id, without act_; 0 = unknown'),
      ('campaign_id', 'The campaign''s id; 0 = unknown'),
      ('adset_id', 'The ad set''s id; 0 = unknown'),
      ('ad_id', 'The ad''s id; 0 = unknown'),
      ('creative_id', 'The ad''s creative'),
      ('age_group_id', 'Key of dim_age_group; 0 = unknown'),
      ('gender_id', 'Key of dim_gender; 0 = unknown'),
      ('country_id', 'Key of dim_country; 0 = unknown'),
      ('action_type_id', 'Key of dim_action_type; 0 = unknown'),
      ('date_id', 'The day as a number, 20241028; 0 = unknown'),
      ('date', 'The day in the ad account''s time zone'),
      ('name', 'As it was sent; "Unknown …" until the metadata arrive'),
      ('account_name', 'The ad account''s name'),
      ('campaign_name', 'The campaign''s name now'),
      ('adset_name', 'The ad set''s name now'),
      ('ad_name', 'The ad''s name now'),
      ('currency', 'ISO 4217 code of every amount of the account'),
      ('timezone_name', 'IANA name of the time zone in which the account''s days begin'),
      ('account_status', 'ACTIVE, DISABLED, UNSETTLED, …; UNKNOWN until the metadata arrive'),
      ('effective_status', 'The status with those of the parents taken into account'),
      ('objective', 'What the campaign is optimised for'),
      ('buying_type', 'AUCTION or RESERVED'),
      ('bid_strategy', 'How the API bids'),
      ('bid_amount', 'Bid in the account''s currency, major units; NULL = none'),
      ('daily_budget', 'In the account''s currency, major units; NULL = none'),
      ('lifetime_budget', 'In the account''s currency, major units; NULL = none'),
      ('optimization_goal', 'What the ad set is optimised for'),
      ('billing_event', 'What the account pays for'),
      ('start_time', 'When it starts to run'),
      ('stop_time', 'When the campaign ends; NULL = open'),
      ('end_time', 'When the ad set ends; NULL = open'),
      ('created_time', 'When it was made, says the API'),
      ('updated_time', 'When it was last changed, says the API'),
      ('updated_at', 'When this row was last changed here'),
      ('refused_at', 'When the API last said that it has no object of this id, which is then asked for once a week; NULL = never'),
      ('valid_from', 'When these attributes were first seen, included'),
      ('valid_to', 'When other attributes were seen, excluded; NULL = current'),
      ('year', 'Calendar year'),
      ('quarter', '1 to 4'),
      ('month', '1 to 12'),
      ('month_name', 'In English, in full'),
      ('iso_week', 'ISO 8601 week, 1 to 53'),
      ('day_of_month', '1 to 31'),
      ('day_of_week', '1 = Monday to 7 = Sunday'),
      ('day_name', 'In English, in full'),
      ('is_weekend', 'Saturday or Sunday'),
      ('age_group', '13-17, 18-24, …, 65+'),
      ('gender', 'female, male'),
      ('country_code', 'ISO 3166-1 alpha-2'),
      ('country_name', 'In English; the code itself for a country that was not known'),
      ('action_type', 'The API''s name of the action'),
      ('category', 'What the action counts: purchase, lead, add_to_cart, video, engagement, …'),
      ('is_canonical', 'The one alias that its category''s figures are read from'),
      ('spend', 'Amount in the account''s currency, major units'),
      ('impressions', 'Times an ad was on screen'),
      ('clicks', 'Clicks of the kind that click_source names, one kind for an account and day'),
      ('click_source', 'Where clicks are taken from: inline_link_clicks, link_clicks, outbound_clicks or clicks_all; NULL = no row of the account and day had any'),
      ('read_at', 'When the API answered this'),
      ('clicks_all', 'All clicks, the API''s "clicks"'),
      ('inline_link_clicks', 'Clicks on links within the ad, one-day window'),
      ('link_clicks', 'The action link_click'),
      ('outbound_clicks', 'Clicks that lead away from Meta''s own pages and apps'),
      ('reach', 'People who saw it. Not additive: never sum it; NULL = not reported'),
      ('frequency', 'Impressions for each person. Not additive; NULL = not reported'),
      ('landing_page_views', 'Landing pages that finished loading'),
      ('purchases', 'From one action type, never a sum of aliases'),
      ('purchase_value', 'In the account''s currency, from the action type that purchases is read from'),
      ('leads', 'From one action type, never a sum of aliases'),
      ('add_to_cart', 'From one action type, never a sum of aliases'),
      ('add_to_cart_value', 'In the account''s currency, from the action type that add_to_cart is read from'),
      ('initiate_checkout', 'From one action type, never a sum of aliases'),
      ('video_plays', 'Times a video started'),
      ('video_views', 'Views of at least 3 seconds'),
      ('video_p25', 'Plays that reached 25 % of the video'),
      ('video_p50', 'Plays that reached 50 % of the video'),
      ('video_p75', 'Plays that reached 75 % of the video'),
      ('video_p95', 'Plays that reached 95 % of the video'),
      ('video_p100', 'Plays that reached the end of the video'),
      ('video_thruplays', 'Plays of 15 seconds, or to the end where that is sooner'),
      ('action_count', 'Actions in the ad set''s attribution window; may be fractional'),
      ('action_value', 'Value of the actions, in the account''s currency'),
      ('count_1d_click', 'Actions within a day of a click'),
      ('count_7d_click', 'Actions within 7 days of a click'),
      ('count_1d_view', 'Actions within a day of a view'),
      ('ctr', 'clicks / impressions, as a ratio: 0.0035 is 0.35 %'),
      ('cpc', 'spend / clicks, in the account''s currency'),
      ('cpm', 'spend * 1000 / impressions, in the account''s currency'),
      ('cost_per_purchase', 'spend / purchases, in the account''s currency'),
      ('roas', 'purchase_value / spend'),
      ('run_id', 'The run, see etl_run'),
      ('started_at', 'When the run began'),
      ('finished_at', 'When the run ended; NULL = it runs, or died'),
      ('since', 'First day that the run looked at, included'),
      ('until', 'Last day that the run looked at, included'),
      ('api_calls', 'HTTP requests sent to the API'),
      ('error', 'Why it failed; NULL = it did not'),
      ('report', 'core, age_gender or country'),
      ('row_count', 'Source rows of the slice when it was last loaded; NULL = never loaded'),
      ('attempts', 'How often the slice was read or tried'),
      ('attempted_at', 'When it was last read or tried'),
      ('loaded_at', 'When its facts were last written; NULL = never'),
      ('reject_id', 'A number of its own'),
      ('reason', 'Why the source row could not be loaded'),
      ('payload', 'The source row as the API sent it; the number of rows by reason, where it stands for many'),
      ('source_rows', 'How many source rows it stands for: 1, or those of a request beyond the first thousand'),
      ('rejected_at', 'When it was rejected'),
      ('check_id', 'A number of its own, in the order of the checks'),
      ('check_name', 'Name of the check'),
      ('measured', 'What was found; NULL = nothing to measure'),
      ('threshold', 'What is allowed; NULL = no bound'),
      ('detail', 'Which account, day or object, and what to do'),
      ('version', 'Number of the migration'),
      ('migration', 'File of the migration'),
      ('applied_at', 'When the migration was applied')
    ) AS m (attname, meaning)
    JOIN pg_attribute a ON a.attname = m.attname AND a.attnum > 0
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    ORDER BY c.relname, a.attnum
  LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', target.relation, target.attname, target.meaning);
  END LOOP;
END
$$;

-- The one column that means three things.
DO $$
DECLARE
  target record;
BEGIN
  FOR target IN
    SELECT c.oid::regclass AS relation, CASE
      WHEN c.relname = 'etl_run' THEN 'running, succeeded, partial or failed'
      WHEN c.relname = 'etl_slice' THEN 'loaded, or failed: the last attempt failed, facts of an earlier one stay'
      WHEN c.relname = 'etl_check' THEN 'pass, warn or fail'
      ELSE 'Switched on or off by its owner: ACTIVE, PAUSED, ARCHIVED, …; UNKNOWN until the metadata arrive'
    END AS meaning
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'status'
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
      AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
  LOOP
    EXECUTE format('COMMENT ON COLUMN %s.status IS %L', target.relation, target.meaning);
  END LOOP;
END
$$;

COMMENT ON COLUMN etl_account_total.clicks IS 'All clicks, the API''s "clicks"';
