#!/bin/sh
# Runs once, when the database's volume is still empty: a role of the portal's own, which is no superuser, and its
# database. The password is read by psql itself, so it stands on no command line.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set password `cat "${HOMEWARD_PASSWORD_FILE:-/run/secrets/homeward_password}"`
create role homeward login password :'password';
create database homeward owner homeward template template0 encoding 'UTF8';
revoke all on database homeward from public;
SQL
