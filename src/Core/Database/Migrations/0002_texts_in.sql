-- compatible-from: 1
-- Texts that come in: what was claimed, dialogues, who wants no texts.

CREATE INDEX members_by_phone ON members (phone_hash);

-- The claim of a text, in the transaction of all that follows from it: a second copy finds it taken. What a member wrote
-- is kept sealed, for the person who looks at it; of a number that nobody enrolled only the keyed hash is kept.
CREATE TABLE inbound_texts (
    message_sid text PRIMARY KEY CHECK (message_sid ~ '^[0-9A-Za-z]{1,64}$'),
    phone_hash keyed_hash NOT NULL,
    account_id uuid,
    member_id uuid,
    body_ciphertext bytea,
    body_key_id code,
    outcome code NOT NULL DEFAULT 'claimed',
    crisis_rule code,
    crisis_rule_set code,
    reply text CHECK (char_length(reply) <= 320),
    received_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (account_id, member_id) REFERENCES members (account_id, id),
    CHECK ((account_id IS NULL) = (member_id IS NULL)),
    CHECK (member_id IS NOT NULL OR body_ciphertext IS NULL)
);

-- Where a member is in the guided questions, or that one clarifying question was asked. Four hours old, it is over.
CREATE TABLE dialogues (
    member_id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    state jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (account_id, member_id) REFERENCES members (account_id, id)
);

-- The opt-out ledger: by number, over all providers, accounts and channels. paused holds what is not essential.
CREATE TABLE opt_outs (
    phone_hash keyed_hash PRIMARY KEY,
    status text NOT NULL CHECK (status IN ('stopped', 'paused', 'started')),
    message_sid text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- Numbers that nobody enrolled get one neutral answer a day.
CREATE TABLE unknown_numbers (
    phone_hash keyed_hash PRIMARY KEY,
    answered_on date NOT NULL
);

CREATE INDEX open_engagement_alerts ON alerts (member_id) WHERE kind = 'engagement' AND status = 'open';

-- A reply that could not go with the webhook's answer is queued.
ALTER TABLE outbox DROP CONSTRAINT outbox_class_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_class_check CHECK (class IN ('crisis', 'alert', 'reply'));
ALTER TABLE outbox ADD COLUMN member_id uuid;
