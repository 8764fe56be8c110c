-- compatible-from: 1
-- What providers say of texts they have, and when they were last asked.

ALTER TABLE outbox
    -- When a provider was last asked what became of the text.
    ADD COLUMN looked_at timestamptz,
    -- When it was given up to hear of the text's end: it stays as it is, and nobody asks any more.
    ADD COLUMN no_receipt_at timestamptz;

-- What the reconciler has to ask after: each text by the later of its attempt and the last question.
CREATE INDEX outbox_unknown ON outbox (priority, (greatest(attempted_at, looked_at))) WHERE state = 'unknown';
CREATE INDEX outbox_without_end ON outbox (priority, (greatest(attempted_at, looked_at)))
    WHERE state IN ('accepted', 'sent') AND no_receipt_at IS NULL;
-- The other texts to a number: they are not the one that is looked for.
CREATE INDEX outbox_by_number ON outbox (phone_hash) WHERE provider_id IS NOT NULL;
