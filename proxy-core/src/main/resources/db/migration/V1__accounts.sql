-- Who may call, and on whose account.
--
-- Times are milliseconds since 1970-01-01 UTC, money is in 10^-12 of its currency's unit, lists and
-- objects are JSON text. The columns from "models" to "version" are the same wherever an account is.

CREATE TABLE budgets (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    budget_picos BIGINT,
    budget_soft_picos BIGINT,
    budget_currency TEXT,
    budget_window TEXT,
    budget_time_zone TEXT,
    budget_mode TEXT,
    model_budgets TEXT NOT NULL DEFAULT '{}',
    limits TEXT NOT NULL DEFAULT '{}',
    metadata TEXT NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL
);

CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    models TEXT NOT NULL DEFAULT '[]',
    limits TEXT NOT NULL DEFAULT '{}',
    budget_id TEXT,
    budget_picos BIGINT,
    budget_soft_picos BIGINT,
    budget_currency TEXT,
    budget_window TEXT,
    budget_time_zone TEXT,
    budget_mode TEXT,
    model_budgets TEXT NOT NULL DEFAULT '{}',
    spend_since BIGINT NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL DEFAULT '{}',
    tags TEXT NOT NULL DEFAULT '[]',
    settings TEXT NOT NULL DEFAULT '{}',
    blocked BOOLEAN NOT NULL DEFAULT FALSE,
    deactivated_at BIGINT,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL
);

CREATE TABLE teams (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    organization_id TEXT,
    models TEXT NOT NULL DEFAULT '[]',
    limits TEXT NOT NULL DEFAULT '{}',
    budget_id TEXT,
    budget_picos BIGINT,
    budget_soft_picos BIGINT,
    budget_currency TEXT,
    budget_window TEXT,
    budget_time_zone TEXT,
    budget_mode TEXT,
    model_budgets TEXT NOT NULL DEFAULT '{}',
    spend_since BIGINT NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL DEFAULT '{}',
    tags TEXT NOT NULL DEFAULT '[]',
    settings TEXT NOT NULL DEFAULT '{}',
    blocked BOOLEAN NOT NULL DEFAULT FALSE,
    deactivated_at BIGINT,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX teams_organization ON teams (organization_id, id);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    email TEXT,
    role TEXT,
    external_id TEXT,
    organization_id TEXT,
    models TEXT NOT NULL DEFAULT '[]',
    limits TEXT NOT NULL DEFAULT '{}',
    budget_id TEXT,
    budget_picos BIGINT,
    budget_soft_picos BIGINT,
    budget_currency TEXT,
    budget_window TEXT,
    budget_time_zone TEXT,
    budget_mode TEXT,
    model_budgets TEXT NOT NULL DEFAULT '{}',
    spend_since BIGINT NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL DEFAULT '{}',
    tags TEXT NOT NULL DEFAULT '[]',
    settings TEXT NOT NULL DEFAULT '{}',
    blocked BOOLEAN NOT NULL DEFAULT FALSE,
    deactivated_at BIGINT,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX users_email ON users (email);
CREATE INDEX users_external ON users (external_id);

CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    organization_id TEXT,
    team_id TEXT,
    models TEXT NOT NULL DEFAULT '[]',
    limits TEXT NOT NULL DEFAULT '{}',
    budget_id TEXT,
    budget_picos BIGINT,
    budget_soft_picos BIGINT,
    budget_currency TEXT,
    budget_window TEXT,
    budget_time_zone TEXT,
    budget_mode TEXT,
    model_budgets TEXT NOT NULL DEFAULT '{}',
    spend_since BIGINT NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL DEFAULT '{}',
    tags TEXT NOT NULL DEFAULT '[]',
    settings TEXT NOT NULL DEFAULT '{}',
    blocked BOOLEAN NOT NULL DEFAULT FALSE,
    deactivated_at BIGINT,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX projects_alias ON projects (alias);

CREATE TABLE end_users (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    default_model TEXT,
    region TEXT,
    models TEXT NOT NULL DEFAULT '[]',
    limits TEXT NOT NULL DEFAULT '{}',
    budget_id TEXT,
    budget_picos BIGINT,
    budget_soft_picos BIGINT,
    budget_currency TEXT,
    budget_window TEXT,
    budget_time_zone TEXT,
    budget_mode TEXT,
    model_budgets TEXT NOT NULL DEFAULT '{}',
    spend_since BIGINT NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL DEFAULT '{}',
    tags TEXT NOT NULL DEFAULT '[]',
    settings TEXT NOT NULL DEFAULT '{}',
    blocked BOOLEAN NOT NULL DEFAULT FALSE,
    deactivated_at BIGINT,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL
);

CREATE TABLE tags (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    models TEXT NOT NULL DEFAULT '[]',
    limits TEXT NOT NULL DEFAULT '{}',
    budget_id TEXT,
    budget_picos BIGINT,
    budget_soft_picos BIGINT,
    budget_currency TEXT,
    budget_window TEXT,
    budget_time_zone TEXT,
    budget_mode TEXT,
    model_budgets TEXT NOT NULL DEFAULT '{}',
    spend_since BIGINT NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL DEFAULT '{}',
    tags TEXT NOT NULL DEFAULT '[]',
    settings TEXT NOT NULL DEFAULT '{}',
    blocked BOOLEAN NOT NULL DEFAULT FALSE,
    deactivated_at BIGINT,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL
);

CREATE TABLE members (
    group_kind TEXT NOT NULL,
    group_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    budget_id TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (group_kind, group_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    digest ${bytes} NOT NULL,
    display TEXT NOT NULL,
    kind TEXT NOT NULL,
    alias TEXT,
    user_id TEXT,
    team_id TEXT,
    organization_id TEXT,
    project_id TEXT,
    on_disconnect TEXT,
    expires_at BIGINT,
    revoked_at BIGINT,
    max_requests BIGINT,
    request_count BIGINT NOT NULL DEFAULT 0,
    last_used_at BIGINT,
    models TEXT NOT NULL DEFAULT '[]',
    limits TEXT NOT NULL DEFAULT '{}',
    budget_id TEXT,
    budget_picos BIGINT,
    budget_soft_picos BIGINT,
    budget_currency TEXT,
    budget_window TEXT,
    budget_time_zone TEXT,
    budget_mode TEXT,
    model_budgets TEXT NOT NULL DEFAULT '{}',
    spend_since BIGINT NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL DEFAULT '{}',
    tags TEXT NOT NULL DEFAULT '[]',
    settings TEXT NOT NULL DEFAULT '{}',
    blocked BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX keys_digest ON keys (digest);
CREATE UNIQUE INDEX keys_alias ON keys (alias);
CREATE INDEX keys_user ON keys (user_id, id);
CREATE INDEX keys_team ON keys (team_id, id);
CREATE INDEX keys_organization ON keys (organization_id, id);
CREATE INDEX keys_project ON keys (project_id, id);
CREATE INDEX keys_expiry ON keys (expires_at);

CREATE TABLE credentials (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    provider TEXT,
    organization_id TEXT,
    project_id TEXT,
    sealed TEXT NOT NULL,
    settings TEXT NOT NULL DEFAULT '{}',
    blocked BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX credentials_project ON credentials (project_id, id);

CREATE TABLE settings_overrides (
    id TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL
);

-- The newest version of each kind, and which objects changed with which. Versions of a kind have no
-- gaps and become visible in order, so that a reader can ask for what came after the last it saw.
CREATE TABLE versions (
    kind TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);

CREATE TABLE changes (
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    id TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (kind, version)
);
CREATE INDEX changes_age ON changes (changed_at);

INSERT INTO versions (kind, version) VALUES
    ('key', 0), ('user', 0), ('team', 0), ('organization', 0), ('project', 0),
    ('end_user', 0), ('tag', 0), ('budget', 0), ('credential', 0), ('setting', 0);
