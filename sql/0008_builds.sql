-- Slices whose facts lie beside the fact tables, in tables of their own (fact_core_metrics_202411_build), until their
-- month is finished: its rows then become a partition, and these rows move into etl_slice, in one transaction.
-- Distributed by account with the ledger.

CREATE TABLE etl_built_slice (
  account_id bigint NOT NULL,
  report text NOT NULL,
  date date NOT NULL,
  row_count bigint NOT NULL,
  fingerprint text NOT NULL,
  run_id bigint NOT NULL,
  loaded_at timestamptz NOT NULL,
  CONSTRAINT etl_built_slice_pkey PRIMARY KEY (account_id, report, date)
);

COMMENT ON TABLE etl_built_slice IS 'Slices that are loaded, but whose facts are not attached to the fact tables yet; the sync, or the next one, does so and moves them to etl_slice';
COMMENT ON COLUMN etl_built_slice.account_id IS 'Ad account, without act_';
COMMENT ON COLUMN etl_built_slice.report IS 'Report: core, age_gender or country';
COMMENT ON COLUMN etl_built_slice.date IS 'Day, in the account''s time zone';
COMMENT ON COLUMN etl_built_slice.row_count IS 'Source rows';
COMMENT ON COLUMN etl_built_slice.fingerprint IS 'What its facts are, in short: equal when they are equal';
COMMENT ON COLUMN etl_built_slice.run_id IS 'Sync that has read it';
COMMENT ON COLUMN etl_built_slice.loaded_at IS 'When its facts were written';

ALTER TABLE etl_slice ADD COLUMN fingerprint text;

COMMENT ON COLUMN etl_slice.fingerprint IS 'What its facts are, in short: a load that brings the same writes none; NULL = loaded by an earlier version, or never';
