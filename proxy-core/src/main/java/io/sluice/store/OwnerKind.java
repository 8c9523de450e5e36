package io.sluice.store;

import java.util.List;

/** The kinds of accounts beside keys. */
public enum OwnerKind {
    ORGANIZATION("organizations", ChangeKind.ORGANIZATION, ""),
    TEAM("teams", ChangeKind.TEAM, "organization_id"),
    USER("users", ChangeKind.USER, "email role external_id organization_id"),
    PROJECT("projects", ChangeKind.PROJECT, "organization_id team_id"),
    END_USER("end_users", ChangeKind.END_USER, "default_model region"),
    TAG("tags", ChangeKind.TAG, "");

    private final String table;
    private final ChangeKind change;
    private final String attributes;

    OwnerKind(String table, ChangeKind change, String attributes) {
        this.table = table;
        this.change = change;
        this.attributes = attributes;
    }

    /** The kind under which its changes are told. */
    public ChangeKind change() {
        return change;
    }

    /** The names of what only this kind has, in {@link OwnerRecord#attributes}. */
    public List<String> attributes() {
        return attributes.isEmpty() ? List.of() : List.of(attributes.split(" "));
    }

    String table() {
        return table;
    }
}
