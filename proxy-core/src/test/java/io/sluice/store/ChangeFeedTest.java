package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.PostgresFixture;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeFeedTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Samples.NOW);
    private static final long DEADLINE_SECONDS = 30;

    @TempDir private Path folder;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final StoreListener listener =
            new StoreListener() {
                @Override
                public void onChangeFeedLost(StoreException failure) {
                    events.add("lost");
                }

                @Override
                public void onChangeFeedReady() {
                    events.add("ready");
                }
            };

    @Test
    void hearsWhatAnotherProcessChanged_alsoWhileItWasDeaf() throws Exception {
        String url = PostgresFixture.newDatabaseUrl();
        ChangeLog own = new ChangeLog(CLOCK);
        own.subscribe((kind, id) -> heard.add(kind + " " + id));
        try (Database here = Engines.open(url, folder);
                Database there = Engines.open(url, folder)) {
            here.schema().migrate();
            BudgetRepository others = new BudgetRepository(there.admin(), new ChangeLog(CLOCK));
            try (ChangeFeed feed = ChangeFeed.start(here, own, listener)) {
                awaitEvent("ready");
                heard.clear();

                others.insert(Samples.budget("one"));
                assertThat(heard.poll(DEADLINE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("BUDGET one");

                Rows.execute(
                        there,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE datname = current_database()"
                                + " AND query LIKE 'SELECT kind, version%'"
                                + " AND pid <> pg_backend_pid()");
                others.insert(Samples.budget("two"));
                assertThat(heard.poll(DEADLINE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("BUDGET two");
                awaitEvent("lost");
                awaitEvent("ready");

                Rows.execute(there, "UPDATE versions SET version = version + 5000"
                        + " WHERE kind = 'key'");
                others.insert(Samples.budget("three"));
                assertThat(heard.poll(DEADLINE_SECONDS, TimeUnit.SECONDS))
                        .isIn("KEY null", "BUDGET three");
                assertThat(heard.poll(DEADLINE_SECONDS, TimeUnit.SECONDS))
                        .isIn("KEY null", "BUDGET three");
                assertThat(feed).isNotNull();
            }
        }
    }

    @Test
    void hasNoThread_onSqlite() {
        ChangeLog own = new ChangeLog(CLOCK);
        own.subscribe((kind, id) -> heard.add(kind + " " + id));
        try (Database database = Engines.SQLITE.migrated(folder);
                ChangeFeed feed = ChangeFeed.start(database, own, listener)) {
            new BudgetRepository(database.admin(), own).insert(Samples.budget("one"));

            assertThat(heard).containsExactly("BUDGET one");
            assertThat(events).isEmpty();
            assertThat(feed).isNotNull();
        }
    }

    private void awaitEvent(String event) throws InterruptedException {
        assertThat(events.poll(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(event);
    }
}
