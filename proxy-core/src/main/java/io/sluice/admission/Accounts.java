package io.sluice.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All accounts of the process, by kind and id. Safe for any thread, lock-free; a look-up allocates
 * nothing.
 *
 * <p>An account is made when it is first given terms and stays, so that a change of the
 * configuration finds its counts. End-users are the exception: callers make up their names. Where
 * there are terms for unknown ones, an account is made at the first call, so that calls at the same
 * time share it; there are at most {@link #MAX_END_USERS} of these, those who come when it is full
 * share one, and {@link #sweep} gives up those of whom nothing counts any more.
 */
public final class Accounts {

    /** The most end-users that have an account without terms of their own. */
    public static final int MAX_END_USERS = 50_000;

    private static final int MAX_ID_CHARACTERS = 256;

    private final List<ConcurrentHashMap<String, Account>> byKind = new ArrayList<>();
    private final Account gateway;
    private final Account otherEndUsers;
    private final AtomicInteger strangers = new AtomicInteger();
    private final int maxEndUsers;
    private final @Nullable RateSharing sharing;
    private volatile Terms endUserTerms = Terms.NONE;
    private volatile Map<String, Terms> tagTerms = Map.of();
    private volatile boolean isRestored = true;

    /** The accounts of a process whose rate limits are its own. */
    public Accounts() {
        this(MAX_END_USERS, null);
    }

    /**
     * The accounts of one of several processes.
     *
     * @param sharing of their rate limits; {@code null} where each process has its own
     */
    public Accounts(@Nullable RateSharing sharing) {
        this(MAX_END_USERS, sharing);
    }

    Accounts(int maxEndUsers) {
        this(maxEndUsers, null);
    }

    private Accounts(int maxEndUsers, @Nullable RateSharing sharing) {
        this.maxEndUsers = maxEndUsers;
        this.sharing = sharing;
        gateway = new Account(AccountKind.GATEWAY, "", false, sharing);
        otherEndUsers = new Account(AccountKind.END_USER, "(others)", true, sharing);
        for (AccountKind _ : AccountKind.values()) {
            byKind.add(new ConcurrentHashMap<>());
        }
    }

    /** The account of the whole gateway. */
    public Account gateway() {
        return gateway;
    }

    /** The account of that id, or {@code null} if nothing bounds it. */
    public @Nullable Account find(AccountKind kind, @Nullable String id) {
        return id == null ? null : accounts(kind).get(id);
    }

    /** Gives an account its terms, from the next call on; makes it where there is none. */
    public Account setTerms(AccountKind kind, String id, Terms terms, long nowNanos) {
        if (kind == AccountKind.GATEWAY) {
            gateway.setTerms(terms, nowNanos);
            return gateway;
        }
        return accounts(kind)
                .compute(
                        id,
                        (name, now) -> {
                            Account account = settled(kind, name, now);
                            account.setTerms(terms.or(fallback(kind, name)), nowNanos);
                            return account;
                        });
    }

    /** What counts where an account's own terms say nothing. */
    private Terms fallback(AccountKind kind, String id) {
        return switch (kind) {
            case END_USER -> endUserTerms;
            case TAG -> tagTerms.getOrDefault(id, Terms.NONE);
            default -> Terms.NONE;
        };
    }

    /** An account that stays: one that a call has made becomes one. */
    private Account settled(AccountKind kind, String id, @Nullable Account now) {
        if (now == null || now.isRetired()) {
            return new Account(kind, id, false, sharing);
        }
        if (now.isStranger()) {
            now.setStranger(false);
            strangers.decrementAndGet();
        }
        return now;
    }

    /**
     * Takes an account's own terms away. Those remain that all end-users have, and those that
     * {@link #setTagTerms} has said.
     */
    public void forget(AccountKind kind, String id, long nowNanos) {
        accounts(kind)
                .computeIfPresent(
                        id,
                        (_, now) -> {
                            boolean isEndUser = kind == AccountKind.END_USER;
                            now.setTerms(fallback(kind, now.id()), nowNanos);
                            if (isEndUser && !now.isStranger()) {
                                now.setStranger(true);
                                strangers.incrementAndGet();
                            }
                            return now;
                        });
    }

    /**
     * What end-users may use who have no terms of their own. Walks over all of them: not for an
     * event loop.
     */
    public void setEndUserTerms(Terms terms, long nowNanos) {
        endUserTerms = terms;
        otherEndUsers.setTerms(terms, nowNanos);
        accounts(AccountKind.END_USER).values().stream()
                .filter(Account::isStranger)
                .forEach(account -> account.setTerms(terms, nowNanos));
    }

    /** What end-users may use who have no terms of their own. */
    public Terms endUserTerms() {
        return endUserTerms;
    }

    /**
     * What tags may use that have no terms of their own; those that are not among them may use
     * everything. Own terms have to be given again afterwards.
     */
    public void setTagTerms(Map<String, Terms> named, long nowNanos) {
        Map<String, Terms> before = tagTerms;
        tagTerms = Map.copyOf(named);
        for (String gone : before.keySet()) {
            Account account = accounts(AccountKind.TAG).get(gone);
            if (account != null && !named.containsKey(gone)) {
                account.setTerms(Terms.NONE, nowNanos);
            }
        }
        named.forEach((tag, terms) ->
                accounts(AccountKind.TAG)
                        .computeIfAbsent(
                                tag, name -> new Account(AccountKind.TAG, name, false, sharing))
                        .setTerms(terms, nowNanos));
    }

    /** The account of an end-user, made where it is needed; {@code null} if nothing bounds it. */
    public @Nullable Account endUser(@Nullable String id, long nowNanos) {
        if (id == null) {
            return null;
        }
        Account known = accounts(AccountKind.END_USER).get(id);
        if (known != null && !known.isRetired()) {
            return known;
        }
        Terms terms = endUserTerms;
        return terms.isEmpty() ? null : newEndUser(id, terms, nowNanos);
    }

    private Account newEndUser(String id, Terms terms, long nowNanos) {
        if (id.length() > MAX_ID_CHARACTERS || strangers.get() >= maxEndUsers) {
            return otherEndUsers;
        }
        return accounts(AccountKind.END_USER)
                .compute(
                        id,
                        (name, now) -> {
                            if (now != null && !now.isRetired()) {
                                return now;
                            }
                            Account made = new Account(AccountKind.END_USER, name, true, sharing);
                            made.setTerms(terms, nowNanos);
                            strangers.incrementAndGet();
                            return made;
                        });
    }

    /**
     * Gives up end-users without a call, of whom nothing counts any more. Walks over all of them:
     * not for an event loop.
     */
    public void sweep(long nowNanos, long nowMillis) {
        accounts(AccountKind.END_USER)
                .values()
                .removeIf(account -> {
                    boolean isGone = account.isStranger() && account.retire(nowNanos, nowMillis);
                    if (isGone) {
                        strangers.decrementAndGet();
                    }
                    return isGone;
                });
    }

    /**
     * Adds to every budget what was spent before this process began. May block; to be called before
     * the first call is admitted. An account that comes later has {@link Account#restore} of its
     * own.
     */
    public void restore(SpendSource source, long nowMillis) {
        gateway.restore(source, nowMillis);
        for (ConcurrentHashMap<String, Account> accounts : byKind) {
            accounts.values().forEach(account -> account.restore(source, nowMillis));
        }
        isRestored = true;
    }

    /**
     * What was spent before this process began is not known yet: until {@link #restore}, calls
     * under a hard budget are refused.
     */
    public void awaitRestore() {
        isRestored = false;
    }

    boolean isRestored() {
        return isRestored;
    }

    /** All accounts of a kind that were given terms. */
    public List<Account> all(AccountKind kind) {
        return kind == AccountKind.GATEWAY
                ? List.of(gateway)
                : List.copyOf(accounts(kind).values());
    }

    // The list lives as long as the enum it is made from, and is never stored.
    @SuppressWarnings("EnumOrdinal")
    private ConcurrentHashMap<String, Account> accounts(AccountKind kind) {
        return byKind.get(kind.ordinal());
    }
}
