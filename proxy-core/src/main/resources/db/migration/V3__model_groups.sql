-- The model that an alias or a pattern stood for: budgets of models count by it too. In sums it is empty
-- where it is the model itself.
ALTER TABLE calls ADD COLUMN model_group TEXT;

CREATE TABLE rollups_hourly_next (
    bucket BIGINT NOT NULL,
    dimension TEXT NOT NULL,
    id TEXT NOT NULL,
    model TEXT NOT NULL,
    model_group TEXT NOT NULL,
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
    PRIMARY KEY (dimension, id, bucket, model, model_group, currency)
) ${clustered};
INSERT INTO rollups_hourly_next (
    bucket, dimension, id, model, model_group, currency, requests, failures, unpriced, cache_hits,
    input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, cache_write_hour_tokens,
    reasoning_tokens, audio_input_tokens, audio_output_tokens, image_input_tokens,
    image_output_tokens, first_byte_millis, total_millis, cost_picos, dollar_picos)
SELECT
    bucket, dimension, id, model, '', currency, requests, failures, unpriced, cache_hits,
    input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, cache_write_hour_tokens,
    reasoning_tokens, audio_input_tokens, audio_output_tokens, image_input_tokens,
    image_output_tokens, first_byte_millis, total_millis, cost_picos, dollar_picos
FROM rollups_hourly;
DROP TABLE rollups_hourly;
ALTER TABLE rollups_hourly_next RENAME TO rollups_hourly;
CREATE INDEX rollups_hourly_time ON rollups_hourly (dimension, bucket);

CREATE TABLE rollups_daily_next (
    bucket BIGINT NOT NULL,
    dimension TEXT NOT NULL,
    id TEXT NOT NULL,
    model TEXT NOT NULL,
    model_group TEXT NOT NULL,
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
    PRIMARY KEY (dimension, id, bucket, model, model_group, currency)
) ${clustered};
INSERT INTO rollups_daily_next (
    bucket, dimension, id, model, model_group, currency, requests, failures, unpriced, cache_hits,
    input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, cache_write_hour_tokens,
    reasoning_tokens, audio_input_tokens, audio_output_tokens, image_input_tokens,
    image_output_tokens, first_byte_millis, total_millis, cost_picos, dollar_picos)
SELECT
    bucket, dimension, id, model, '', currency, requests, failures, unpriced, cache_hits,
    input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, cache_write_hour_tokens,
    reasoning_tokens, audio_input_tokens, audio_output_tokens, image_input_tokens,
    image_output_tokens, first_byte_millis, total_millis, cost_picos, dollar_picos
FROM rollups_daily;
DROP TABLE rollups_daily;
ALTER TABLE rollups_daily_next RENAME TO rollups_daily;
CREATE INDEX rollups_daily_time ON rollups_daily (dimension, bucket);
