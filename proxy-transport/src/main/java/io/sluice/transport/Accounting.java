package io.sluice.transport;

import io.netty.util.concurrent.Ticker;
import io.sluice.admission.AccountKind;
import io.sluice.admission.Accounts;
import io.sluice.admission.BudgetLeases;
import io.sluice.admission.FileTerms;
import io.sluice.auth.KeyDigests;
import io.sluice.auth.KeyGrant;
import io.sluice.auth.KeyLimits;
import io.sluice.auth.Keys;
import io.sluice.auth.NewKeys;
import io.sluice.auth.Owner;
import io.sluice.auth.Principal;
import io.sluice.auth.RequestCounts;
import io.sluice.auth.SaltKey;
import io.sluice.auth.SealedText;
import io.sluice.config.BudgetEntry;
import io.sluice.config.PriceSettings;
import io.sluice.config.Secret;
import io.sluice.config.Settings;
import io.sluice.error.GatewayException;
import io.sluice.ledger.SettlementSink;
import io.sluice.store.BudgetRepository;
import io.sluice.store.ChangeFeed;
import io.sluice.store.ChangeKind;
import io.sluice.store.ChangeLog;
import io.sluice.store.CredentialRepository;
import io.sluice.store.Database;
import io.sluice.store.DatabaseSink;
import io.sluice.store.HealthRepository;
import io.sluice.store.KeyRepository;
import io.sluice.store.LeaseRepository;
import io.sluice.store.Maintenance;
import io.sluice.store.OwnerRepository;
import io.sluice.store.ResponseRepository;
import io.sluice.store.Retention;
import io.sluice.store.SpendRepository;
import io.sluice.store.StoreException;
import io.sluice.store.StoredKeys;
import io.sluice.telemetry.Metric;
import io.sluice.telemetry.MetricsReader;
import io.sluice.transport.admin.AdminRoute;
import io.sluice.transport.exchange.ResponseStore;
import io.sluice.transport.management.Books;
import io.sluice.transport.management.BudgetRoutes;
import io.sluice.transport.management.EndUserRoutes;
import io.sluice.transport.management.ExpiredKeys;
import io.sluice.transport.management.KeyRoutes;
import io.sluice.transport.management.LeaseRoutes;
import io.sluice.transport.management.OwnerRoutes;
import io.sluice.transport.management.ProjectRoutes;
import io.sluice.transport.management.SpendRoutes;
import io.sluice.transport.management.Spending;
import io.sluice.transport.management.TagRoutes;
import io.sluice.transport.management.TodayRoutes;
import io.sluice.transport.management.TokenRoutes;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateway keeps of keys and money: the database, the keys it knows, their counts. Opened
 * before the listeners and closed behind them.
 *
 * <p>Safe for any thread.
 */
final class Accounting implements AutoCloseable {

    /*
     * A database that is away does not keep the gateway from starting: the keys of the file are
     * served, and the schema is looked at again until it is there. One that answers and has the
     * wrong schema does.
     */

    private static final Logger LOG = LoggerFactory.getLogger(Accounting.class);
    private static final Duration FLUSH = Duration.ofSeconds(5);
    private static final Duration CLEAN_UP = Duration.ofHours(1);
    private static final Duration MIGRATION_RETRY = Duration.ofSeconds(2);
    private static final Duration RESTORE_RETRY = Duration.ofSeconds(1);
    private static final Duration LEASE_TICK = Duration.ofSeconds(1);
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Database database;
    private final Accounts accounts;
    private final InstantSource clock;
    private final StoredTerms terms;
    private final StoredAccounts endUsersAndTags;
    private final PriceSettings prices;
    private final Duration leaseIdle;
    private final StoreLog log = new StoreLog();
    private final SettlementSink sink;
    private final Maintenance maintenance;
    private final ChangeLog changes;
    private final SealedText seal;
    private final Keys keys;
    private final RequestCounts counts;
    private final Books books;
    private final StoredKeys stored;
    private final ExpiredKeys expired;
    private final DatabaseResponses responses;
    private final ExecutorService workers;
    private final ScheduledExecutorService clockwork;
    private volatile boolean isReady;
    private volatile @Nullable ChangeFeed feed;
    private volatile @Nullable DatabaseLeases leases;

    private Accounting(
            Settings settings,
            Database database,
            Secret saltKey,
            ExecutorService workers,
            InstantSource clock,
            Accounts accounts) {
        SecureRandom random = new SecureRandom();
        this.database = database;
        this.workers = workers;
        this.accounts = accounts;
        this.clock = clock;
        prices = settings.prices();
        leaseIdle = settings.database().leaseIdle();
        terms =
                new StoredTerms(
                        accounts,
                        new SpendRepository(database.data()),
                        settings.budgets().defaultMode(),
                        prices,
                        clock);
        Retention retention = new Retention(settings.database().retention());
        sink = new DatabaseSink(database, retention, log, clock);
        maintenance = new Maintenance(database, retention, log, clock);
        changes = new ChangeLog(clock);
        endUsersAndTags =
                new StoredAccounts(
                        accounts,
                        new OwnerRepository(database.data(), changes),
                        new BudgetRepository(database.data(), changes),
                        new SpendRepository(database.data()),
                        terms,
                        FileTerms.endUserTerms(settings),
                        settings.accounts().endUserBudgetId(),
                        clock);
        KeyDigests digests = new KeyDigests(saltKey);
        seal = SealedText.of(settings.database().encryptionKey(), saltKey, random);
        KeyRepository ofCalls = new KeyRepository(database.data(), changes);
        stored =
                new StoredKeys(
                        ofCalls,
                        new OwnerRepository(database.data(), changes),
                        new BudgetRepository(database.data(), changes),
                        digests,
                        clock,
                        terms,
                        new CredentialRepository(database.data(), changes),
                        seal);
        keys =
                new Keys(
                        stored,
                        workers,
                        clock,
                        KeyLimits.DEFAULT.withStale(settings.database().serveStale()));
        counts = new RequestCounts(stored, workers);
        changes.subscribe(this::onChange);
        KeyRepository ofPeople = new KeyRepository(database.admin(), changes);
        books =
                new Books(
                        ofPeople,
                        new OwnerRepository(database.admin(), changes),
                        new BudgetRepository(database.admin(), changes),
                        new CredentialRepository(database.admin(), changes),
                        digests,
                        new NewKeys(random, clock),
                        seal,
                        counts,
                        clock);
        expired = new ExpiredKeys(ofPeople, clock, settings.database().keepExpiredKeys());
        responses = new DatabaseResponses(new ResponseRepository(database.data()), workers, clock);
        clockwork =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("accounting").factory());
    }

    /**
     * Opens the books.
     *
     * @param workers run what blocks
     * @param accounts are given what they may use and spend, before the calls they are for
     * @throws IOException if the state folder or the database cannot be used as they are; the
     *     message says what to do
     */
    static Accounting open(
            Settings settings, ExecutorService workers, InstantSource clock, Accounts accounts)
            throws IOException {
        Secret saltKey = SaltKey.find(settings.database(), settings.stateDir(), new SecureRandom());
        Database database;
        try {
            database = Database.open(settings.database(), settings.stateDir());
        } catch (StoreException e) {
            throw new IOException(e.getMessage(), e);
        }
        Accounting opened;
        try {
            opened = new Accounting(settings, database, saltKey, workers, clock, accounts);
        } catch (StoreException | IllegalArgumentException e) {
            database.close();
            throw new IOException(e.getMessage(), e);
        }
        try {
            opened.begin();
            return opened;
        } catch (StoreException e) {
            opened.close();
            throw new IOException(e.getMessage(), e);
        }
    }

    private void begin() {
        if (!migrate()) {
            LOG.warn(
                    "{} is away: the keys of the file are served, others when it is back",
                    database.describe());
        }
        feed = ChangeFeed.start(database, changes, log);
        every(FLUSH, this::flush);
        every(CLEAN_UP, this::cleanUp);
        every(LEASE_TICK, endUsersAndTags::tick);
        every(LEASE_TICK, responses::tick);
        every(SWEEP, () -> accounts.sweep(Ticker.systemTicker().nanoTime(), clock.millis()));
    }

    /** Remembers stored responses. */
    ResponseStore responses() {
        return responses;
    }

    /** What makes texts unreadable for whoever has not the gateway's keys. */
    SealedText seal() {
        return seal;
    }

    /** Takes the ledger's rows. */
    SettlementSink sink() {
        return sink;
    }

    /**
     * Adds to every budget what was spent before this process began: now, or where the database is
     * away or behind, when it is there. Until then calls under hard budgets are refused.
     *
     * @param isWritten waits, bounded, until the database has all rows of the ledger, and says
     *     whether it has
     */
    void restoreSpend(BooleanSupplier isWritten) {
        accounts.awaitRestore();
        if (isReady) {
            tryRestore(isWritten);
        } else {
            restoreLater(isWritten);
        }
    }

    private void tryRestore(BooleanSupplier isWritten) {
        try {
            if (isReady && isWritten.getAsBoolean()) {
                openLeases();
                return;
            }
        } catch (StoreException e) {
            LOG.warn("what was spent so far is read later: {}", e.getMessage());
        }
        restoreLater(isWritten);
    }

    private void openLeases() {
        endUsersAndTags.open();
        DatabaseLeases lent = leases;
        if (lent == null) {
            accounts.restore(terms, clock.millis());
            return;
        }
        lent.open();
        accounts.restore(terms, clock.millis());
        for (AccountKind kind : AccountKind.values()) {
            accounts.all(kind).forEach(lent::prepare);
        }
    }

    /**
     * Divides hard budgets with the other gateways on the same database. To be called before {@link
     * #restoreSpend}.
     *
     * @param owner the id of the ledger whose rows go into this database
     * @return {@code null} where nobody else can be on it
     */
    @Nullable BudgetLeases share(String owner) {
        if (!database.isShared()) {
            return null;
        }
        DatabaseLeases lent =
                new DatabaseLeases(
                        new LeaseRepository(database.data()),
                        terms,
                        owner,
                        workers,
                        clock,
                        leaseIdle);
        leases = lent;
        terms.setListener(lent::prepare);
        every(LEASE_TICK, lent::tick);
        return lent;
    }

    private void restoreLater(BooleanSupplier isWritten) {
        if (!clockwork.isShutdown()) {
            clockwork.schedule(
                    () -> inBackground(() -> tryRestore(isWritten)),
                    RESTORE_RETRY.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    Keys keys() {
        return keys;
    }

    /** Whoever holds the stored key of that id or alias, {@code null} if nobody does. */
    @Nullable Principal findCaller(String name) {
        KeyGrant grant = stored.findNamed(name);
        return grant == null ? null : grant.principal();
    }

    /** Where a process keeps the health of its targets; keeps nothing while the store is away. */
    HealthKeeper.Shelf healthShelf(String process) {
        return new HealthShelf(new HealthRepository(database.admin()), process, clock);
    }

    RequestCounts counts() {
        return counts;
    }

    /**
     * What the administrator may ask of it.
     *
     * @param budget the gateway's own
     */
    List<AdminRoute> routes(Supplier<@Nullable BudgetEntry> budget) {
        SpendRepository spend = new SpendRepository(database.admin());
        Spending spending = Spending.of(spend, prices);
        List<AdminRoute> routes = new ArrayList<>();
        routes.addAll(expired.routes());
        routes.addAll(new KeyRoutes(books, spending).routes());
        routes.addAll(new SpendRoutes(books, spend).routes());
        routes.addAll(new TodayRoutes(books, spending, budget).routes());
        routes.addAll(new BudgetRoutes(books).routes());
        routes.addAll(new LeaseRoutes(new LeaseRepository(database.admin()), clock).routes());
        routes.addAll(OwnerRoutes.all(books));
        routes.addAll(new EndUserRoutes(books, spending).routes());
        routes.addAll(new TagRoutes(books, spending).routes());
        routes.addAll(new ProjectRoutes(books).routes());
        routes.addAll(new TokenRoutes(books).routes());
        return routes;
    }

    /** Passes its numbers on. */
    void readMetrics(MetricsReader reader) {
        long failed = keys.failureCount();
        reader.onValue(Metric.DATABASE_UP, List.of(), keys.isDatabaseAway() ? 0 : 1);
        reader.onValue(Metric.KEYS_KNOWN, List.of(), keys.size());
        reader.onValue(Metric.KEY_LOOKUPS, List.of("answered"), keys.loadCount() - failed);
        reader.onValue(Metric.KEY_LOOKUPS, List.of("failed"), failed);
        reader.onValue(Metric.EXPIRED_KEYS_REMOVED, List.of(), expired.removedCount());
    }

    /** Whether the schema is there; {@code false} if the database is away. */
    private boolean migrate() {
        try {
            int steps = database.schema().migrate();
            LOG.atInfo().addKeyValue("steps", steps).log("{} is ready", database.describe());
            maintenance.start();
            isReady = true;
            return true;
        } catch (StoreException e) {
            if (e.reason() != StoreException.Reason.UNAVAILABLE) {
                throw e;
            }
            clockwork.schedule(
                    () -> inBackground(this::migrateLater),
                    MIGRATION_RETRY.toMillis(),
                    TimeUnit.MILLISECONDS);
            return false;
        }
    }

    private void migrateLater() {
        try {
            migrate();
        } catch (StoreException e) {
            LOG.error("the database cannot be used: {}", e.getMessage());
        }
    }

    private void every(Duration period, Runnable work) {
        clockwork.scheduleWithFixedDelay(
                () -> inBackground(work),
                period.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void inBackground(Runnable work) {
        try {
            workers.execute(work);
        } catch (RejectedExecutionException _) {
            // The gateway stops.
        }
    }

    private void flush() {
        try {
            counts.flush();
        } catch (GatewayException | StoreException e) {
            LOG.debug("uses of keys are noted later: {}", e.getMessage());
        }
    }

    private void cleanUp() {
        try {
            expired.cleanUp();
            responses.cleanUp();
        } catch (StoreException e) {
            LOG.warn("expired keys are removed later: {}", e.getMessage());
        }
    }

    private void onChange(ChangeKind kind, @Nullable String id) {
        endUsersAndTags.onChange(kind, id);
        switch (kind) {
            case KEY -> {
                if (id == null) {
                    keys.onAllChanged();
                } else {
                    keys.onKeyChanged(id);
                }
            }
            case USER -> forget(id, owner -> Objects.equals(owner.userId(), id));
            case TEAM -> forget(id, owner -> Objects.equals(owner.teamId(), id));
            case ORGANIZATION -> forget(id, owner -> Objects.equals(owner.organizationId(), id));
            case PROJECT -> forget(id, owner -> Objects.equals(owner.projectId(), id));
            case BUDGET, CREDENTIAL -> keys.onAllChanged();
            default -> {}
        }
    }

    private void forget(@Nullable String id, Predicate<Owner> isOwned) {
        keys.onOwnerChanged(id == null ? _ -> true : isOwned);
    }

    /**
     * Gives back what this process has not spent of hard budgets. To be called when its ledger is
     * closed.
     *
     * @param isWritten whether the database has all rows of the ledger
     */
    void closeLeases(boolean isWritten) {
        DatabaseLeases lent = leases;
        if (lent != null) {
            lent.close(isWritten);
        }
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
        ChangeFeed heard = feed;
        if (heard != null) {
            heard.close();
        }
        flush();
        responses.close();
        database.close();
    }
}
