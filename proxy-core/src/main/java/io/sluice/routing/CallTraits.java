package io.sluice.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What choosing goes by, of one call. Reused from call to call.
 *
 * <p>Confined to one event loop.
 */
public final class CallTraits {

    private @Nullable String organization;
    private @Nullable String team;
    private @Nullable String teamAlias;
    private String keyId = "";
    private String keyAlias = "";
    private boolean isAdmin;
    private List<String> tags = List.of();
    private @Nullable String region;
    private long inputTokens;
    private long outputTokens;
    private long affinity;
    private long ownKeys;

    /** Begins anew: a call of nobody that asks for nothing. */
    public CallTraits clear() {
        organization = null;
        team = null;
        teamAlias = null;
        keyId = "";
        keyAlias = "";
        isAdmin = false;
        tags = List.of();
        region = null;
        inputTokens = 0;
        outputTokens = 0;
        affinity = 0;
        ownKeys = 0;
        return this;
    }

    /** Whose call it is. */
    public CallTraits caller(String id, String alias, boolean admin) {
        keyId = id;
        keyAlias = alias;
        isAdmin = admin;
        return this;
    }

    /** Who the key belongs to. */
    public CallTraits owner(
            @Nullable String itsTeam,
            @Nullable String itsTeamAlias,
            @Nullable String itsOrganization) {
        team = itsTeam;
        teamAlias = itsTeamAlias;
        organization = itsOrganization;
        return this;
    }

    public CallTraits tags(List<String> its) {
        tags = its;
        return this;
    }

    /** Where it wants to be served: a region, or what regions begin with. */
    public CallTraits region(@Nullable String wanted) {
        region = wanted;
        return this;
    }

    /**
     * How much it is about.
     *
     * @param input about how many tokens
     * @param output at most, 0 where it does not say
     */
    public CallTraits tokens(long input, long output) {
        inputTokens = input;
        outputTokens = output;
        return this;
    }

    /** What calls that belong together have in common; 0 where there is nothing. */
    public CallTraits affinity(long hash) {
        affinity = hash;
        return this;
    }

    /** Bits of targets for which the caller brings a provider's key of its own. */
    public CallTraits ownKeys(long bits) {
        ownKeys = bits;
        return this;
    }

    @Nullable String organization() {
        return organization;
    }

    @Nullable String team() {
        return team;
    }

    @Nullable String teamAlias() {
        return teamAlias;
    }

    String keyId() {
        return keyId;
    }

    String keyAlias() {
        return keyAlias;
    }

    boolean isAdmin() {
        return isAdmin;
    }

    List<String> tags() {
        return tags;
    }

    @Nullable String region() {
        return region;
    }

    long inputTokens() {
        return inputTokens;
    }

    long outputTokens() {
        return outputTokens;
    }

    long affinity() {
        return affinity;
    }

    long ownKeys() {
        return ownKeys;
    }
}
