#!/bin/sh
# Run once by the image of PostgreSQL, when its volume is empty: fbads gets a role and a database of its own, and is
# no superuser.
set -eu
psql --set=ON_ERROR_STOP=1 --username=postgres --set=password="$FBADS_PASSWORD" <<'SQL'
CREATE ROLE fbads LOGIN PASSWORD :'password';
CREATE DATABASE marketing OWNER fbads ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE marketing FROM PUBLIC;
SQL
