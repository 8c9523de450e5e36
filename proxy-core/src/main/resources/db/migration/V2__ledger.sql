-- What was called and what it cost: one row for each attempt that may have reached a provider.
--
-- "day" is the UTC day of the call's admission, counted from 1970-01-01. An amount of -1 is unknown.

CREATE TABLE calls (
    day INTEGER NOT NULL,
    call_id ${uuid} NOT NULL,
    attempt INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    admitted_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER NOT NULL,
    error_code TEXT,
    termination TEXT NOT NULL,
    key_id TEXT,
    key_alias TEXT,
    user_id TEXT,
    team_id TEXT,
    organization_id TEXT,
    project_id TEXT,
    end_user TEXT,
    tags TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    model_asked TEXT,
    model_sent TEXT,
    provider TEXT,
    target TEXT,
    stream BOOLEAN NOT NULL,
    cache_hit BOOLEAN NOT NULL,
    usage_origin TEXT NOT NULL,
    service_tier TEXT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cached_input_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    cache_write_hour_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    audio_input_tokens BIGINT NOT NULL,
    audio_output_tokens BIGINT NOT NULL,
    image_input_tokens BIGINT NOT NULL,
    image_output_tokens BIGINT NOT NULL,
    other_units TEXT NOT NULL,
    cost_state TEXT NOT NULL,
    currency TEXT NOT NULL,
    cost_picos BIGINT NOT NULL,
    dollar_picos BIGINT NOT NULL,
    first_byte_millis BIGINT NOT NULL,
    total_millis BIGINT NOT NULL,
    overhead_micros BIGINT NOT NULL,
    request_bytes BIGINT NOT NULL,
    answer_bytes BIGINT NOT NULL,
    metadata TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (day, call_id, attempt)
) ${partitioned_by_day};
CREATE INDEX calls_time ON calls (admitted_at, call_id, attempt);
CREATE INDEX calls_key ON calls (key_id, admitted_at);
CREATE INDEX calls_team ON calls (team_id, admitted_at);
CREATE INDEX calls_user ON calls (user_id, admitted_at);

-- Sums of calls. "bucket" is hours or days since 1970-01-01 UTC; a call counts once in each dimension
-- that it has, and once for each of its tags.
CREATE TABLE rollups_hourly (
    bucket BIGINT NOT NULL,
    dimension TEXT NOT NULL,
    id TEXT NOT NULL,
    model TEXT NOT NULL,
    currency TEXT NOT NULL,
    requests BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    unpriced BIGINT NOT NULL,
    cache_hits BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cached_input_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    cache_write_hour_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    audio_input_tokens BIGINT NOT NULL,
    audio_output_tokens BIGINT NOT NULL,
    image_input_tokens BIGINT NOT NULL,
    image_output_tokens BIGINT NOT NULL,
    first_byte_millis BIGINT NOT NULL,
    total_millis BIGINT NOT NULL,
    cost_picos ${sum} NOT NULL,
    dollar_picos ${sum} NOT NULL,
    PRIMARY KEY (dimension, id, bucket, model, currency)
) ${clustered};
CREATE INDEX rollups_hourly_time ON rollups_hourly (dimension, bucket);

CREATE TABLE rollups_daily (
    bucket BIGINT NOT NULL,
    dimension TEXT NOT NULL,
    id TEXT NOT NULL,
    model TEXT NOT NULL,
    currency TEXT NOT NULL,
    requests BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    unpriced BIGINT NOT NULL,
    cache_hits BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cached_input_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    cache_write_hour_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    audio_input_tokens BIGINT NOT NULL,
    audio_output_tokens BIGINT NOT NULL,
    image_input_tokens BIGINT NOT NULL,
    image_output_tokens BIGINT NOT NULL,
    first_byte_millis BIGINT NOT NULL,
    total_millis BIGINT NOT NULL,
    cost_picos ${sum} NOT NULL,
    dollar_picos ${sum} NOT NULL,
    PRIMARY KEY (dimension, id, bucket, model, currency)
) ${clustered};
CREATE INDEX rollups_daily_time ON rollups_daily (dimension, bucket);

-- How far each writer's journal is in the tables above.
CREATE TABLE writer_positions (
    writer_id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- The windows of hard budgets that several processes share. Its row is locked while a slice is given
-- out. "spent_picos" is what was spent in it before the first slice.
CREATE TABLE budget_windows (
    dimension TEXT NOT NULL,
    id TEXT NOT NULL,
    scope TEXT NOT NULL,
    currency TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    spent_picos BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    PRIMARY KEY (dimension, id, scope, currency, starts_at)
);

-- What each process has taken of a window. While it is open, all of "granted_picos" counts as spent;
-- then what the ledger has booked on it: "spent_picos" in the currency of the budget, and in dollars
-- what was spent in other currencies.
CREATE TABLE budget_leases (
    dimension TEXT NOT NULL,
    id TEXT NOT NULL,
    scope TEXT NOT NULL,
    currency TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    owner TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    granted_picos BIGINT NOT NULL,
    spent_picos BIGINT NOT NULL DEFAULT 0,
    spent_dollar_picos BIGINT NOT NULL DEFAULT 0,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (dimension, id, scope, currency, starts_at, owner)
);
CREATE INDEX budget_leases_owner ON budget_leases (owner);
