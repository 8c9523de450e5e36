package io.sluice.transport.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.StreamingSettings;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.message.Endpoint;
import io.sluice.routing.Target;
import io.sluice.routing.UpstreamAddress;
import io.sluice.telemetry.CallRecord;
import io.sluice.testing.Heads;
import io.sluice.testing.SettingsFixture;
import io.sluice.testing.TargetFixture;
import io.sluice.usage.Usage;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeTest {

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    private static final String PLAIN_BODY = "{\"model\":\"gpt\",\"messages\":[]}";
    private static final UpstreamAddress FIRST = new UpstreamAddress("first", 1, false);
    private static final UpstreamAddress SECOND = new UpstreamAddress("second", 2, false);

    private final CallUnderTest call = new CallUnderTest();

    @AfterEach
    void release() {
        call.release();
    }

    @Test
    void relaysAPlainAnswer() {
        plain().at(target(FIRST, 0)).start();
        assertThat(call.provider().received()).endsWith(PLAIN_BODY);
        call.provider().answer(json("{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5}}"));

        CallRecord record = call.record();
        assertThat(call.sink().told()).isEqualTo("start200 payload end");
        assertThat(call.sink().begun().contentLength()).isEqualTo(51);
        assertThat(record.end()).hasToString("--");
        assertThat(record.target()).isEqualTo("first");
        assertThat(record.key()).isEqualTo("ci");
        assertThat(record.usage().origin()).isEqualTo(Usage.Origin.REPORTED);
        assertThat(record.usage().inputTokens()).isEqualTo(3);
        assertThat(record.usage().outputTokens()).isEqualTo(5);
        assertThat(record.bytesIn()).isEqualTo(PLAIN_BODY.length());
        assertThat(record.bytesOut()).isEqualTo(51);
    }

    @Test
    void flushesOnce_forEachRead() {
        call.at(target(FIRST, 0)).start();
        call.provider().answer(STREAM);
        int before = call.sink().flushes();
        call.provider()
                .answer(chunk("data: {}\n\n") + chunk("data: {}\n\n") + chunk("data: {}\n\n"));

        assertThat(call.sink().told()).isEqualTo("start200 frames");
        assertThat(call.sink().flushes()).isEqualTo(before + 1);
        call.exchange().onClientGone();
    }

    @ParameterizedTest
    @CsvSource({
        "200, false", "201, false", "400, false", "401, true", "403, true", "404, true",
        "409, false", "422, false", "408, true", "429, true", "500, true", "502, true",
        "503, true", "529, true"
    })
    void asksAnotherTarget_whereItsAnswerMayBeBetter(int status, boolean triesAgain) {
        plain().at(target(FIRST, 1), target(SECOND, 1)).start();
        call.provider().answer(answer(status, "first"));

        if (triesAgain) {
            assertThat(call.provider().asked()).containsExactlyInAnyOrder(FIRST, SECOND);
            assertThat(call.sink().told()).isEmpty();
            call.provider().answer(answer(200, "second"));
        }
        CallRecord record = call.record();
        assertThat(record.status()).isEqualTo(triesAgain ? 200 : status);
        assertThat(record.attempts()).isEqualTo(triesAgain ? 2 : 1);
        assertThat(call.sink().text()).isEqualTo(triesAgain ? "second" : "first");
    }

    @Test
    void passesTheLastAnswerOn_whereNoneWasBetter() {
        plain().at(target(FIRST, 1), target(SECOND, 1)).start();
        call.provider().answer(answer(503, "first"));
        call.provider().answer(answer(500, "second"));

        assertThat(call.sink().text()).isEqualTo("second");
        assertThat(call.sink().begun().errorSource()).isEqualTo(ErrorSource.UPSTREAM);
        assertThat(call.record().status()).isEqualTo(500);
        assertThat(call.record().error()).isNull();
        assertThat(call.record().errorSource()).isEqualTo(ErrorSource.UPSTREAM);
        assertThat(call.record().attempts()).isEqualTo(2);
    }

    @Test
    void makesOneAttempt_withoutRetries() {
        plain().at(target(FIRST, 0), target(SECOND, 0)).start();
        call.provider().answer(answer(500, "no"));

        assertThat(call.provider().asked()).hasSize(1);
        assertThat(call.sink().text()).isEqualTo("no");
    }

    @Test
    void asksAnotherTarget_whereOneRefusesTheConnection() {
        call.provider().hold();
        plain().at(target(FIRST, 1), target(SECOND, 1)).start();
        call.provider().failPending();
        call.provider().letIn();
        call.provider().answer(answer(200, "ok"));

        assertThat(call.record().attempts()).isEqualTo(2);
        assertThat(call.sink().text()).isEqualTo("ok");
    }

    @Test
    void fails_whereAllRefuseTheConnection() {
        call.provider().refuse(true);
        plain().at(target(FIRST, 1), target(SECOND, 1)).start();

        assertThat(call.record().error()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
        assertThat(call.record().attempts()).isEqualTo(2);
        assertThat(call.sink().text()).contains("upstream_unreachable");
        assertThat(call.sink().begun().attempts()).isEqualTo(2);
    }

    @Test
    void waitsAsLongAsItIsAsked_beforeItAsksTheSameTargetAgain() {
        plain().at(target(FIRST, 1)).start();
        call.provider().answer(answer(429, "", "retry-after: 3"));
        call.pass(Duration.ofMillis(2_999));
        assertThat(call.provider().asked()).hasSize(1);
        call.pass(MOMENT);

        assertThat(call.provider().asked()).hasSize(2);
        call.provider().answer(answer(200, "ok"));
        assertThat(call.sink().text()).isEqualTo("ok");
    }

    @Test
    void waitsNotLongerThanItsCallerWould() {
        plain().at(target(FIRST, 1)).start();
        call.provider().answer(answer(429, "busy", "retry-after: 11"));

        assertThat(call.record().status()).isEqualTo(429);
        assertThat(call.sink().text()).isEqualTo("busy");
    }

    @Test
    void waitsALittle_beforeItAsksTheSameTargetAgain() {
        plain().at(target(FIRST, 1)).start();
        call.provider().answer(answer(500, ""));
        call.pass(MOMENT);
        assertThat(call.provider().asked()).hasSize(1);
        call.pass(Duration.ofMillis(200));
        assertThat(call.provider().asked()).hasSize(2);

        call.provider().answer(answer(200, "ok"));
    }

    @Test
    void sendsARequestAgain_whoseConnectionHadGoneStale_thoughItMayNotRetry() {
        plain().at(target(FIRST, 0)).start();
        call.provider().received();
        call.provider().answer(answer(200, "one"));
        call.start();
        assertThat(call.provider().connections()).isEqualTo(1);
        call.provider().hangUp();

        assertThat(call.provider().connections()).isEqualTo(2);
        assertThat(call.provider().received()).endsWith(PLAIN_BODY);
        call.provider().answer(answer(200, "two"));
        assertThat(call.sink().text()).isEqualTo("two");
        assertThat(call.records()).extracting(CallRecord::attempts).containsExactly(1, 2);
    }

    @Test
    void sendsNoRequestAgain_onceBytesHaveComeBack() {
        plain().at(target(FIRST, 0)).start();
        call.provider().received();
        call.provider().answer(answer(200, "one"));
        call.start();
        call.provider().answer("HTTP/1.1 2");
        call.provider().hangUp();

        assertThat(call.provider().connections()).isEqualTo(1);
        assertThat(call.sink().text()).contains("upstream_closed");
    }

    @Test
    void takesNoSecondAnswer_onceTheClientHasSeenBytes() {
        call.at(target(FIRST, 1), target(SECOND, 1)).start();
        call.provider().answer(STREAM + chunk("data: {}\n\n"));
        call.provider().hangUp();

        assertThat(call.provider().asked()).hasSize(1);
        assertThat(call.sink().text())
                .contains("data: {\"error\":{", "\"code\":\"upstream_closed\"");
        assertThat(call.record().end()).hasToString("US");
    }

    @Test
    void endsTheEventItWasIn_beforeItSaysWhatFailed() {
        wantingUsage().at(target(FIRST, 0)).start();
        call.provider().answer(STREAM + chunk("data: {\"half"));
        call.provider().hangUp();

        assertThat(call.sink().text()).contains("data: {\"half\r\n\n\ndata: {\"error\":{");
    }

    @Test
    void cutsAPlainAnswerShort() {
        plain().at(target(FIRST, 0)).start();
        call.provider()
                .answer(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 50"
                                + "\r\n\r\n{\"id\"");
        call.provider().hangUp();

        assertThat(call.sink().told()).isEqualTo("start200 payload abort");
        assertThat(call.record().error()).isEqualTo(ErrorCode.UPSTREAM_CLOSED);
    }

    @Test
    void takesTheEndOfTheConnection_forTheEndOfABodyWithoutLength() {
        plain().at(target(FIRST, 0)).start();
        call.provider().answer("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{}");
        assertThat(call.records()).isEmpty();
        call.provider().hangUp();

        assertThat(call.sink().told()).isEqualTo("start200 payload end");
        assertThat(call.record().end()).hasToString("--");
    }

    @Test
    void asksForUsage_andHidesItsEvent() {
        call.at(target(FIRST, 0)).start();
        assertThat(call.provider().received()).contains("\"include_usage\":true");
        String usage =
                "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":9}}\n\n";
        call.provider()
                .answer(
                        STREAM
                                + chunk("data: {\"choices\":[{}],\"usage\":null}\n\n")
                                + chunk(usage)
                                + chunk("data: [DONE]\n\n")
                                + "0\r\n\r\n");

        assertThat(call.sink().text())
                .contains("{\"choices\":[{}],\"usage\":null}", "[DONE]")
                .doesNotContain("prompt_tokens");
        assertThat(call.record().usage().inputTokens()).isEqualTo(7);
        assertThat(call.record().usage().outputTokens()).isEqualTo(9);
        assertThat(call.record().stream()).isTrue();
    }

    @Test
    void stopsReading_whileTheClientIsBehind() {
        call.at(target(FIRST, 0)).start();
        call.provider().answer(STREAM + chunk("data: {}\n\n"));
        assertThat(call.provider().last().config().isAutoRead()).isTrue();

        call.sink().block();
        call.provider().answer(chunk("data: {}\n\n"));
        assertThat(call.provider().last().config().isAutoRead()).isFalse();

        call.exchange().onWritabilityChanged();
        assertThat(call.provider().last().config().isAutoRead()).isFalse();
        call.sink().unblock();
        call.exchange().onWritabilityChanged();
        assertThat(call.provider().last().config().isAutoRead()).isTrue();
        call.exchange().onClientGone();
    }

    @Test
    void givesUpOnAClient_thatTakesNothingAnyMore() {
        call.at(target(FIRST, 0)).start();
        call.sink().block();
        call.provider().answer(STREAM + chunk("data: {}\n\n"));
        call.pass(Duration.ofMinutes(5));
        assertThat(call.records()).isEmpty();
        call.pass(MOMENT);

        assertThat(call.record().end()).hasToString("CS");
        assertThat(call.record().error()).isEqualTo(ErrorCode.REQUEST_TIMEOUT);
        assertThat(call.sink().told()).endsWith("abort");
        assertThat(call.provider().last().isOpen()).isFalse();
    }

    @Test
    void saysThatItIsAlive_inSilence_betweenEvents() {
        call.at(target(FIRST, 0)).start();
        call.provider().answer(STREAM + chunk("data: {}\n\n"));
        call.pass(Duration.ofSeconds(15));
        assertThat(call.sink().text()).doesNotContain(": ping");
        call.pass(MOMENT);
        assertThat(call.sink().text()).endsWith(": ping\n\n");
        call.pass(Duration.ofSeconds(15).plus(MOMENT));

        assertThat(call.sink().text().split(": ping", -1)).hasSize(3);
        call.exchange().onClientGone();
    }

    @Test
    void saysNothing_beforeTheProviderHas() {
        call.at(target(FIRST, 0)).start();
        call.pass(Duration.ofMinutes(1));
        call.provider().answer(STREAM);
        call.pass(Duration.ofMinutes(1));

        assertThat(call.sink().told()).isEmpty();
        call.exchange().onClientGone();
    }

    @Test
    void saysNothing_insideAnEvent_norToAClientThatIsBehind() {
        wantingUsage().at(target(FIRST, 0)).start();
        call.provider().answer(STREAM + chunk("data: {\"half"));
        call.pass(Duration.ofMinutes(1));
        assertThat(call.sink().text()).doesNotContain(": ping");

        call.sink().block();
        call.provider().answer(chunk("\":1}\n\n"));
        call.pass(Duration.ofMinutes(1));
        assertThat(call.sink().text()).doesNotContain(": ping");
        call.exchange().onClientGone();
    }

    @Test
    void saysThatItIsAlive_whileAnEventIsHeldBack() {
        call.at(target(FIRST, 0)).start();
        call.provider().answer(STREAM + chunk("data: {\"half"));
        call.pass(Duration.ofMinutes(1));
        call.provider().answer(chunk("\":1}\n\n"));

        assertThat(call.sink().text()).startsWith(": ping\n\n").contains("data: {\"half\":1}\n\n");
        call.exchange().onClientGone();
    }

    @Test
    void keepsTheProvidersDeadline_thoughItSaysThatItIsAlive() {
        call.at(target(FIRST, 0)).start();
        call.provider().answer(STREAM + chunk("data: {}\n\n"));
        for (int i = 0; i < 15; i++) {
            call.pass(Duration.ofSeconds(20));
        }
        assertThat(call.records()).isEmpty();
        call.pass(MOMENT);

        assertThat(call.record().error()).isEqualTo(ErrorCode.UPSTREAM_TIMEOUT);
        assertThat(call.sink().text()).contains("fell silent for 300 s");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void beginsEarly_whereItIsAllowedTo(boolean isStream) {
        call.with(
                new SettingsFixture()
                        .streaming(new StreamingSettings(Duration.ofSeconds(15), true)));
        if (!isStream) {
            plain();
        }
        call.at(target(FIRST, 0)).start();
        call.pass(Duration.ofSeconds(16));

        assertThat(call.sink().text()).isEqualTo(isStream ? ": ping\n\n" : "");
        call.exchange().onClientGone();
        assertThat(call.record().status()).isEqualTo(isStream ? 200 : 499);
    }

    @Test
    void goesOnWithAStreamItBeganEarly() {
        early();
        call.provider()
                .answer(STREAM + chunk("data: {}\n\n") + chunk("data: [DONE]\n\n") + "0\r\n\r\n");

        assertThat(call.sink().text()).startsWith(": ping\n\n").contains("data: {}\n\n");
        assertThat(call.sink().told()).startsWith("start200 payload").endsWith("end");
        assertThat(call.record().end()).hasToString("--");
    }

    @Test
    void saysWhatFailed_inAStreamItBeganEarly() {
        early();
        call.provider().answer(answer(429, "busy"));

        assertThat(call.sink().text()).contains("answered with status 429").doesNotContain("busy");
        assertThat(call.record().error()).isEqualTo(ErrorCode.UPSTREAM_CLOSED);
        assertThat(call.records()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"true, 7", "false, 5"})
    void waitsForTheFirstByte_asLongAsItsTargetSays(boolean isStream, int seconds) {
        if (!isStream) {
            plain();
        }
        Target target =
                new TargetFixture().timeouts(Duration.ofSeconds(5), Duration.ofSeconds(7)).build();
        call.at(target).start();
        call.pass(Duration.ofSeconds(seconds));
        assertThat(call.records()).isEmpty();
        call.pass(MOMENT);

        assertThat(call.record().status()).isEqualTo(504);
        assertThat(call.sink().text()).contains("sent nothing for " + seconds + " s");
    }

    @Test
    void remembersWhereAResponseIsKept_andForgetsOneThatIsDeleted() {
        RequestPath create = new RequestPath(Endpoint.RESPONSES, null, null, null, null);
        Target target = target(FIRST, 0);
        call.asking(Heads.post("/v1/responses"), create, "{\"model\":\"gpt\",\"input\":\"x\"}")
                .at(target)
                .start();
        call.provider().answer(json("{\"id\":\"resp_1\"}"));

        StoredResponses.Stored stored = call.stored().find("resp_1", "file:ci");
        assertThat(stored).isNotNull();
        assertThat(stored.target()).isSameAs(target);
        assertThat(call.stored().find("resp_1", "another")).isNull();

        RequestPath delete = new RequestPath(Endpoint.STORED_RESPONSE, null, "resp_1", null, null);
        call.asking(Heads.request("DELETE /v1/responses/resp_1 HTTP/1.1", "Host: h"), delete, null)
                .start();
        call.provider().answer(answer(200, "{}"));
        assertThat(call.stored().find("resp_1", "file:ci")).isNull();
    }

    @Test
    void remembersAResponse_beforeItsLastBytesGoOut() {
        RequestPath create = new RequestPath(Endpoint.RESPONSES, null, null, null, null);
        call.asking(
                        Heads.post("/v1/responses"),
                        create,
                        "{\"model\":\"gpt\",\"input\":\"x\",\"stream\":true}")
                .at(target(FIRST, 0))
                .start();
        call.provider()
                .answer(
                        STREAM
                                + chunk(
                                        "event: response.created\ndata:"
                                                + " {\"type\":\"response.created\",\"response\":"
                                                + "{\"id\":\"resp_2\"}}\n\n"));

        assertThat(call.stored().find("resp_2", "file:ci")).isNotNull();
        call.exchange().onClientGone();
    }

    @Test
    void fails_whereNoTargetCanBeUsed() {
        plain().at(new TargetFixture().unusable("no key").build()).start();

        assertThat(call.record().error()).isEqualTo(ErrorCode.NO_HEALTHY_TARGET);
        assertThat(call.record().attempts()).isZero();
        assertThat(call.sink().begun().retryAfterSeconds()).isEqualTo(1);
    }

    @Test
    void takesNonsense_forAFailureOfTheProvider() {
        plain().at(target(FIRST, 0)).start();
        call.provider().answer("SSH-2.0-OpenSSH\r\n");

        assertThat(call.record().error()).isEqualTo(ErrorCode.UPSTREAM_CLOSED);
        assertThat(call.sink().text()).contains("is not HTTP").doesNotContain("SSH");
    }

    private void early() {
        call.with(
                        new SettingsFixture()
                                .streaming(new StreamingSettings(Duration.ofSeconds(15), true)))
                .at(target(FIRST, 0))
                .start();
        call.provider().received();
        call.pass(Duration.ofSeconds(16));
    }

    private CallUnderTest plain() {
        return call.asking(
                Heads.post("/v1/chat/completions"),
                new RequestPath(Endpoint.CHAT_COMPLETIONS, null, null, null, null),
                PLAIN_BODY);
    }

    /** A stream whose caller asks for usage itself, so that nothing in it is held back. */
    private CallUnderTest wantingUsage() {
        return call.asking(
                Heads.post("/v1/chat/completions"),
                new RequestPath(Endpoint.CHAT_COMPLETIONS, null, null, null, null),
                "{\"model\":\"gpt\",\"messages\":[],\"stream\":true,"
                        + "\"stream_options\":{\"include_usage\":true}}");
    }

    private static Target target(UpstreamAddress address, int retries) {
        return new TargetFixture().name(address.host()).address(address).retries(retries).build();
    }

    private static String json(String body) {
        return answer(200, body);
    }

    private static String answer(int status, String body, String... lines) {
        StringBuilder answer = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
        answer.append("content-type: application/json\r\n");
        for (String line : lines) {
            answer.append(line).append("\r\n");
        }
        return answer.append("content-length: ").append(body.length()) + "\r\n\r\n" + body;
    }

    private static String chunk(String payload) {
        return Integer.toHexString(payload.length()) + "\r\n" + payload + "\r\n";
    }
}
