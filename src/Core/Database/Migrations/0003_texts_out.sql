-- compatible-from: 1
-- Texts that go out: the outbox with its leases, what became of each text, and what the timers did last.

-- queued: waits for its time. sending: a dispatcher has it until its lease ends and is handing it over; if the dispatcher
-- dies now, nobody knows. unknown: handed over perhaps. accepted, sent: a provider has it.
-- The rest are ends: delivered, undelivered, failed; canceled (not needed any more), suppressed (the number opted out),
-- expired (too late to be of use).
CREATE DOMAIN message_state AS text CHECK (VALUE IN (
    'queued', 'sending', 'unknown', 'accepted', 'sent',
    'delivered', 'undelivered', 'failed', 'canceled', 'suppressed', 'expired'));

ALTER TABLE outbox DROP CONSTRAINT outbox_class_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_class_check CHECK (class IN ('crisis', 'alert', 'reply', 'message', 'reminder'));
ALTER TABLE outbox
    ADD COLUMN priority smallint NOT NULL GENERATED ALWAYS AS (
        CASE class WHEN 'crisis' THEN 0 WHEN 'alert' THEN 1 WHEN 'reply' THEN 2 WHEN 'message' THEN 3 ELSE 4 END) STORED,
    -- What the template's placeholders stand for; never anything clinical.
    ADD COLUMN variables jsonb NOT NULL DEFAULT '{}',
    -- After this it is not sent any more. Null: always worth sending.
    ADD COLUMN expires_at timestamptz,
    -- What must not be queued twice: a member's reminder of one day.
    ADD COLUMN dedup_key text UNIQUE CHECK (char_length(dedup_key) <= 100),
    ADD COLUMN state message_state NOT NULL DEFAULT 'queued',
    ADD COLUMN state_at timestamptz NOT NULL DEFAULT now(),
    -- The fencing token of the latest lease: what an older lease's owner writes is refused.
    ADD COLUMN fence bigint NOT NULL DEFAULT 0,
    ADD COLUMN leased_until timestamptz,
    ADD COLUMN attempts smallint NOT NULL DEFAULT 0,
    ADD COLUMN attempted_at timestamptz,
    ADD COLUMN provider code,
    ADD COLUMN provider_id text CHECK (char_length(provider_id) <= 100),
    ADD COLUMN error_code code,
    -- The provider that failed this text: the next attempt goes by another, where there is one.
    ADD COLUMN avoid_provider code;
-- The hours of the day are those of the member's clock.
ALTER TABLE outbox ADD CONSTRAINT outbox_member CHECK (member_id IS NOT NULL OR class IN ('crisis', 'alert'));

CREATE SEQUENCE outbox_fences;
CREATE INDEX outbox_waiting ON outbox (priority, due_at, id) WHERE state = 'queued';
-- What a dispatcher that died left behind, and what a provider has not settled.
CREATE INDEX outbox_unsettled ON outbox (state, state_at)
    WHERE state IN ('sending', 'unknown', 'accepted', 'sent');
CREATE INDEX outbox_of_alert ON outbox (alert_id) WHERE alert_id IS NOT NULL;

-- The history of a text: each decision of ours and each word of a provider's, in order. Nothing here says what the text
-- says or whose number it went to.
CREATE TABLE message_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id uuid NOT NULL REFERENCES outbox,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind code NOT NULL,
    fence bigint NOT NULL,
    provider code,
    provider_id text CHECK (char_length(provider_id) <= 100),
    -- The provider's own word, also one that nobody has heard of.
    status text CHECK (char_length(status) <= 64),
    error_code code,
    reason code
);
CREATE INDEX message_events_of_message ON message_events (message_id, id);
-- A status callback that comes twice is one event.
CREATE UNIQUE INDEX message_events_of_callbacks ON message_events (provider_id, status, coalesce(error_code, ''))
    WHERE kind = 'callback';
CREATE INDEX message_events_by_provider_id ON message_events (provider_id) WHERE provider_id IS NOT NULL;

-- What each timer did last, over all replicas.
CREATE TABLE timer_runs (
    name code PRIMARY KEY,
    started_at timestamptz,
    succeeded_at timestamptz,
    failed_at timestamptz,
    failure code
);

-- Which provider texts go by, and how each has been doing, over all replicas.
CREATE TABLE text_providers (
    name code PRIMARY KEY,
    -- Points that move in steps of ten, away from whoever fails: the one with more takes the lead in time.
    weight percent NOT NULL,
    weight_changed_at timestamptz NOT NULL DEFAULT now(),
    -- Since when it carries whatever can wait; null: it does not.
    leads_since timestamptz,
    -- In a row, over all replicas.
    failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    -- Null: the circuit is closed. In the future: open. Past: half open, and whoever moves it on may try one text.
    open_until timestamptz
);

CREATE INDEX members_with_reminder ON members (id) WHERE reminder_time IS NOT NULL AND state = 'active';
