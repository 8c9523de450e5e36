package io.sluice.transport.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import io.sluice.config.TimeoutSettings;
import io.sluice.error.ErrorCode;
import io.sluice.routing.TargetCredential;
import io.sluice.telemetry.CallRecord;
import io.sluice.testing.SettingsFixture;
import io.sluice.testing.TargetFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a call in each of its states, whatever happens then. */
class ExchangeStatesTest {

    private static final String HEAD =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    private static final String EVENT = "b\r\ndata: {}\n\n\r\n".replace("b", "a");
    private static final String LAST = "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";

    enum Stage {
        WAITING,
        CREDENTIAL,
        CONNECTING,
        HEAD,
        BODY,
        STREAMING,
        TERMINAL,
        DONE
    }

    enum Event {
        CLIENT_LEAVES,
        GATEWAY_STOPS,
        PROVIDER_LEAVES,
        PROVIDER_IS_SILENT,
        TOTAL_PASSES
    }

    private final SlowCredential slow = new SlowCredential();
    private final CallUnderTest call = new CallUnderTest();

    @AfterEach
    void release() {
        call.release();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # stage    | event              | status | error            | end | the client sees
                    WAITING    | CLIENT_LEAVES      | 499    |                  | CC  | ''
                    CREDENTIAL | CLIENT_LEAVES      | 499    |                  | CC  | ''
                    CONNECTING | CLIENT_LEAVES      | 499    |                  | CC  | ''
                    HEAD       | CLIENT_LEAVES      | 499    |                  | CF  | ''
                    BODY       | CLIENT_LEAVES      | 499    |                  | CF  | ''
                    STREAMING  | CLIENT_LEAVES      | 200    |                  | CS  | start200 frames
                    TERMINAL   | CLIENT_LEAVES      | 200    |                  | --  | start200 frames frames
                    DONE       | CLIENT_LEAVES      | 200    |                  | --  | start200 frames frames end
                    WAITING    | GATEWAY_STOPS      | 503    | SHUTTING_DOWN    | GC  | start503 payload end
                    CREDENTIAL | GATEWAY_STOPS      | 503    | SHUTTING_DOWN    | GC  | start503 payload end
                    CONNECTING | GATEWAY_STOPS      | 503    | SHUTTING_DOWN    | GC  | start503 payload end
                    HEAD       | GATEWAY_STOPS      | 503    | SHUTTING_DOWN    | GF  | start503 payload end
                    BODY       | GATEWAY_STOPS      | 503    | SHUTTING_DOWN    | GF  | start503 payload end
                    STREAMING  | GATEWAY_STOPS      | 200    | SHUTTING_DOWN    | GS  | start200 frames payload end
                    TERMINAL   | GATEWAY_STOPS      | 200    |                  | --  | start200 frames frames end
                    DONE       | GATEWAY_STOPS      | 200    |                  | --  | start200 frames frames end
                    CONNECTING | PROVIDER_LEAVES    | 502    | UPSTREAM_UNREACHABLE | UC | start502 payload end
                    HEAD       | PROVIDER_LEAVES    | 502    | UPSTREAM_CLOSED  | UF  | start502 payload end
                    BODY       | PROVIDER_LEAVES    | 502    | UPSTREAM_CLOSED  | UF  | start502 payload end
                    STREAMING  | PROVIDER_LEAVES    | 200    | UPSTREAM_CLOSED  | US  | start200 frames payload end
                    TERMINAL   | PROVIDER_LEAVES    | 200    |                  | --  | start200 frames frames end
                    DONE       | PROVIDER_LEAVES    | 200    |                  | --  | start200 frames frames end
                    CREDENTIAL | PROVIDER_IS_SILENT | 504    | UPSTREAM_TIMEOUT | UC  | start504 payload end
                    CONNECTING | PROVIDER_IS_SILENT | 504    | UPSTREAM_TIMEOUT | UC  | start504 payload end
                    HEAD       | PROVIDER_IS_SILENT | 504    | UPSTREAM_TIMEOUT | UF  | start504 payload end
                    BODY       | PROVIDER_IS_SILENT | 504    | UPSTREAM_TIMEOUT | UF  | start504 payload end
                    STREAMING  | PROVIDER_IS_SILENT | 200    | UPSTREAM_TIMEOUT | US  | start200 frames payload end
                    TERMINAL   | PROVIDER_IS_SILENT | 200    |                  | --  | start200 frames frames end
                    DONE       | PROVIDER_IS_SILENT | 200    |                  | --  | start200 frames frames end
                    CREDENTIAL | TOTAL_PASSES       | 504    | UPSTREAM_TIMEOUT | UC  | start504 payload end
                    CONNECTING | TOTAL_PASSES       | 504    | UPSTREAM_TIMEOUT | UC  | start504 payload end
                    HEAD       | TOTAL_PASSES       | 504    | UPSTREAM_TIMEOUT | UF  | start504 payload end
                    BODY       | TOTAL_PASSES       | 504    | UPSTREAM_TIMEOUT | UF  | start504 payload end
                    STREAMING  | TOTAL_PASSES       | 200    | UPSTREAM_TIMEOUT | US  | start200 frames payload end
                    DONE       | TOTAL_PASSES       | 200    |                  | --  | start200 frames frames end
                    """)
    void endsOnce_asItsStateDemands(
            Stage stage,
            Event event,
            int status,
            @Nullable ErrorCode error,
            String end,
            String seen) {
        reach(stage, event == Event.TOTAL_PASSES);

        cause(event);

        CallRecord record = call.record();
        assertThat(record.status()).isEqualTo(status);
        assertThat(record.error()).isEqualTo(error);
        assertThat(record.end()).hasToString(end);
        assertThat(call.sink().told()).isEqualTo(seen);

        for (Event later : Event.values()) {
            cause(later);
        }
        call.exchange().onWritabilityChanged();
        slow.comes("too late");
        call.runTasks();
        assertThat(call.records()).hasSize(1);
        assertThat(call.sink().told()).isEqualTo(seen);
    }

    @ParameterizedTest
    @CsvSource({"HEAD", "BODY", "STREAMING", "TERMINAL"})
    void hangsUpOnTheProvider_whoseClientHasLeft(Stage stage) {
        reach(stage, false);
        call.exchange().onClientGone();

        assertThat(call.provider().last().isOpen()).isFalse();
        assertThat(call.provider().open()).isZero();
    }

    @Test
    void waitsNoLongerForAConnection_onceTheClientHasLeft() {
        reach(Stage.CONNECTING, false);
        call.exchange().onClientGone();
        assertThat(call.provider().cancelled()).hasSize(1);

        call.provider().letIn();
        assertThat(call.provider().received()).isEmpty();
        assertThat(call.provider().last().isOpen()).as("kept for another call").isTrue();
    }

    @Test
    void triesAgain_whenItHasWaited() {
        reach(Stage.WAITING, false);
        assertThat(call.provider().received()).isEmpty();
        call.pass(Duration.ofSeconds(1));

        assertThat(call.provider().received()).startsWith("POST /v1/chat/completions ");
        call.provider().answer(HEAD + EVENT + LAST);
        assertThat(call.record().attempts()).isEqualTo(2);
        assertThat(call.record().end()).hasToString("--");
    }

    @Test
    void goesOn_whenItsCredentialHasCome() {
        reach(Stage.CREDENTIAL, false);
        assertThat(call.provider().asked()).isEmpty();
        slow.comes(null);
        call.runTasks();

        assertThat(call.provider().received()).contains("\r\nauthorization: Bearer slow\r\n");
        call.exchange().onClientGone();
    }

    @Test
    void fails_whenItsCredentialCannotBeHad() {
        reach(Stage.CREDENTIAL, false);
        slow.comes("the issuer is away");
        call.runTasks();

        assertThat(call.record().error()).isEqualTo(ErrorCode.CREDENTIAL_MISSING);
        assertThat(call.sink().text()).contains("the issuer is away");
    }

    private void reach(Stage stage, boolean bounded) {
        TimeoutSettings plain = TimeoutSettings.DEFAULT;
        if (bounded) {
            call.with(
                    new SettingsFixture()
                            .timeouts(
                                    new TimeoutSettings(
                                            plain.connect(),
                                            plain.firstByte(),
                                            plain.betweenChunks(),
                                            Duration.ofSeconds(2),
                                            plain.drain(),
                                            plain.clientHead(),
                                            plain.clientBody(),
                                            plain.clientIdle())));
        }
        TargetFixture target = new TargetFixture();
        if (stage == Stage.WAITING) {
            target.retries(1);
        }
        if (stage == Stage.CREDENTIAL) {
            target.credential(slow);
        }
        if (stage == Stage.CONNECTING) {
            call.provider().hold();
        }
        call.at(target.build()).start();
        if (stage.compareTo(Stage.HEAD) >= 0 || stage == Stage.WAITING) {
            call.provider().received();
        }
        switch (stage) {
            case WAITING -> call.provider().answer("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n");
            case CREDENTIAL, CONNECTING, HEAD -> {}
            case BODY -> call.provider().answer(HEAD);
            case STREAMING -> call.provider().answer(HEAD + EVENT);
            case TERMINAL -> {
                call.provider().answer(HEAD + EVENT);
                call.provider().answer(LAST.substring(0, LAST.length() - 5));
            }
            case DONE -> {
                call.provider().answer(HEAD + EVENT);
                call.provider().answer(LAST);
            }
        }
    }

    private void cause(Event event) {
        switch (event) {
            case CLIENT_LEAVES -> call.exchange().onClientGone();
            case GATEWAY_STOPS -> call.exchange().onShutdown();
            case PROVIDER_LEAVES -> {
                call.provider().failPending();
                if (call.provider().connections() > 0) {
                    call.provider().hangUp();
                }
            }
            case PROVIDER_IS_SILENT -> call.pass(Duration.ofSeconds(301));
            case TOTAL_PASSES -> call.pass(Duration.ofSeconds(3));
        }
    }

    /** A credential that is fetched when the test says so. */
    private static final class SlowCredential implements TargetCredential {

        private final List<Consumer<@Nullable String>> waiting = new ArrayList<>();
        private @Nullable AsciiString lines;

        void comes(@Nullable String problem) {
            lines = problem == null ? new AsciiString("authorization: Bearer slow\r\n") : null;
            waiting.forEach(one -> one.accept(problem));
            waiting.clear();
        }

        @Override
        public @Nullable AsciiString headerLines() {
            return lines;
        }

        @Override
        public void fetch(Consumer<@Nullable String> onDone) {
            waiting.add(onDone);
        }
    }
}
