-- The responses that providers keep: where each is, and whose. Of one that is made in the background also
-- what its call was, so that what it used can be booked when that is known ("call_id" is null for others).
CREATE TABLE stored_responses (
    id TEXT NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL,
    model TEXT NOT NULL,
    target TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    call_id ${uuid},
    admitted_at BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    model_group TEXT,
    end_user TEXT,
    tags TEXT NOT NULL,
    booked BOOLEAN NOT NULL
);
CREATE INDEX stored_responses_age ON stored_responses (created_at);
