package io.sluice.store;

import org.jspecify.annotations.Nullable;

/**
 * A provider's credential that is kept for a project or an organization.
 *
 * @param sealed the credential, encrypted; also plain text where it was stored before there was a
 *     key, so it is never shown
 * @param settings a JSON object: whatever else is noted
 */
public record CredentialRecord(
        String id,
        @Nullable String alias,
        @Nullable String provider,
        @Nullable String organizationId,
        @Nullable String projectId,
        String sealed,
        String settings,
        boolean blocked,
        Stamp stamp) {

    /** Without the credential. */
    @Override
    public String toString() {
        return "CredentialRecord[id=" + id + ", alias=" + alias + ", provider=" + provider + "]";
    }
}
