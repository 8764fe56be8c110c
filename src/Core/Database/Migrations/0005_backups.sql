-- compatible-from: 1
-- Backups: every run of a job with how it ended, what of WAL is received, and the restore tests. What can be restored is
-- known by the stores' own signed catalogues, which outlive this database.

CREATE DOMAIN backup_job AS text CHECK (VALUE IN ('backup', 'dump', 'prune', 'verify_wal', 'self_test', 'window'));
CREATE TABLE backup_runs (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    server code NOT NULL,
    job backup_job NOT NULL,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'succeeded', 'failed')),
    -- Of a backup or dump: its own id, which is the catalogue's.
    backup_id uuid,
    sequence bigint CHECK (sequence > 0),
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    -- Whoever runs it says so again and again; one that fell silent was killed.
    seen_at timestamptz NOT NULL DEFAULT now(),
    stored_bytes bigint CHECK (stored_bytes >= 0),
    -- A short word and a sentence for operators, without secrets.
    failure code,
    failure_detail text,
    -- What a job found, in its own form.
    result jsonb,
    CHECK ((status = 'running') = (finished_at IS NULL)),
    CHECK ((status = 'failed') = (failure IS NOT NULL))
);
CREATE INDEX backup_runs_of_server ON backup_runs (server, job, id DESC);

-- One row a target: how its WAL receiver is doing, by its own word and by the server's.
CREATE TABLE wal_receivers (
    server code PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('receiving', 'stalled', 'down', 'slot_lost')),
    state_at timestamptz NOT NULL DEFAULT now(),
    -- A short word for what is wrong with receiving or, while that goes on, with shipping; and a sentence for operators.
    failure code,
    detail text,
    seen_at timestamptz NOT NULL DEFAULT now(),
    -- How far the server wrote, how far we have it, how far it lies in the store.
    written_lsn pg_lsn,
    received_lsn pg_lsn,
    shipped_lsn pg_lsn,
    shipped_at timestamptz
);

CREATE TABLE restore_tests (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    server code NOT NULL,
    method text NOT NULL CHECK (method IN ('physical', 'logical', 'azure')),
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'finished')),
    requested_by text NOT NULL CHECK (char_length(requested_by) BETWEEN 1 AND 200),
    -- What was asked for; null: the test chooses.
    target jsonb,
    verdict text CHECK (verdict IN ('passed', 'failed', 'inconclusive')),
    phase code,
    reasons text[] NOT NULL DEFAULT '{}',
    backup_id uuid,
    rpo_seconds double precision,
    rto_seconds double precision,
    evidence jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    seen_at timestamptz,
    finished_at timestamptz,
    CHECK ((status = 'finished') = (finished_at IS NOT NULL AND verdict IS NOT NULL))
);
CREATE INDEX restore_tests_of_server ON restore_tests (server, id DESC);
CREATE INDEX restore_tests_waiting ON restore_tests (id) WHERE status <> 'finished';
