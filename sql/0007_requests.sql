-- What the pipeline remembers of its requests, so that the next one neither fails for its size nor starts a report
-- run that is under way. Local tables on Citus, as those of the runs.

-- A row exists only where the API has asked for less than is asked for at first.
CREATE TABLE etl_request_size (
  account_id bigint NOT NULL,
  report text NOT NULL,
  mode text NOT NULL,
  page_limit integer NOT NULL,
  days integer,
  campaigns integer,
  successes integer NOT NULL,
  refused_at timestamptz NOT NULL,
  refusal text NOT NULL,
  CONSTRAINT etl_request_size_pkey PRIMARY KEY (account_id, report),
  CONSTRAINT etl_request_size_mode_check CHECK (mode IN ('sync', 'async'))
);

CREATE TABLE etl_report_run (
  account_id bigint NOT NULL,
  fingerprint text NOT NULL,
  report_run_id bigint NOT NULL,
  report text NOT NULL,
  since date NOT NULL,
  until date NOT NULL,
  submitted_at timestamptz NOT NULL,
  CONSTRAINT etl_report_run_pkey PRIMARY KEY (account_id, fingerprint)
);

COMMENT ON TABLE etl_request_size IS 'How much of an account''s report the API gives at once, as its answers have taught; without a row, the most that is ever asked for';
COMMENT ON COLUMN etl_request_size.account_id IS 'Ad account, without act_';
COMMENT ON COLUMN etl_request_size.report IS 'Report: core, age_gender or country';
COMMENT ON COLUMN etl_request_size.mode IS 'sync: rows are asked for directly; async: by a report run';
COMMENT ON COLUMN etl_request_size.page_limit IS 'Rows of a page, at most';
COMMENT ON COLUMN etl_request_size.days IS 'Days of a request, at most; NULL = as many as were planned';
COMMENT ON COLUMN etl_request_size.campaigns IS 'Campaigns of a request, at most; NULL = all at once';
COMMENT ON COLUMN etl_request_size.successes IS 'Requests that have succeeded since the size last changed';
COMMENT ON COLUMN etl_request_size.refused_at IS 'When the API last found a request too heavy; a week later more is asked for again, step by step';
COMMENT ON COLUMN etl_request_size.refusal IS 'What the API said then';

COMMENT ON TABLE etl_report_run IS 'Report runs that were asked for and not read to their end, so that a sync after a crash goes on with them';
COMMENT ON COLUMN etl_report_run.account_id IS 'Ad account, without act_';
COMMENT ON COLUMN etl_report_run.fingerprint IS 'SHA-256 of everything that was asked for, as hex';
COMMENT ON COLUMN etl_report_run.report_run_id IS 'The API''s number of the run';
COMMENT ON COLUMN etl_report_run.report IS 'Report: core, age_gender or country';
COMMENT ON COLUMN etl_report_run.since IS 'First day, included';
COMMENT ON COLUMN etl_report_run.until IS 'Last day, included';
COMMENT ON COLUMN etl_report_run.submitted_at IS 'When the run was asked for; the API keeps it for 30 days';
