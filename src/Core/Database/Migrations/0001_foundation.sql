-- compatible-from: 1
-- The check-in service: accounts, the people in them, what they report, and what follows from it.

-- Version 7 (RFC 9562, method 3): 48 bits of milliseconds, 12 bits of the rest of the millisecond, 62 random bits.
-- The database's clock orders the ids, so that newest first is ORDER BY id DESC whichever replica wrote the row.
-- One expression, so that the planner inlines it; 4096 steps a millisecond make both times one number of 60 bits.
CREATE FUNCTION uuid7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT (
        overlay(
            lpad(to_hex((date_part('epoch', clock_timestamp()) * 4096000)::bigint), 15, '0')
            PLACING '7' FROM 13 FOR 0)
        || substring(gen_random_uuid()::text FROM 20))::uuid
$$;

CREATE TABLE accounts (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- check_in_count and the two bands are what a new check-in has to know of the earlier ones: its cost does not grow with
-- the history, and the row's lock puts a member's check-ins in order. Half a page stays free for those updates.
CREATE TABLE members (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    account_id uuid NOT NULL REFERENCES accounts,
    display_code text NOT NULL CHECK (char_length(display_code) BETWEEN 1 AND 64),
    timezone text NOT NULL CHECK (char_length(timezone) BETWEEN 1 AND 64),
    phone_ciphertext bytea NOT NULL,
    phone_key_id text NOT NULL CHECK (char_length(phone_key_id) BETWEEN 1 AND 64),
    phone_hash bytea NOT NULL CHECK (octet_length(phone_hash) = 32),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    language text NOT NULL CHECK (language IN ('en', 'fr', 'es')),
    reminder_time time(0),
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'discharged')),
    check_in_count integer NOT NULL DEFAULT 0 CHECK (check_in_count >= 0),
    previous_band text CHECK (previous_band IN ('low', 'elevated', 'moderate', 'high')),
    latest_band text CHECK (latest_band IN ('low', 'elevated', 'moderate', 'high')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, id)
) WITH (fillfactor = 50);

CREATE TABLE consents (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    account_id uuid NOT NULL,
    member_id uuid NOT NULL,
    grantee_type text NOT NULL CHECK (grantee_type IN ('clinician', 'family')),
    scopes text[] NOT NULL CHECK (
        cardinality(scopes) > 0 AND scopes <@ ARRAY['view_risk', 'view_notes', 'receive_alerts', 'receive_sms']),
    terms_version text NOT NULL CHECK (char_length(terms_version) BETWEEN 1 AND 32),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    CHECK ((status = 'revoked') = (revoked_at IS NOT NULL)),
    FOREIGN KEY (account_id, member_id) REFERENCES members (account_id, id)
);
CREATE INDEX consents_of_member ON consents (member_id, id DESC);

CREATE TABLE check_ins (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    member_id uuid NOT NULL,
    adherence smallint NOT NULL CHECK (adherence BETWEEN 0 AND 100),
    mood_trend smallint NOT NULL CHECK (mood_trend BETWEEN -10 AND 10),
    cravings smallint NOT NULL CHECK (cravings BETWEEN 0 AND 100),
    sleep_hours numeric(3, 1) NOT NULL CHECK (sleep_hours BETWEEN 0 AND 24),
    isolation smallint NOT NULL CHECK (isolation BETWEEN 0 AND 100),
    notes text CHECK (char_length(notes) <= 500),
    channel text NOT NULL CHECK (channel IN ('api', 'sms')),
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (account_id, member_id) REFERENCES members (account_id, id)
);
CREATE INDEX check_ins_of_member ON check_ins (member_id, id DESC);

-- locale (language-COUNTRY of the member at that moment) keeps the words of an answer as they were given.
CREATE TABLE risk_scores (
    check_in_id uuid PRIMARY KEY REFERENCES check_ins,
    account_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('ok', 'insufficient_data')),
    score smallint CHECK (score BETWEEN 0 AND 100),
    band text CHECK (band IN ('low', 'elevated', 'moderate', 'high')),
    check_ins_needed smallint NOT NULL CHECK (check_ins_needed BETWEEN 0 AND 2),
    model_version text NOT NULL CHECK (char_length(model_version) BETWEEN 1 AND 16),
    locale text NOT NULL CHECK (locale ~ '^[a-z]{2}-[A-Z]{2}$'),
    CHECK ((state = 'ok') = (score IS NOT NULL)),
    CHECK ((state = 'ok') = (band IS NOT NULL)),
    CHECK ((state = 'ok') = (check_ins_needed = 0))
);

CREATE TABLE idempotency (
    account_id uuid NOT NULL,
    scope uuid NOT NULL,
    key text NOT NULL CHECK (key ~ '^[!-~]{1,128}$'),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    check_in_id uuid NOT NULL REFERENCES check_ins,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, scope, key)
);

CREATE TABLE alerts (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    account_id uuid NOT NULL,
    member_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('risk', 'safety', 'engagement')),
    severity text NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'acknowledged', 'resolved')),
    created_at timestamptz NOT NULL DEFAULT now(),
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at timestamptz,
    resolved_by text,
    CHECK ((status = 'open') = (acknowledged_at IS NULL)),
    CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
    FOREIGN KEY (account_id, member_id) REFERENCES members (account_id, id)
);
CREATE INDEX alerts_of_account ON alerts (account_id, id DESC);

CREATE TABLE on_call_contacts (
    account_id uuid NOT NULL REFERENCES accounts,
    position smallint NOT NULL CHECK (position BETWEEN 1 AND 10),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    phone_ciphertext bytea NOT NULL,
    phone_key_id text NOT NULL CHECK (char_length(phone_key_id) BETWEEN 1 AND 64),
    phone_hash bytea NOT NULL CHECK (octet_length(phone_hash) = 32),
    PRIMARY KEY (account_id, position)
);

-- Texts to be sent, written by the transaction that causes them.
CREATE TABLE outbox (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    account_id uuid NOT NULL,
    alert_id uuid REFERENCES alerts,
    class text NOT NULL CHECK (class IN ('crisis', 'alert')),
    template text NOT NULL CHECK (char_length(template) BETWEEN 1 AND 64),
    phone_ciphertext bytea NOT NULL,
    phone_key_id text NOT NULL,
    phone_hash bytea NOT NULL CHECK (octet_length(phone_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    dispatched_at timestamptz
);

-- Who did what, without what it was. No foreign keys: the log outlives what it speaks of.
CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    subject_id uuid NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
