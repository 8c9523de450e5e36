package io.sluice.transport;

import io.sluice.admission.Account;
import io.sluice.admission.BudgetLeases;
import io.sluice.admission.BudgetSlice;
import io.sluice.admission.BudgetTerms;
import io.sluice.admission.SpendSource;
import io.sluice.store.BudgetShare;
import io.sluice.store.LeaseGrant;
import io.sluice.store.LeaseRepository;
import io.sluice.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes slices of hard budgets from the database, for a gateway that shares it with others.
 *
 * <p>{@link #onWanted} is for event loops and allocates a note for each budget that wants more; all
 * else blocks, and is safe for any thread but them.
 */
final class DatabaseLeases implements BudgetLeases {

    /*
     * Loops note what is wanted in a map, where equal wishes are one; a worker that is started by
     * the first of them asks the database for each in turn, and looks again until the map is empty.
     * What could not be asked for is asked for again at the next tick. All that the workers keep is
     * under one lock, which no loop ever takes.
     *
     * A slice is granted as a bound for what this process has spent and holds in the window, all
     * together: what it had spent when the lease began, and what was granted since. The time of the
     * expiry is taken before the database is asked, so that the slice never outlives the lease.
     */

    /** How long a process that is cut off from the database may go on. */
    static final Duration TERM = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseLeases.class);
    private static final Duration RENEWAL = Duration.ofMinutes(2);
    private static final Duration AHEAD = Duration.ofSeconds(30);
    private static final Duration SECOND_LOOK = Duration.ofSeconds(1);
    private static final int MAX_WISHES = 10_000;

    /** What is kept for the next call, as a part of the whole budget: the least slice. */
    private static final int KEPT_SHARE = 100;

    private final LeaseRepository leases;
    private final SpendSource spend;
    private final String owner;
    private final Executor workers;
    private final InstantSource clock;
    private final Duration idle;
    private final ConcurrentHashMap<Wish, Long> wishes = new ConcurrentHashMap<>();
    private final AtomicBoolean isServing = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Wish, Held> held = new HashMap<>();
    private volatile boolean isOpen;
    private volatile boolean isAway;
    private long renewedMillis;

    /** Which window of which budget. */
    private record Wish(Account account, BudgetTerms terms, long startMillis) {

        /** A change of the terms changes no lease; what tells budgets apart does. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Wish wish
                    && account == wish.account
                    && startMillis == wish.startMillis
                    && terms.name().equals(wish.terms.name())
                    && terms.currency().code().equals(wish.terms.currency().code());
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(account) + Long.hashCode(startMillis);
        }
    }

    /**
     * A lease.
     *
     * @param slice what the account was told of it
     * @param askedMillis when the database was asked last
     * @param usedPicos what was used of it when this was looked at last
     * @param usedMillis since when it is as much
     */
    private record Held(
            LeaseRepository.Name name,
            BudgetSlice slice,
            long askedMillis,
            long usedPicos,
            long usedMillis) {

        Held(LeaseRepository.Name name, BudgetSlice slice, long askedMillis) {
            this(name, slice, askedMillis, -1, askedMillis);
        }

        Held with(BudgetSlice other) {
            return new Held(name, other, askedMillis, usedPicos, usedMillis);
        }

        Held used(long picos, long nowMillis) {
            return picos == usedPicos ? this : new Held(name, slice, askedMillis, picos, nowMillis);
        }

        /** The slice with another bound, which asks for more with the next hold. */
        BudgetSlice until(long grantedPicos, long lowPicos) {
            return new BudgetSlice(
                    slice.epoch(),
                    slice.windowStartMillis(),
                    grantedPicos,
                    lowPicos,
                    slice.expiresMillis());
        }

        Held until(long expiresMillis) {
            return with(
                    new BudgetSlice(
                            slice.epoch(),
                            slice.windowStartMillis(),
                            slice.grantedPicos(),
                            slice.lowPicos(),
                            expiresMillis));
        }
    }

    /**
     * The leases of one process; grants nothing before {@link #open}.
     *
     * @param spend says what was spent in windows of which nobody has a lease yet
     * @param owner the id of this process's ledger
     * @param idle how long nothing of a slice is used before it is given back
     */
    DatabaseLeases(
            LeaseRepository leases,
            SpendSource spend,
            String owner,
            Executor workers,
            InstantSource clock,
            Duration idle) {
        this.leases = leases;
        this.spend = spend;
        this.owner = owner;
        this.workers = workers;
        this.clock = clock;
        this.idle = idle;
        this.renewedMillis = clock.millis();
    }

    /**
     * Begins: what an earlier process of this state folder had left of its leases goes back.
     * Without effect when it has begun. To be called when the database has all rows of the ledger.
     *
     * @throws StoreException if the database is away
     */
    void open() {
        if (!isOpen) {
            leases.settle(owner);
            isOpen = true;
        }
    }

    /**
     * Takes first slices for an account, so that its first call finds them. Where the database is
     * away, its calls will ask.
     */
    void prepare(Account account) {
        long nowMillis = clock.millis();
        for (BudgetTerms terms : account.terms().budgets()) {
            if (terms.isHard() && isOpen) {
                long start = account.spendStartMillis(terms, nowMillis);
                onWanted(account, terms, start, 0);
            }
        }
        serve();
    }

    @Override
    public void onWanted(
            Account account, BudgetTerms terms, long windowStartMillis, long wantedPicos) {
        if (wishes.size() < MAX_WISHES) {
            wishes.merge(new Wish(account, terms, windowStartMillis), wantedPicos, Math::max);
        }
        if (isOpen && !isAway && isServing.compareAndSet(false, true)) {
            try {
                workers.execute(this::serveAll);
            } catch (RejectedExecutionException _) {
                // The gateway stops.
            }
        }
    }

    /** Renews what is due, prepares windows that begin soon, and asks for what is still wanted. */
    void tick() {
        if (!isOpen || !lock.tryLock()) {
            return;
        }
        try {
            long nowMillis = clock.millis();
            if (nowMillis - renewedMillis >= RENEWAL.toMillis()) {
                renew(nowMillis);
            }
            lookAhead(nowMillis);
            giveBackIdle(nowMillis);
            isAway = false;
        } catch (StoreException e) {
            onAway(e);
        } finally {
            lock.unlock();
        }
        serve();
    }

    /**
     * Ends: gives back what is unspent.
     *
     * @param isWritten whether the database has all rows of the ledger; else everything stays taken
     *     until this state folder is opened again
     */
    void close(boolean isWritten) {
        boolean wasOpen = isOpen;
        isOpen = false;
        lock.lock();
        try {
            if (wasOpen && isWritten) {
                leases.settle(owner);
            }
        } catch (StoreException e) {
            LOG.warn("slices of budgets stay taken until the next start: {}", e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private void serveAll() {
        do {
            serve();
            isServing.set(false);
        } while (!wishes.isEmpty() && !isAway && isOpen && isServing.compareAndSet(false, true));
    }

    private void serve() {
        lock.lock();
        try {
            for (Wish wish : Set.copyOf(wishes.keySet())) {
                Long wanted = wishes.remove(wish);
                if (wanted != null && isOpen && !serve(wish, wanted)) {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the database is there. */
    private boolean serve(Wish wish, long wantedPicos) {
        try {
            ask(wish, wantedPicos);
            isAway = false;
            return true;
        } catch (StoreException e) {
            wishes.merge(wish, wantedPicos, Math::max);
            onAway(e);
            return false;
        }
    }

    private void onAway(StoreException e) {
        if (!isAway) {
            LOG.warn("hard budgets end with the slices that were taken: {}", e.getMessage());
        }
        isAway = true;
    }

    private void ask(Wish wish, long wantedPicos) {
        Held now = held.get(wish);
        long nowMillis = clock.millis();
        long end = wish.terms.window().endMillis(wish.startMillis);
        if (end <= nowMillis || !isWorthAsking(now, wantedPicos, nowMillis)) {
            return;
        }
        BudgetShare share = share(wish, end);
        long before =
                now != null ? 0 : spend.spentPicos(wish.account, wish.terms, wish.startMillis, end);
        long most = now == null ? spentPicos(wish, nowMillis) : now.slice.grantedPicos();
        long expires = nowMillis + TERM.toMillis();
        LeaseGrant grant =
                leases.grant(
                        owner,
                        share,
                        now == null ? -1 : now.slice.epoch(),
                        Math.max(0, wantedPicos - most),
                        before,
                        nowMillis,
                        expires);
        long from = grant.isNew() ? spentPicos(wish, nowMillis) : most;
        long granted = from + grant.addedPicos();
        long low =
                grant.leftPicos() == 0
                        ? BudgetSlice.NOTHING_LEFT
                        : granted - grant.addedPicos() / 4;
        BudgetSlice slice = new BudgetSlice(grant.epoch(), wish.startMillis, granted, low, expires);
        held.put(wish, new Held(LeaseRepository.Name.of(share), slice, nowMillis));
        wish.account.grant(wish.terms, slice);
    }

    /** Where nothing was left, others may have given something back since. */
    private static boolean isWorthAsking(@Nullable Held now, long wantedPicos, long nowMillis) {
        if (now == null) {
            return true;
        }
        boolean isExpired = nowMillis >= now.slice.expiresMillis();
        if (now.slice.lowPicos() == BudgetSlice.NOTHING_LEFT && !isExpired) {
            return wantedPicos > now.slice.grantedPicos()
                    && nowMillis - now.askedMillis >= SECOND_LOOK.toMillis();
        }
        return isExpired || wantedPicos >= now.slice.lowPicos();
    }

    private static BudgetShare share(Wish wish, long endMillis) {
        return new BudgetShare(
                StoredTerms.dimensionOf(wish.account.kind()),
                wish.account.id(),
                wish.terms.name(),
                wish.terms.currency(),
                wish.startMillis,
                endMillis,
                wish.terms.amountPicos());
    }

    private static long spentPicos(Wish wish, long nowMillis) {
        boolean isBegun = wish.startMillis == wish.account.spendStartMillis(wish.terms, nowMillis);
        return isBegun ? wish.account.spentPicos(wish.terms, nowMillis) : 0;
    }

    private void renew(long nowMillis) {
        long expires = nowMillis + TERM.toMillis();
        Set<LeaseRepository.Held> still = leases.renew(owner, nowMillis, expires);
        renewedMillis = nowMillis;
        held.keySet()
                .removeIf(wish -> wish.terms.window().endMillis(wish.startMillis) <= nowMillis);
        held.replaceAll((wish, lease) -> {
            boolean isOurs =
                    still.contains(new LeaseRepository.Held(lease.name, lease.slice.epoch()));
            Held renewed = isOurs ? lease.until(expires) : lease;
            wish.account.grant(wish.terms, renewed.slice);
            return renewed;
        });
    }

    /** Gives back what of slices lies unused, but a little, which the next call finds. */
    private void giveBackIdle(long nowMillis) {
        for (Map.Entry<Wish, Held> entry : List.copyOf(held.entrySet())) {
            Wish wish = entry.getKey();
            boolean isNow =
                    wish.startMillis == wish.account.spendStartMillis(wish.terms, nowMillis);
            if (!isNow) {
                continue;
            }
            Held now =
                    entry.getValue().used(wish.account.usedPicos(wish.terms, nowMillis), nowMillis);
            held.put(wish, now);
            long keep = now.usedPicos + wish.terms.amountPicos() / KEPT_SHARE;
            boolean isIdle = nowMillis - now.usedMillis >= idle.toMillis();
            if (isIdle
                    && now.slice.grantedPicos() > keep
                    && nowMillis < now.slice.expiresMillis()) {
                giveBack(wish, now, keep, nowMillis);
            }
        }
    }

    /** First this process may not spend it, then it is not its own; see {@code Budget}. */
    private void giveBack(Wish wish, Held now, long keepPicos, long nowMillis) {
        wish.account.grant(wish.terms, now.until(keepPicos, now.usedPicos));
        long kept = Math.max(keepPicos, wish.account.usedPicos(wish.terms, nowMillis));
        BudgetSlice smaller = now.until(kept, now.usedPicos);
        wish.account.grant(wish.terms, smaller);
        long returned = now.slice.grantedPicos() - kept;
        if (returned <= 0) {
            wish.account.grant(wish.terms, now.slice);
            return;
        }
        leases.giveBack(owner, now.name, now.slice.epoch(), returned);
        held.put(
                wish,
                now.with(smaller).used(wish.account.usedPicos(wish.terms, nowMillis), nowMillis));
    }

    /** The first calls of a window find its slices, where there were calls in the one before. */
    private void lookAhead(long nowMillis) {
        for (Wish wish : List.copyOf(held.keySet())) {
            long next = wish.terms.window().endMillis(wish.startMillis);
            boolean isNear = next - nowMillis > 0 && next - nowMillis <= AHEAD.toMillis();
            if (isNear && wish.account.terms().budgets().contains(wish.terms)) {
                Wish following = new Wish(wish.account, wish.terms, next);
                if (!held.containsKey(following)
                        && wish.account.spentPicos(wish.terms, nowMillis) > 0) {
                    ask(following, 0);
                }
            }
        }
    }
}
