package io.sluice.store;

import io.sluice.auth.KeyDigests;
import io.sluice.auth.KeyGrant;
import io.sluice.auth.KeyHash;
import io.sluice.auth.KeySource;
import io.sluice.auth.ModelAccess;
import io.sluice.auth.Owner;
import io.sluice.auth.Principal;
import io.sluice.auth.ProviderKey;
import io.sluice.auth.ProviderKeys;
import io.sluice.auth.RequestCountSource;
import io.sluice.auth.SealedText;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers the gateway's questions about keys from the database. Blocks; safe for any thread. */
public final class StoredKeys implements KeySource, RequestCountSource {

    private static final String MODELS_OF_TEAM = "all-team-models";
    private static final String DEFAULT_PROVIDER = "openai";

    private final KeyRepository keys;
    private final OwnerRepository owners;
    private final BudgetRepository budgets;
    private final KeyDigests digests;
    private final InstantSource clock;
    private final TermsListener terms;
    private final CredentialRepository credentials;
    private final SealedText seal;
    private final ConcurrentHashMap<String, Opened> openedById = new ConcurrentHashMap<>();

    /**
     * A credential that was opened, kept so that its rest is the same for all keys of its project.
     */
    private record Opened(String sealed, ProviderKey key) {

        @Override
        public String toString() {
            return key.toString();
        }
    }

    /**
     * The keys of these repositories.
     *
     * @param terms hears what the accounts of each key that is read may use
     * @param seal opens the credentials of projects
     */
    public StoredKeys(
            KeyRepository keys,
            OwnerRepository owners,
            BudgetRepository budgets,
            KeyDigests digests,
            InstantSource clock,
            TermsListener terms,
            CredentialRepository credentials,
            SealedText seal) {
        this.keys = keys;
        this.owners = owners;
        this.budgets = budgets;
        this.digests = digests;
        this.clock = clock;
        this.terms = terms;
        this.credentials = credentials;
        this.seal = seal;
    }

    @Override
    public @Nullable KeyGrant find(KeyHash hash) {
        return orAway(() -> {
            KeyRecord key = keys.find(KeyDigest.of(digests.of(hash)));
            return key == null ? null : grant(key);
        });
    }

    /** The same for a key by its id or alias. */
    public @Nullable KeyGrant findNamed(String name) {
        return orAway(() -> {
            KeyRecord byId = keys.find(name);
            KeyRecord key = byId == null ? keys.findByAlias(name) : byId;
            return key == null ? null : grant(key);
        });
    }

    @Override
    public int take(String keyId, int wanted) {
        return orAway(() -> Math.toIntExact(keys.takeRequests(keyId, wanted, clock.instant())));
    }

    @Override
    public void giveBack(String keyId, int calls) {
        orAway(() -> {
            keys.returnRequests(keyId, calls);
            return null;
        });
    }

    @Override
    public void add(Map<String, KeyUse> uses) {
        Map<String, KeyRepository.Use> noted = new HashMap<>();
        uses.forEach((id, use) ->
                noted.put(
                        id,
                        new KeyRepository.Use(
                                use.calls(), Instant.ofEpochMilli(use.lastMillis()))));
        orAway(() -> {
            keys.noteUses(noted);
            return null;
        });
    }

    private KeyGrant grant(KeyRecord key) {
        List<OwnerRecord> found = ownersOf(key.owner());
        tell(ChangeKind.KEY, key.id(), key.terms(), key.spendSince());
        ModelAccess models = models(key, found);
        Set<String> tags = new LinkedHashSet<>(key.terms().tags());
        String blocked = key.blocked() ? "the key" : null;
        for (OwnerRecord owner : found) {
            tell(owner.kind().change(), owner.id(), owner.terms(), owner.spendSince());
            models = models.within(ModelAccess.of(owner.terms().models()));
            tags.addAll(owner.terms().tags());
            if (blocked == null && (owner.blocked() || owner.deactivatedAt() != null)) {
                blocked = owner.kind().change().code() + " " + owner.id();
            }
        }
        Principal principal =
                new Principal(
                        key.id(),
                        key.alias() == null ? key.id() : key.alias(),
                        false,
                        models,
                        withOrganization(key.owner(), found),
                        teamAlias(found),
                        List.copyOf(tags),
                        key.onDisconnect());
        KeyRecord.Life life = key.life();
        Long most = life.maxRequests();
        return new KeyGrant(
                principal,
                key.display(),
                millis(life.expiresAt()),
                millis(life.revokedAt()),
                blocked,
                most == null ? 0 : most,
                providerKeys(key.owner().projectId()));
    }

    private static @Nullable String teamAlias(List<OwnerRecord> found) {
        for (OwnerRecord owner : found) {
            if (owner.kind() == OwnerKind.TEAM) {
                return owner.alias();
            }
        }
        return null;
    }

    private ProviderKeys providerKeys(@Nullable String projectId) {
        if (projectId == null) {
            return ProviderKeys.NONE;
        }
        List<ProviderKey> found = new ArrayList<>();
        for (CredentialRecord credential : credentials.ofProject(projectId)) {
            String provider = credential.provider();
            if (!credential.blocked()) {
                Opened opened =
                        openedById.compute(
                                credential.id(),
                                (_, now) ->
                                        now != null && now.sealed().equals(credential.sealed())
                                                ? now
                                                : open(credential, provider));
                found.add(opened.key());
            }
        }
        return new ProviderKeys(found);
    }

    private Opened open(CredentialRecord credential, @Nullable String provider) {
        return new Opened(
                credential.sealed(),
                new ProviderKey(
                        provider == null ? DEFAULT_PROVIDER : provider,
                        seal.open(credential.sealed())));
    }

    /** The owners that there are. One that was deleted bounds nothing any more. */
    private List<OwnerRecord> ownersOf(Owner owner) {
        List<OwnerRecord> found = new ArrayList<>();
        OwnerRecord user = add(found, OwnerKind.USER, owner.userId());
        OwnerRecord team = add(found, OwnerKind.TEAM, owner.teamId());
        OwnerRecord project = add(found, OwnerKind.PROJECT, owner.projectId());
        String organization = owner.organizationId();
        for (OwnerRecord member : new OwnerRecord[] {team, project, user}) {
            if (organization == null && member != null) {
                organization = member.attributes().get("organization_id");
            }
        }
        add(found, OwnerKind.ORGANIZATION, organization);
        return found;
    }

    private @Nullable OwnerRecord add(
            List<OwnerRecord> found, OwnerKind kind, @Nullable String id) {
        OwnerRecord owner = id == null ? null : owners.find(kind, id);
        if (owner != null) {
            found.add(owner);
        }
        return owner;
    }

    private static Owner withOrganization(Owner owner, List<OwnerRecord> found) {
        for (OwnerRecord one : found) {
            if (one.kind() == OwnerKind.ORGANIZATION) {
                return new Owner(owner.userId(), owner.teamId(), one.id(), owner.projectId());
            }
        }
        return owner;
    }

    /** The key's own bound; one that points to its team has none of its own. */
    private static ModelAccess models(KeyRecord key, List<OwnerRecord> found) {
        List<String> names = key.terms().models();
        boolean hasTeam = found.stream().anyMatch(owner -> owner.kind() == OwnerKind.TEAM);
        return hasTeam && names.contains(MODELS_OF_TEAM) ? ModelAccess.ALL : ModelAccess.of(names);
    }

    private void tell(ChangeKind kind, String id, AccountTerms own, Instant spendSince) {
        String budgetId = own.budgetId();
        BudgetRecord shared = budgetId == null ? null : budgets.find(budgetId);
        terms.onTerms(kind, id, shared == null ? own : own.or(shared), spendSince);
    }

    private static long millis(@Nullable Instant instant) {
        return instant == null ? KeyGrant.NEVER : instant.toEpochMilli();
    }

    private static <T extends @Nullable Object> T orAway(Supplier<T> question) {
        try {
            return question.get();
        } catch (StoreException e) {
            if (e.reason() == StoreException.Reason.UNAVAILABLE
                    || e.reason() == StoreException.Reason.TIMED_OUT) {
                throw new GatewayException(
                        ErrorCode.DATABASE_UNAVAILABLE,
                        "the API key cannot be looked up at the moment, because the database is"
                                + " away");
            }
            throw e;
        }
    }
}
