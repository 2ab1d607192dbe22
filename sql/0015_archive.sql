-- Months may leave the warehouse: into Parquet files, from which they come back, or for good. Their slices stay in the
-- ledger, so that no sync takes them for missing.

ALTER TABLE etl_slice DROP CONSTRAINT etl_slice_status_check;

ALTER TABLE etl_slice ADD CONSTRAINT etl_slice_status_check
  CHECK (status IN ('loaded', 'failed', 'archived', 'dropped'));

COMMENT ON COLUMN etl_slice.status IS 'loaded; failed: the last attempt failed, facts of an earlier one stay; archived: its facts are in Parquet files, not here; dropped: its facts are gone';
