package io.sluice.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TargetConnectionsTest {

    private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

    private ScriptedProvider provider = new ScriptedProvider(3, 2);

    @AfterEach
    void finish() {
        provider.finish();
    }

    @Test
    void lendsTheConnectionUsedLast() {
        List<RecordingListener> three = three();
        three.forEach(ScriptedProvider::request);
        provider.opened.get(1).send(ANSWER);
        provider.opened.get(2).send(ANSWER);
        provider.opened.get(0).send(ANSWER);

        assertThat(connectionOf(provider.acquire())).isZero();
        assertThat(connectionOf(provider.acquire())).isEqualTo(2);
        assertThat(connectionOf(provider.acquire())).isEqualTo(1);
        assertThat(provider.opened).hasSize(3);
    }

    @Test
    void closesWhatIsIdleTooLong() {
        give(provider.acquire());

        provider.pass(ScriptedProvider.IDLE_NANOS);
        assertThat(provider.last().isOpen()).isTrue();
        provider.pass(1);

        assertThat(provider.last().isOpen()).isFalse();
        assertThat(provider.pool.open()).isZero();
    }

    @Test
    void lendsNothingThatIsIdleTooLong_evenBeforeTheTickerSaysSo() {
        give(provider.acquire());

        provider.clock.advance(
                ScriptedProvider.IDLE_NANOS + 1, java.util.concurrent.TimeUnit.NANOSECONDS);

        assertThat(connectionOf(provider.acquire())).isEqualTo(1);
        assertThat(provider.opened.getFirst().isOpen()).isFalse();
    }

    @Test
    void usesNoConnectionLongerThanItsLifetime() {
        long step = ScriptedProvider.IDLE_NANOS / 2;
        for (long age = 0; age <= ScriptedProvider.LIFETIME_NANOS - step; age += step) {
            give(provider.acquire());
            provider.pass(step);
        }
        assertThat(provider.opened).hasSize(1);
        RecordingListener last = provider.acquire();
        assertThat(connectionOf(last)).isZero();

        provider.pass(1);
        assertThat(provider.last().isOpen()).isTrue();
        give(last);
        provider.settle();

        assertThat(provider.last().isOpen()).isFalse();
        assertThat(provider.pool.open()).isZero();
    }

    @Test
    void opensNoMoreThanItsBound_andServesWhoWaitsInOrder() {
        List<RecordingListener> three = three();
        RecordingListener first = provider.acquire();
        RecordingListener second = provider.acquire();
        RecordingListener refused = provider.acquire();

        assertThat(provider.opened).hasSize(3);
        assertThat(first.told).isEmpty();
        assertThat(refused.told).containsExactly("OVERLOADED: too many calls wait for this target");

        ScriptedProvider.request(three.get(1));
        provider.opened.get(1).send(ANSWER);
        assertThat(connectionOf(first)).isEqualTo(1);
        assertThat(second.told).isEmpty();

        three.get(0).connection().abort();
        provider.settle();
        assertThat(connectionOf(second)).isEqualTo(3);
        assertThat(provider.pool.open()).isEqualTo(3);
    }

    @Test
    void refusesWhoWaitsTooLong() {
        three();
        RecordingListener waiting = provider.acquire();

        provider.pass(ScriptedProvider.WAIT_NANOS);
        assertThat(waiting.told).isEmpty();
        provider.pass(1);

        assertThat(waiting.told)
                .containsExactly("OVERLOADED: no connection to this target came free in time");
    }

    @Test
    void forgetsWhoNoLongerWaits() {
        List<RecordingListener> three = three();
        RecordingListener gone = provider.acquire();
        RecordingListener next = provider.acquire();

        provider.pool.cancel(gone);
        give(three.getFirst());

        assertThat(gone.told).isEmpty();
        assertThat(connectionOf(next)).isZero();
    }

    @Test
    void neverHandsAConnection_toAnAttemptThatWentElsewhereWhileItOpened() {
        provider.answersAtOnce = false;
        RecordingListener gone = provider.acquire();

        provider.pool.cancel(gone);
        provider.last().succeed();
        provider.settle();

        assertThat(gone.told).isEmpty();
        assertThat(connectionOf(provider.acquire())).isZero();
    }

    @Test
    void givesTheConnectionOfAnAttemptThatIsGone_toWhoWaits() {
        provider.answersAtOnce = false;
        RecordingListener gone = provider.acquire();
        provider.acquire();
        provider.acquire();
        RecordingListener waiting = provider.acquire();

        provider.pool.cancel(gone);
        provider.opened.getFirst().succeed();
        provider.settle();

        assertThat(connectionOf(waiting)).isZero();
    }

    @Test
    void tellsNothingOfAFailure_toAnAttemptThatIsGone() {
        provider.answersAtOnce = false;
        RecordingListener gone = provider.acquire();

        provider.pool.cancel(gone);
        provider.last().fail(new ConnectException("refused"));
        provider.settle();

        assertThat(gone.told).isEmpty();
        assertThat(provider.pool.open()).isZero();
    }

    @Test
    void failsAnAttempt_whoseConnectionTakesTooLong() {
        provider.answersAtOnce = false;
        RecordingListener listener = provider.acquire();

        provider.pass(ScriptedProvider.WAIT_NANOS);
        assertThat(listener.told).isEmpty();
        provider.pass(1);

        assertThat(listener.told)
                .containsExactly("TIMEOUT: the provider did not accept the connection in time");
        assertThat(provider.last().isOpen()).isFalse();
        assertThat(provider.pool.open()).isZero();
        provider.pass(1);
        assertThat(listener.told).hasSize(1);
    }

    @Test
    void opensAnother_forWhoWaits_whenAConnectionFails() {
        provider.answersAtOnce = false;
        RecordingListener failed = provider.acquire();
        provider.acquire();
        provider.acquire();
        RecordingListener waiting = provider.acquire();
        provider.answersAtOnce = true;

        provider.opened.getFirst().fail(new ConnectException("Connection refused"));
        provider.settle();

        assertThat(failed.told).containsExactly("CONNECT: the provider refused the connection");
        assertThat(connectionOf(waiting)).isEqualTo(3);
        assertThat(provider.pool.open()).isEqualTo(3);
    }

    @Test
    void saysThatTheNameIsUnknown() {
        provider.answersAtOnce = false;
        RecordingListener failed = provider.acquire();

        provider.last().fail(new UnknownHostException("nowhere.example"));
        provider.settle();

        assertThat(failed.told).containsExactly("CONNECT: the provider's host name is unknown");
        assertThat(provider.pool.open()).isZero();
    }

    @Test
    void lendsNothingThatItsProviderHasClosed() {
        give(provider.acquire());
        provider.last().close();

        assertThat(provider.pool.open()).isZero();
        assertThat(connectionOf(provider.acquire())).isEqualTo(1);
    }

    @Test
    void lendsNothingThatSentBytesUnasked() {
        give(provider.acquire());
        provider.last().send("HTTP/1.1 408 Request Timeout\r\n\r\n");
        provider.settle();

        assertThat(provider.last().isOpen()).isFalse();
        assertThat(connectionOf(provider.acquire())).isEqualTo(1);
    }

    @Test
    void opensAFreshOne_beforeWhatIsIdle_whenAsked() {
        give(provider.acquire());

        assertThat(connectionOf(provider.acquire(true))).isEqualTo(1);
    }

    @Test
    void letsAnIdleOneGo_forAFreshOne_whenAllPlacesAreTaken() {
        three().forEach(TargetConnectionsTest::give);

        RecordingListener fresh = provider.acquire(true);
        provider.settle();

        assertThat(connectionOf(fresh)).isEqualTo(3);
        assertThat(provider.opened.getFirst().isOpen()).isFalse();
        assertThat(provider.pool.open()).isEqualTo(3);
    }

    @Test
    void closesWhatComesBack_onceItIsClosed() {
        RecordingListener running = provider.acquire();
        give(provider.acquire());

        provider.pool.close();
        provider.settle();
        assertThat(provider.opened.get(1).isOpen()).isFalse();
        assertThat(provider.opened.get(0).isOpen()).isTrue();

        ScriptedProvider.request(running);
        provider.opened.getFirst().send(ANSWER);
        provider.settle();
        assertThat(running.told).containsExactly("connected", "head 200", "end");
        assertThat(provider.opened.getFirst().isOpen()).isFalse();
    }

    private List<RecordingListener> three() {
        return List.of(provider.acquire(), provider.acquire(), provider.acquire());
    }

    private static void give(RecordingListener listener) {
        listener.connection().giveBack();
    }

    private int connectionOf(RecordingListener listener) {
        for (int i = 0; i < provider.opened.size(); i++) {
            if (provider.opened.get(i).connection().equals(listener.connection())) {
                return i;
            }
        }
        throw new AssertionError("not of this provider");
    }
}
