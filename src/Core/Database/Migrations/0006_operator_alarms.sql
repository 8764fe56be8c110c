-- compatible-from: 1
-- What operators have to know of backups, each told once a day while it lasts; and what a restore test needs of the ones
-- before it.

ALTER TABLE restore_tests
    -- Whoever runs the test; what an earlier owner writes is refused.
    ADD COLUMN lease uuid,
    -- What the restored data looked like, in numbers, for the next test to compare with.
    ADD COLUMN profile jsonb;
CREATE INDEX restore_tests_finished ON restore_tests (server, method, finished_at DESC) WHERE status = 'finished';

CREATE TABLE operator_alarms (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    server code NOT NULL,
    kind code NOT NULL,
    -- One sentence, without secrets and without data.
    detail text NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT now(),
    last_at timestamptz NOT NULL DEFAULT now(),
    times integer NOT NULL DEFAULT 1 CHECK (times > 0),
    -- Null while it lasts.
    ended_at timestamptz
);
CREATE UNIQUE INDEX operator_alarms_open ON operator_alarms (server, kind) WHERE ended_at IS NULL;
