-- Questions name dates, and months are partitions by date_id. So each month also says, as a check, which dates its
-- rows have, and the views make their date by the same expression (0011_views.sql): the planner then leaves out the
-- months that a question does not name. The months to come get theirs when they are made.

DO $$
DECLARE
  month record;
BEGIN
  FOR month IN
    SELECT c.oid::regclass AS relation, replace(c.relname, '_build', '') AS partition,
           to_date(substring(c.relname FROM '\d{6}'), 'YYYYMM') AS first
    FROM pg_class c
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
      AND c.relkind = 'r' AND c.relname ~ '^fact_(core|age_gender|country|action)_metrics_\d{6}(_build)?$'
    ORDER BY c.relname
  LOOP
    EXECUTE format(
      'ALTER TABLE %1$s ADD CONSTRAINT %2$I CHECK (%3$s BETWEEN %4$L AND %5$L)',
      month.relation, month.partition || '_date_check',
      'make_date(date_id / 10000, date_id / 100 % 100, date_id % 100)',
      month.first, (month.first + interval '1 month - 1 day')::date
    );
  END LOOP;
END
$$;
