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

-- The ranges of the contract, each in one place. Domains and not CHECKs on the tables: a table's CHECKs are parsed again
-- for every statement that writes to it and cost a check-in a third of its time (docs/adr/0005-domains.md).
CREATE DOMAIN percent AS smallint CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN mood_trend AS smallint CHECK (VALUE BETWEEN -10 AND 10);
CREATE DOMAIN sleep_hours AS numeric(3, 1) CHECK (VALUE BETWEEN 0 AND 24);
CREATE DOMAIN note AS text CHECK (char_length(VALUE) <= 500);
CREATE DOMAIN channel AS text CHECK (VALUE IN ('api', 'sms'));
CREATE DOMAIN risk_band AS text CHECK (VALUE IN ('low', 'elevated', 'moderate', 'high'));
CREATE DOMAIN code AS text CHECK (char_length(VALUE) BETWEEN 1 AND 64);
CREATE DOMAIN country AS text CHECK (VALUE ~ '^[A-Z]{2}$');
CREATE DOMAIN language AS text CHECK (VALUE IN ('en', 'fr', 'es'));
CREATE DOMAIN locale AS text CHECK (VALUE ~ '^(en|fr|es)-[A-Z]{2}$');
CREATE DOMAIN keyed_hash AS bytea CHECK (octet_length(VALUE) = 32);
CREATE DOMAIN idempotency_key AS text CHECK (VALUE ~ '^[!-~]{1,128}$');
CREATE DOMAIN action AS text CHECK (VALUE ~ '^[a-z_]+\.[a-z_]+$');

CREATE TABLE accounts (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- check_in_count and the two bands are what a new check-in has to know of the earlier ones: its cost does not grow with
-- the history, and the row's lock puts a member's check-ins in order. Half a page stays free for those updates.
CREATE DOMAIN member_state AS text CHECK (VALUE IN ('active', 'paused', 'discharged'));
CREATE DOMAIN tally AS integer CHECK (VALUE >= 0);
CREATE TABLE members (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    account_id uuid NOT NULL REFERENCES accounts,
    display_code code NOT NULL,
    timezone code NOT NULL,
    phone_ciphertext bytea NOT NULL,
    phone_key_id code NOT NULL,
    phone_hash keyed_hash NOT NULL,
    country country NOT NULL,
    language language NOT NULL,
    reminder_time time(0),
    state member_state NOT NULL DEFAULT 'active',
    check_in_count tally NOT NULL DEFAULT 0,
    previous_band risk_band,
    latest_band risk_band,
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
    adherence percent NOT NULL,
    mood_trend mood_trend NOT NULL,
    cravings percent NOT NULL,
    sleep_hours sleep_hours NOT NULL,
    isolation percent NOT NULL,
    notes note,
    channel channel NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (account_id, member_id) REFERENCES members (account_id, id)
);
CREATE INDEX check_ins_of_member ON check_ins (member_id, id DESC);

-- Score and band are null while there are too few check-ins. locale (language-COUNTRY of the member at that moment)
-- keeps the words of an answer as they were given.
CREATE DOMAIN check_ins_missing AS smallint CHECK (VALUE BETWEEN 0 AND 2);
CREATE TABLE risk_scores (
    check_in_id uuid PRIMARY KEY REFERENCES check_ins,
    account_id uuid NOT NULL,
    score percent,
    band risk_band,
    check_ins_needed check_ins_missing NOT NULL,
    model_version code NOT NULL,
    locale locale NOT NULL,
    CHECK ((band IS NULL) = (score IS NULL) AND (band IS NULL) = (check_ins_needed > 0))
);

CREATE TABLE idempotency (
    account_id uuid NOT NULL,
    scope uuid NOT NULL,
    key idempotency_key NOT NULL,
    request_hash keyed_hash NOT NULL,
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
    phone_key_id code NOT NULL,
    phone_hash keyed_hash NOT NULL,
    PRIMARY KEY (account_id, position)
);

-- Texts to be sent, written by the transaction that causes them.
CREATE TABLE outbox (
    id uuid PRIMARY KEY DEFAULT uuid7(),
    account_id uuid NOT NULL,
    alert_id uuid REFERENCES alerts,
    class text NOT NULL CHECK (class IN ('crisis', 'alert')),
    template code NOT NULL,
    phone_ciphertext bytea NOT NULL,
    phone_key_id code NOT NULL,
    phone_hash keyed_hash NOT NULL,
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
    action action NOT NULL,
    subject_id uuid NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
