-- One of everything that a backup may meet. :rows is replaced by the number of rows of the larger tables.
CREATE EXTENSION amcheck;
CREATE EXTENSION hstore;
CREATE EXTENSION file_fdw;
CREATE EXTENSION postgres_fdw;

CREATE TYPE mood AS ENUM ('low', 'fair', 'good');
CREATE TYPE address AS (street text, "zip code" text);
CREATE DOMAIN percent AS smallint CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE float_range AS RANGE (subtype = float8);

-- Every kind of value, and the edges of each.
CREATE TABLE every_type (
    a_smallint smallint, an_integer integer, a_bigint bigint, a_numeric numeric, a_real real, a_double double precision,
    a_money money, a_text text, a_varchar varchar(20), a_char char(8), a_name name, a_bytea bytea, a_boolean boolean,
    a_date date, a_time time, a_timetz timetz, a_timestamp timestamp, a_timestamptz timestamptz, an_interval interval,
    a_uuid uuid, an_inet inet, a_cidr cidr, a_macaddr macaddr, a_bit bit(4), a_varbit varbit, a_json json, a_jsonb jsonb,
    an_xml xml, a_point point, a_polygon polygon, a_circle circle, a_tsvector tsvector, a_tsquery tsquery,
    an_enum mood, a_composite address, a_domain percent, an_array integer[], texts text[][], a_range int4range,
    times tstzrange, floats float_range, a_multirange nummultirange, an_hstore hstore, an_oid oid, a_class regclass,
    a_type regtype, a_procedure regprocedure, an_lsn pg_lsn);
INSERT INTO every_type VALUES (
    -32768, 2147483647, -9223372036854775808, 12345678901234567890.000100, 'NaN', 0.1::float8 + 0.2, 12.34,
    E'quote '' backslash \\ tab \t newline \n ü 漢 🙂', 'trailing  ', 'pad', 'name', '\x00ff0a5c27', true,
    'infinity', '23:59:59.999999', '12:00+05:30', '-infinity', '2026-03-29 02:30:00.123456+02', '1 year -2 mons 3 days 04:05:06.7',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '192.168.0.1/24', '2001:db8::/32', '08:00:2b:01:02:03', B'1010', B'1',
    '{"b": 1,   "a": [1,2]}', '{"b": 1, "a": [1, 2.50, null]}', '<a b="c">ü</a>', '(1,2)', '((0,0),(1,1),(1,0))', '<(1,1),2>',
    'a fat cat', 'fat & cat', 'fair', ROW('Main "st"', NULL), 50, '{1,NULL,3}', '{{a,"b,c"},{"",NULL}}', '[1,10)',
    '["2026-01-01","2026-02-01")', '[1.1,2.2]', '{[1,2),(3,4]}', 'a=>1, "b c"=>NULL', 4294967295, 'every_type', 'mood',
    'abs(integer)', '16/B374D848');
INSERT INTO every_type (a_double) VALUES (NULL), ('Infinity'), ('-0'), (1e-300), (1.7976931348623157e308);

CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text, t text, length integer GENERATED ALWAYS AS (char_length(body)) STORED);
INSERT INTO notes (body, t) SELECT md5(i::text) || repeat(' x', i % 50), 't' || i FROM generate_series(1, :rows) i;
CREATE INDEX notes_body ON notes (md5(body));
ALTER TABLE notes ADD COLUMN dropped integer DEFAULT 7;
ALTER TABLE notes DROP COLUMN dropped;
CREATE TABLE long_values (id integer, body text);
-- Incompressible, so that it goes out of line.
INSERT INTO long_values SELECT i, (SELECT string_agg(md5((i * 1000 + j)::text), '') FROM generate_series(1, 600) j) FROM generate_series(1, 30) i;

CREATE TABLE measurements (at date NOT NULL, value integer) PARTITION BY RANGE (at);
CREATE TABLE measurements_2025 PARTITION OF measurements FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE measurements_2026 PARTITION OF measurements FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY HASH (value);
CREATE TABLE measurements_2026_0 PARTITION OF measurements_2026 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE measurements_2026_1 PARTITION OF measurements_2026 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE measurements_rest PARTITION OF measurements DEFAULT;
INSERT INTO measurements SELECT '2025-06-01'::date + i % 500, i FROM generate_series(1, :rows) i;

CREATE TABLE parent (id integer, name text);
CREATE TABLE child (extra text) INHERITS (parent);
INSERT INTO parent VALUES (1, 'parent');
INSERT INTO child VALUES (2, 'child', 'more');

CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value text);
INSERT INTO cache VALUES ('a', 'b');
CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;
INSERT INTO no_columns DEFAULT VALUES;
CREATE TABLE no_rows (id integer);
CREATE VIEW long_notes AS SELECT id, body FROM notes WHERE length > 100;
CREATE MATERIALIZED VIEW note_lengths AS SELECT length, count(*) FROM notes GROUP BY length;
CREATE MATERIALIZED VIEW unpopulated AS SELECT 1 AS one WITH NO DATA;

CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE accounts_of_the_machine (line text) SERVER files OPTIONS (filename '/etc/passwd', delimiter E'\x01');
CREATE SERVER nowhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1');
CREATE FOREIGN TABLE far_away (id integer) SERVER nowhere;

CREATE SEQUENCE used START 100 INCREMENT 5;
SELECT nextval('used') FROM generate_series(1, 7);
CREATE SEQUENCE unused;
CREATE SEQUENCE falling INCREMENT -1;
SELECT nextval('falling');

SELECT lo_from_bytea(0, decode(repeat('00ff', 5000), 'hex'));
SELECT lo_from_bytea(0, ''::bytea);
SELECT lo_put(lo_create(0), 10000, 'after a hole');

CREATE SCHEMA "Odd ""schema"" ü";
CREATE TABLE "Odd ""schema"" ü"."a table; with 'quotes' and.dots" ("a column" text, "select" integer);
INSERT INTO "Odd ""schema"" ü"."a table; with 'quotes' and.dots" VALUES ('x', 1);
CREATE TABLE "$1 {0} %s 漢" (id integer PRIMARY KEY);
INSERT INTO "$1 {0} %s 漢" SELECT generate_series(1, 10);

CREATE TABLE guarded (owner text, secret text);
INSERT INTO guarded VALUES ('somebody', 'hidden');
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
ALTER TABLE guarded FORCE ROW LEVEL SECURITY;

-- What the load works on: transactions touch both, in either order.
CREATE TABLE accounts (id integer PRIMARY KEY, balance bigint NOT NULL);
INSERT INTO accounts SELECT i, 0 FROM generate_series(1, 1000) i;
CREATE TABLE entries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account integer NOT NULL, amount integer NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());

CREATE TABLE in_tablespace (id integer, body text) TABLESPACE "far space";
INSERT INTO in_tablespace SELECT i, repeat(md5(i::text), 3) FROM generate_series(1, :rows) i;
