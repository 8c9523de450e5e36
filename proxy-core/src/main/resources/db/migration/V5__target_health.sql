-- How each process found its targets when it last wrote it down, as a document that holds no key.
CREATE TABLE target_health (
    process TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX target_health_updated ON target_health (updated_at);
