-- How much of the API's rate limits was used, as its answers told, so that people see the quota over time. Written once
-- at a run's end; a local table on Citus, as those of the runs.

CREATE TABLE etl_api_usage (
  run_id bigint NOT NULL,
  account_id bigint NOT NULL,
  use_case text NOT NULL,
  hour timestamptz NOT NULL,
  percent numeric NOT NULL,
  pauses integer NOT NULL,
  paused_seconds bigint NOT NULL,
  CONSTRAINT etl_api_usage_pkey PRIMARY KEY (run_id, account_id, use_case, hour),
  CONSTRAINT etl_api_usage_run_fkey FOREIGN KEY (run_id) REFERENCES etl_run (run_id) ON DELETE CASCADE
);

CREATE INDEX etl_api_usage_hour_idx ON etl_api_usage (hour);

COMMENT ON TABLE etl_api_usage IS 'Use of the API''s rate limits by a run, account, limit and hour, as the headers of its answers told';
COMMENT ON COLUMN etl_api_usage.run_id IS 'The run, see etl_run';
COMMENT ON COLUMN etl_api_usage.account_id IS 'Ad account, without act_; 0 = the limit of the whole app';
COMMENT ON COLUMN etl_api_usage.use_case IS 'Which limit, as the headers name it: ads_insights, ads_management, ad_account, insights, app';
COMMENT ON COLUMN etl_api_usage.hour IS 'Begin of the hour';
COMMENT ON COLUMN etl_api_usage.percent IS 'The highest share that was read; 100 and more is throttled; 0 = nothing was read, calls were refused';
COMMENT ON COLUMN etl_api_usage.pauses IS 'How often this limit made calls pause';
COMMENT ON COLUMN etl_api_usage.paused_seconds IS 'How long these pauses were, added up, whoever waited for their end';
