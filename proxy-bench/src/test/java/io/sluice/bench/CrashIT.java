package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.CrashLoad;
import io.sluice.bench.testing.CrashLoad.Seen;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.LedgerComparison;
import io.sluice.bench.testing.LedgerRows;
import io.sluice.bench.testing.RawCaller;
import io.sluice.bench.testing.ServeProcess;
import io.sluice.bench.testing.SmallDisk;
import io.sluice.bench.upstream.Options;
import io.sluice.bench.upstream.SimulatedProvider;
import io.sluice.testing.RestartablePostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real service under load, with everything that may befall it: killed with {@code -9} again and
 * again, stopped, its database killed, its disk full, another process beside it. Every answered
 * call has one row, none has two, and the rows say what the provider's own books say.
 *
 * <p>With the system property {@code sluice.crash.kills} it is killed so often.
 */
class CrashIT {

    private static final int KILLS = Integer.getInteger("sluice.crash.kills", 5);
    private static final long SEED = Long.getLong("sluice.crash.seed", 11);
    private static final int CALLERS = 6;
    private static final int LONGEST_LIFE_MILLIS = 1500;
    private static final String KEY = "sk-crash-0123456789abcdef";
    private static final String AUTHORIZATION = "authorization: Bearer " + KEY;
    private static final String CHAT = "/v1/chat/completions";
    private static final LedgerComparison COMPARISON = new LedgerComparison(3_000_000, 7_000_000);

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    @TempDir Path folder;
    private SimulatedProvider provider;
    private CrashLoad load;

    @BeforeEach
    void startProvider() {
        provider = SimulatedProvider.start(Options.DEFAULT);
        load = new CrashLoad(KEY, "crash-", CALLERS, SEED);
    }

    @AfterEach
    void stopProvider() throws InterruptedException {
        load.stop();
        provider.close();
    }

    @Test
    void everyAnsweredCallHasOneRow_howeverOftenTheServiceIsKilled() throws Exception {
        Path file = configuration("one", "");
        for (int kill = 0; kill < KILLS; kill++) {
            try (ServeProcess gateway = serve(file)) {
                load.aim(gateway.dataPort());
                liveOn(random.nextInt(LONGEST_LIFE_MILLIS));
                gateway.kill();
                load.aim(-1);
            }
        }
        load.stop();
        startAndStop(file);

        assertThat(load.faults()).isEmpty();
        assertThat(load.count(Seen.ANSWERED)).isPositive();
        assertThat(load.count(Seen.LEFT)).isPositive();
        COMPARISON.check(load, provider.books(), LedgerRows.ofSqlite(folder.resolve("one")));
    }

    @Test
    void everyAnsweredCallHasOneRow_whenTheServiceIsStopped() throws Exception {
        Path file = configuration("one", "");
        for (int stop = 0; stop < 2; stop++) {
            try (ServeProcess gateway = serve(file)) {
                load.aim(gateway.dataPort());
                awaitAnswers(100L * (stop + 1));
                gateway.terminate();
                load.aim(-1);
                assertThat(gateway.exitCode()).as(gateway.errors()).isZero();
            }
        }
        load.stop();

        assertThat(load.count(Seen.ANSWERED)).isPositive();
        COMPARISON.check(load, provider.books(), LedgerRows.ofSqlite(folder.resolve("one")));
    }

    @Test
    void callsGoOnAndNothingIsLost_whilePostgresIsAway() throws Exception {
        try (RestartablePostgres postgres = RestartablePostgres.start(folder.resolve("pg"))) {
            Path file = configuration("one", postgres.url());
            try (ServeProcess gateway = serve(file)) {
                load.aim(gateway.dataPort());
                awaitAnswers(20);
                postgres.kill();
                long before = load.count(Seen.ANSWERED);
                awaitAnswers(before + 200);
                long refused = load.count(Seen.REFUSED);
                postgres.startAgain();
                awaitAnswers(before + 400);
                load.stop();
                gateway.terminate();
                assertThat(gateway.exitCode()).as(gateway.errors()).isZero();
                assertThat(refused).isZero();
            }
            startAndStop(file);

            assertThat(load.faults()).isEmpty();
            COMPARISON.check(load, provider.books(), LedgerRows.ofPostgres(postgres.url()));
        }
    }

    @Test
    void twoServicesShareOneDatabase_andOneIsKilled() throws Exception {
        CrashLoad second = new CrashLoad(KEY, "second-", CALLERS, SEED + 100);
        try (RestartablePostgres postgres = RestartablePostgres.start(folder.resolve("pg"))) {
            Path one = configuration("one", postgres.url());
            Path two = configuration("two", postgres.url());
            try (ServeProcess a = serve(one);
                    ServeProcess b = serve(two)) {
                load.aim(a.dataPort());
                second.aim(b.dataPort());
                awaitAnswers(200);
                a.kill();
                load.aim(-1);
                long before = second.count(Seen.ANSWERED);
                GatewayFixture.await(
                        () -> second.count(Seen.ANSWERED) > before + 100,
                        () -> "the other one goes on");
                second.stop();
                load.stop();
                b.terminate();
                assertThat(b.exitCode()).as(b.errors()).isZero();
            }
            startAndStop(one);

            COMPARISON.check(load, provider.books(), LedgerRows.ofPostgres(postgres.url()));
            COMPARISON.check(second, provider.books(), LedgerRows.ofPostgres(postgres.url()));
        } finally {
            second.stop();
        }
    }

    @Test
    void refusesCallsAndLosesNothing_whileTheDiskOfTheJournalIsFull() throws Exception {
        Path state = Files.createDirectory(folder.resolve("one"));
        try (SmallDisk disk = SmallDisk.mount(Files.createDirectory(state.resolve("ledger")), 12)) {
            Path file = configuration("one", "", "1MiB", "64MiB");
            try (ServeProcess gateway = serve(file);
                    RawCaller stream = new RawCaller(gateway.dataPort())) {
                load.aim(gateway.dataPort());
                awaitAnswers(20);
                stream.post(CHAT, chat("[[chunks=400 gap=20ms]]", true), AUTHORIZATION);
                stream.readTo("data: ");
                disk.fillUntil(() -> isRefused(gateway.dataPort()));
                long refused = load.count(Seen.REFUSED);
                GatewayFixture.await(
                        () -> load.count(Seen.REFUSED) > refused, () -> "calls are refused");
                assertThat(stream.readTo("[DONE]")).doesNotContain("\"error\"");

                disk.empty();
                awaitAnswers(load.count(Seen.ANSWERED) + 200);
                load.stop();
                gateway.terminate();
                assertThat(gateway.exitCode()).as(gateway.errors()).isZero();
                assertThat(gateway.errors()).contains("the ledger takes no calls");
            }
        }

        assertThat(load.faults()).isEmpty();
        COMPARISON.check(load, provider.books(), LedgerRows.ofSqlite(state));
    }

    /** Whether a call is refused because the ledger has no room; nothing else may refuse it. */
    private static boolean isRefused(int port) throws IOException {
        try (RawCaller caller = new RawCaller(port)) {
            caller.post(CHAT, chat("[[chunks=1]]", false), AUTHORIZATION);
            RawCaller.Answer answer = caller.read();
            if (answer.status() == 200) {
                return false;
            }
            assertThat(answer.status()).as(answer.text()).isEqualTo(503);
            assertThat(answer.text()).contains("\"code\":\"ledger_full\"");
            return true;
        }
    }

    private static String chat(String prompt, boolean isStream) {
        return GatewayFixture.chatBody("m", prompt, isStream);
    }

    /** The instant of a kill must be nobody's but chance's: nothing that happens is waited for. */
    private static void liveOn(int millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    private void awaitAnswers(long count) {
        GatewayFixture.await(
                () -> load.count(Seen.ANSWERED) >= count,
                () -> "calls are answered: " + load.count(Seen.ANSWERED) + " of " + count);
    }

    /** What is left of the ledger is in the database when the service has ended. */
    private void startAndStop(Path file) throws Exception {
        try (ServeProcess gateway = serve(file)) {
            gateway.terminate();
            assertThat(gateway.exitCode()).as(gateway.errors()).isZero();
        }
    }

    private ServeProcess serve(Path file) throws IOException {
        return ServeProcess.start(folder, "--config", file.toString()).awaitReady();
    }

    private Path configuration(String name, String url) throws IOException {
        return configuration(name, url, "4MiB", "256MiB");
    }

    private Path configuration(String name, String url, String ring, String journal)
            throws IOException {
        return Files.writeString(
                folder.resolve(name + ".yaml"),
                """
                general_settings: {salt_key: "0123456789abcdef0123456789abcdef"}
                listen: {port: 0}
                admin: {port: 0}
                state_dir: %s
                database: {url: %s}
                ledger: {ring_bytes: %s, journal_bytes: %s}
                logging: {access: off, level: warn}
                keys: [{alias: crash, key: %s}]
                model_list:
                  - model_name: m
                    litellm_params:
                      model: openai/m
                      api_base: "%s/v1"
                      api_key: sk-up
                      input_cost_per_token: 0.000003
                      output_cost_per_token: 0.000007
                """
                        .formatted(
                                folder.resolve(name),
                                url.isEmpty() ? "null" : '"' + url + '"',
                                ring,
                                journal,
                                KEY,
                                provider.baseUri()));
    }
}
