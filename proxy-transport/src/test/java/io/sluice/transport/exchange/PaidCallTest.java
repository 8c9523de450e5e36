package io.sluice.transport.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.OnDisconnect;
import io.sluice.error.ErrorCode;
import io.sluice.http.RequestHead;
import io.sluice.ledger.Outcome;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.routing.Target;
import io.sluice.routing.UpstreamAddress;
import io.sluice.testing.Heads;
import io.sluice.testing.TargetFixture;
import io.sluice.usage.Usage;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What hard budgets are charged, attempt by attempt. */
class PaidCallTest {

    private static final String FINAL =
            "{\"id\":\"resp_1\",\"status\":\"completed\",\"usage\":{\"input_tokens\":3,"
                    + "\"output_tokens\":7,\"total_tokens\":10}}";

    private static final long TOKEN = CallUnderTest.TOKEN_PICOS;
    private static final long MUCH = 1_000_000 * TOKEN;
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    private static final String PLAIN = "{\"model\":\"gpt\",\"messages\":[]}";

    private final CallUnderTest call = new CallUnderTest();

    @AfterEach
    void release() {
        call.release();
    }

    @Test
    void chargesWhatTheRowSays() {
        plain().paying(MUCH, 50).at(target(1, 0)).start();
        assertThat(call.held()).isEqualTo(50 * TOKEN);
        call.provider().answer(answer(200, usage(3, 5)));

        assertThat(call.spent()).isEqualTo(5 * TOKEN);
        assertThat(row(0).cost().picos()).isEqualTo(5 * TOKEN);
    }

    @ParameterizedTest
    @CsvSource({"408", "429", "500", "503"})
    void chargesNothing_forAnAttemptThatTheProviderRefused(int status) {
        plain().paying(50 * TOKEN, 50).at(target(1, 1), target(2, 1)).start();
        call.provider().answer(answer(status, "{}"));

        assertThat(call.spent()).isZero();
        assertThat(call.held()).isEqualTo(50 * TOKEN);
        call.provider().answer(answer(200, usage(3, 5)));
        assertThat(call.spent()).isEqualTo(5 * TOKEN);
        assertThat(call.attempts().settled()).hasSize(2);
    }

    @Test
    void chargesTheHold_forAnAttemptOfWhichNothingIsKnown() {
        plain().paying(100 * TOKEN, 50).at(target(1, 1), target(2, 1)).start();
        call.provider().hangUp();

        assertThat(row(0).outcome()).isEqualTo(Outcome.RETRIED);
        assertThat(call.spent()).isEqualTo(50 * TOKEN);
        assertThat(call.held()).isEqualTo(50 * TOKEN);
        call.provider().answer(answer(200, usage(3, 5)));
        assertThat(call.spent()).isEqualTo(55 * TOKEN);
    }

    @Test
    void makesNoFurtherAttempt_thatIsNotPaidFor() {
        plain().paying(99 * TOKEN, 50).at(target(1, 1), target(2, 1)).start();
        call.provider().hangUp();

        assertThat(call.provider().asked()).hasSize(1);
        assertThat(call.record().error()).isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
        assertThat(call.sink().begun().status()).isEqualTo(429);
        assertThat(call.sink().begun().rateLimits()).contains("retry-after");
        assertThat(call.spent()).isEqualTo(50 * TOKEN);
    }

    @Test
    void chargesNothing_whereTheConnectionWasRefused() {
        call.provider().refuse(true);
        plain().paying(50 * TOKEN, 50).at(target(1, 0)).start();

        assertThat(call.record().error()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
        assertThat(call.spent()).isZero();
    }

    @Test
    void chargesTheHold_whereTheProviderNeverAnswers() {
        plain().paying(MUCH, 50).at(target(1, 0)).start();
        call.pass(Duration.ofSeconds(301));

        assertThat(call.record().error()).isEqualTo(ErrorCode.UPSTREAM_TIMEOUT);
        assertThat(row(0).cost()).isEqualTo(CallCost.UNMEASURED);
        assertThat(call.spent()).isEqualTo(50 * TOKEN);
    }

    @Test
    void chargesTheHold_whereWhatWasUsedHasNoPrice() {
        plain().paying(MUCH, 50).at(new TargetFixture().build()).start();
        call.provider().answer(answer(200, usage(3, 5)));

        assertThat(row(0).cost()).isEqualTo(CallCost.UNPRICED);
        assertThat(call.spent()).isEqualTo(50 * TOKEN);
    }

    @Test
    void chargesNothing_whereAKeptConnectionWasClosedAsTheRequestCame() {
        plain().paying(50 * TOKEN, 50).at(target(1, 0)).start();
        call.provider().answer(answer(200, usage(0, 0)));
        call.records().clear();
        call.start();
        call.provider().hangUp();

        assertThat(row(1).outcome()).isEqualTo(Outcome.RETRIED);
        assertThat(call.spent()).isZero();
        call.provider().answer(answer(200, usage(1, 2)));
        assertThat(call.spent()).isEqualTo(2 * TOKEN);
    }

    @Test
    void chargesTheHold_whereAKeptConnectionWasClosedMuchLater() {
        plain().paying(MUCH, 50).at(target(1, 0)).start();
        call.provider().answer(answer(200, usage(0, 0)));
        call.records().clear();
        call.start();
        call.pass(Duration.ofSeconds(5));
        call.provider().hangUp();

        assertThat(call.spent()).isEqualTo(50 * TOKEN);
        call.provider().answer(answer(200, usage(1, 2)));
        assertThat(call.spent()).isEqualTo(52 * TOKEN);
    }

    @Test
    void chargesTheEstimate_ofAnAnswerThatWasCut() {
        call.paying(MUCH, 50).at(target(1, 0)).start();
        call.provider().answer(STREAM + said("waters "));
        call.provider().hangUp();

        assertThat(row(0).outcome()).isEqualTo(Outcome.CUT);
        assertThat(row(0).usage().origin()).isEqualTo(Usage.Origin.ESTIMATED);
        assertThat(call.spent()).isEqualTo(row(0).cost().picos()).isPositive();
    }

    @Test
    void chargesByBytes_whatCannotBeRead() {
        plain().paying(MUCH, 50).at(target(1, 0)).start();
        String body = "x".repeat(40);
        call.provider()
                .answer(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                                + "content-encoding: gzip\r\ncontent-length: 40\r\n\r\n"
                                + body);

        assertThat(call.sink().text()).isEqualTo(body);
        assertThat(row(0).usage().origin()).isEqualTo(Usage.Origin.ESTIMATED);
        assertThat(row(0).usage().outputTokens()).isEqualTo(10);
        assertThat(call.spent()).isEqualTo(10 * TOKEN);
    }

    @Test
    void chargesTheEstimate_whereTheClientLeaves() {
        call.paying(MUCH, 50).at(target(1, 0)).start();
        call.provider().answer(STREAM + said("waters "));
        call.exchange().onClientGone();

        assertThat(row(0).outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(call.spent()).isEqualTo(row(0).cost().picos()).isPositive();
    }

    @Test
    void holdsUntilTheEnd_whereTheAnswerIsDrained() {
        call.paying(MUCH, 50).at(draining()).start();
        call.provider().answer(STREAM + said("a"));
        call.exchange().onClientGone();
        assertThat(call.held()).isEqualTo(50 * TOKEN);

        call.provider().answer(data("{\"choices\":[]," + usage(1, 7).substring(1)) + done());
        assertThat(row(0).outcome()).isEqualTo(Outcome.DRAINED);
        assertThat(call.spent()).isEqualTo(7 * TOKEN);
    }

    @Test
    void chargesTheEstimate_whereDrainingEndsWithTheGateway() {
        call.paying(MUCH, 50).at(draining()).start();
        call.provider().answer(STREAM + said("waters "));
        call.exchange().onClientGone();
        call.resources().endDraining();

        assertThat(row(0).outcome()).isEqualTo(Outcome.DRAIN_CAPPED);
        assertThat(call.spent()).isEqualTo(row(0).cost().picos()).isPositive();
    }

    @Test
    void cutsAStream_thatUsesUpItsHold() {
        call.paying(MUCH, 50).at(target(1, 0)).start();
        call.provider().answer(STREAM);
        int sent = 0;
        while (call.records().isEmpty()) {
            call.provider().answer(said("a"));
            sent++;
        }

        assertThat(sent).isEqualTo(51);
        assertThat(call.provider().last().isOpen()).isFalse();
        assertThat(call.record().error()).isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
        assertThat(call.sink().text())
                .contains("data: {\"error\":")
                .contains("\"insufficient_quota\"");
        assertThat(call.sink().told()).endsWith("payload end");
        assertThat(row(0).outcome()).isEqualTo(Outcome.CUT);
        assertThat(call.spent()).isEqualTo(row(0).cost().picos()).isPositive();
    }

    @Test
    void cutsAStream_inTheMiddleOfOneRead() {
        call.paying(MUCH, 50).at(target(1, 0)).start();
        call.provider().answer(STREAM + said("a").repeat(200) + done());

        assertThat(call.record().error()).isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
        assertThat(call.sink().text().split("content", -1)).hasSize(51 + 1);
    }

    @Test
    void leavesAStreamAlone_thatEndsWithItsHold() {
        call.paying(MUCH, 50).at(target(1, 0)).start();
        call.provider().answer(STREAM + said("internationalisation").repeat(50) + done());

        assertThat(call.record().end()).hasToString("--");
        assertThat(call.sink().text()).contains("[DONE]");
    }

    @Test
    void endsDraining_whenTheHoldIsUsedUp() {
        call.paying(MUCH, 50).at(draining()).start();
        call.provider().answer(STREAM + said("a"));
        call.exchange().onClientGone();
        call.provider().answer(said("a").repeat(100));

        assertThat(row(0).outcome()).isEqualTo(Outcome.DRAIN_CAPPED);
        assertThat(call.provider().last().isOpen()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"GET", "DELETE"})
    void chargesNothing_forAStoredResponse(String method) {
        RequestHead head = Heads.request(method + " /v1/responses/resp_1 HTTP/1.1", "host: x");
        RequestPath path = new RequestPath(Endpoint.STORED_RESPONSE, null, "resp_1", null, null);
        call.asking(head, path, null).paying(MUCH, 50).at(target(1, 0)).start();
        call.provider().answer(answer(200, usage(300, 500)));

        assertThat(call.spent()).isZero();
        assertThat(row(0).usage().origin()).isEqualTo(Usage.Origin.NONE);
        assertThat(row(0).cost().dollarPicos()).isZero();
        assertThat(call.record().usage().outputTokens()).isZero();
    }

    @Test
    void chargesTheHold_forAResponseThatIsMadeInTheBackground() {
        RequestPath path = new RequestPath(Endpoint.RESPONSES, null, null, null, null);
        String body = "{\"model\":\"gpt\",\"input\":\"x\",\"background\":true}";
        call.asking(Heads.post("/v1/responses"), path, body)
                .paying(MUCH, 50)
                .at(target(1, 0))
                .start();
        call.provider().answer(answer(200, "{\"status\":\"queued\",\"usage\":null}"));

        assertThat(row(0).cost()).isEqualTo(CallCost.UNMEASURED);
        assertThat(call.spent()).isEqualTo(50 * TOKEN);
    }

    @Test
    void chargesWhatABackgroundResponseUsed_once_whenItIsTold() {
        order();

        ask("{\"id\":\"resp_1\",\"status\":\"in_progress\",\"usage\":null}");
        assertThat(call.spent()).isEqualTo(50 * TOKEN);
        assertThat(call.attempts().works()).isEmpty();

        for (int i = 0; i < 3; i++) {
            ask(FINAL);
            assertThat(call.spent()).isEqualTo(7 * TOKEN);
        }
        assertThat(call.attempts().works())
                .singleElement()
                .satisfies(origin -> {
                    assertThat(origin.callHigh()).isEqualTo(row(0).callHigh());
                    assertThat(origin.callLow()).isEqualTo(row(0).callLow());
                    assertThat(origin.admittedMillis()).isEqualTo(row(0).admittedMillis());
                });
    }

    @Test
    void chargesWhatABackgroundResponseUsed_whereAnotherProcessHasOrderedIt() {
        order();
        StoredResponses.Stored stored = call.stored().find("resp_1", "file:ci");
        assertThat(stored).isNotNull();
        BackgroundWork work = stored.work();
        assertThat(work).isNotNull();
        call.stored().begin("resp_1", new BackgroundWork(work.origin(), false, null));

        ask(FINAL);
        ask(FINAL);

        assertThat(call.spent()).isEqualTo((50 + 7) * TOKEN);
        assertThat(call.attempts().works()).hasSize(1);
    }

    @Test
    void booksABackgroundResponseLater_whereTheLedgerHasNoRoomForIt() {
        order();
        call.attempts().refuseWork(true);
        ask(FINAL);
        assertThat(call.spent()).isEqualTo(50 * TOKEN);

        call.attempts().refuseWork(false);
        ask(FINAL);
        assertThat(call.spent()).isEqualTo(7 * TOKEN);
    }

    private void order() {
        RequestPath path = new RequestPath(Endpoint.RESPONSES, null, null, null, null);
        String body = "{\"model\":\"gpt\",\"input\":\"x\",\"background\":true}";
        call.asking(Heads.post("/v1/responses"), path, body)
                .paying(MUCH, 50)
                .at(target(1, 0))
                .start();
        call.provider()
                .answer(answer(200, "{\"id\":\"resp_1\",\"status\":\"queued\",\"usage\":null}"));
        assertThat(call.spent()).isEqualTo(50 * TOKEN);
    }

    private void ask(String told) {
        RequestHead head = Heads.request("GET /v1/responses/resp_1 HTTP/1.1", "host: x");
        RequestPath path = new RequestPath(Endpoint.STORED_RESPONSE, null, "resp_1", null, null);
        call.asking(head, path, null).at(target(1, 0)).start();
        call.provider().answer(answer(200, told));
    }

    @Test
    void givesEverythingBack_whereACallIsParkedAndItsClientLeaves() {
        call.attempts().answer(AttemptListener.Admission.WAIT);
        plain().paying(50 * TOKEN, 50).at(target(1, 0)).start();
        assertThat(call.held()).isEqualTo(50 * TOKEN);
        call.exchange().onClientGone();

        assertThat(call.record().attempts()).isZero();
        assertThat(call.spent()).isZero();
    }

    @Test
    void goesOn_whenAParkedCallFindsRoom() {
        call.attempts().answer(AttemptListener.Admission.WAIT);
        plain().paying(50 * TOKEN, 50).at(target(1, 0)).start();
        call.pass(Duration.ofMillis(60));
        call.attempts().answer(AttemptListener.Admission.ADMITTED);
        call.pass(Duration.ofMillis(60));
        call.provider().answer(answer(200, usage(3, 5)));

        assertThat(call.record().attempts()).isEqualTo(1);
        assertThat(call.spent()).isEqualTo(5 * TOKEN);
    }

    @Test
    void refusesAParkedCall_thatFindsNoRoomInTime() {
        call.attempts().answer(AttemptListener.Admission.WAIT);
        plain().paying(50 * TOKEN, 50).at(target(1, 0)).start();
        for (int i = 0; i < 220; i++) {
            call.pass(Duration.ofMillis(50));
        }

        assertThat(call.record().error()).isEqualTo(ErrorCode.LEDGER_FULL);
        assertThat(call.spent()).isZero();
    }

    private AttemptReport row(int at) {
        return call.attempts().settled().get(at);
    }

    private CallUnderTest plain() {
        return call.asking(
                Heads.post("/v1/chat/completions"),
                new RequestPath(Endpoint.CHAT_COMPLETIONS, null, null, null, null),
                PLAIN);
    }

    private static Target target(int port, int retries) {
        return new TargetFixture()
                .name("target" + port)
                .address(new UpstreamAddress("target" + port, port, false))
                .retries(retries)
                .prices(_ -> CallUnderTest.PRICE)
                .build();
    }

    private static Target draining() {
        return new TargetFixture()
                .prices(_ -> CallUnderTest.PRICE)
                .onDisconnect(OnDisconnect.DRAIN)
                .build();
    }

    private static String usage(int input, int output) {
        return "{\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d}}"
                .formatted(input, output);
    }

    private static String answer(int status, String body) {
        return "HTTP/1.1 %d Status\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                .formatted(status, body.length(), body);
    }

    private static String said(String text) {
        return data("{\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}");
    }

    private static String done() {
        return data("[DONE]") + "0\r\n\r\n";
    }

    private static String data(String json) {
        String event = "data: " + json + "\n\n";
        return Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
    }
}
