-- What the processes of a fleet know of the API's rate limits: each tells the others by NOTIFY, and leaves the last state
-- here for those that start or were away. A local table on Citus, as those of the runs.

CREATE TABLE etl_limit (
  app text NOT NULL,
  account_id bigint NOT NULL,
  use_case text NOT NULL,
  told_by text NOT NULL,
  percent numeric NOT NULL,
  refusals integer NOT NULL,
  blocked_until timestamptz,
  reason text,
  learned_at timestamptz NOT NULL,
  CONSTRAINT etl_limit_pkey PRIMARY KEY (app, account_id, use_case, told_by)
);

COMMENT ON TABLE etl_limit IS 'The last that was learned of the API''s rate limits, where it came near to one: a process that starts learns from it which calls may not go';
COMMENT ON COLUMN etl_limit.app IS 'Whose limit it is: the app''s id, or token- and the beginning of the SHA-256 of a token whose app was not named';
COMMENT ON COLUMN etl_limit.account_id IS 'Ad account, without act_; 0 = the limit of the whole app';
COMMENT ON COLUMN etl_limit.use_case IS 'Which limit: app, ad_account (whatever the use case), ads_insights, ads_management';
COMMENT ON COLUMN etl_limit.told_by IS 'What told of it: a figure of the usage headers, as in etl_api_usage.use_case, or refusal: the API refused a call';
COMMENT ON COLUMN etl_limit.percent IS 'The share that was read; 100 and more is throttled; 0 for refusals';
COMMENT ON COLUMN etl_limit.refusals IS 'How many pauses refusals have made in a row; 0 once a call was answered again';
COMMENT ON COLUMN etl_limit.blocked_until IS 'Until when no call of this limit may go, by the database''s clock; NULL = it was never blocked';
COMMENT ON COLUMN etl_limit.reason IS 'Why it was blocked';
COMMENT ON COLUMN etl_limit.learned_at IS 'When it was learned, by the database''s clock';
