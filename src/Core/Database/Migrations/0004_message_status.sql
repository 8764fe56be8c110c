-- compatible-from: 1
-- What providers say of texts they have: which one a text has to leave, and when it was last asked after.

ALTER TABLE outbox
    -- The provider that failed this text: the next attempt goes by another, where there is one.
    ADD COLUMN avoid_provider code,
    -- When a provider was last asked what became of the text.
    ADD COLUMN looked_at timestamptz,
    -- When it was given up to hear of the text's end: it stays as it is, and nobody asks any more.
    ADD COLUMN no_receipt_at timestamptz;

-- What the reconciler has to ask after.
CREATE INDEX outbox_to_look_at ON outbox (coalesce(looked_at, attempted_at))
    WHERE state IN ('unknown', 'accepted', 'sent') AND no_receipt_at IS NULL;
