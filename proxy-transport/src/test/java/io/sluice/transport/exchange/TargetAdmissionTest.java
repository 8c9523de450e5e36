package io.sluice.transport.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.admission.Account;
import io.sluice.admission.AccountKind;
import io.sluice.admission.BudgetTerms;
import io.sluice.admission.Levels;
import io.sluice.admission.LimitUnit;
import io.sluice.admission.RateLimit;
import io.sluice.admission.SpendWindow;
import io.sluice.admission.Terms;
import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import io.sluice.error.ErrorCode;
import io.sluice.ledger.Outcome;
import io.sluice.message.Endpoint;
import io.sluice.price.Currency;
import io.sluice.routing.Target;
import io.sluice.routing.UpstreamAddress;
import io.sluice.testing.Heads;
import io.sluice.testing.TargetFixture;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What single targets have room for. */
class TargetAdmissionTest {

    private static final long TOKEN = CallUnderTest.TOKEN_PICOS;
    private static final long MUCH = 1_000_000 * TOKEN;
    private static final BudgetTerms SMALL =
            new BudgetTerms(
                    "budget",
                    60 * TOKEN,
                    Currency.USD,
                    new SpendWindow(BudgetWindow.DAY, ZoneOffset.UTC),
                    BudgetMode.HARD,
                    BudgetTerms.NO_SOFT_LIMIT);

    private final CallUnderTest call = new CallUnderTest();

    @AfterEach
    void release() {
        call.release();
        for (AccountKind kind : List.of(AccountKind.DEPLOYMENT, AccountKind.PROVIDER)) {
            for (Account account : call.accounts().all(kind)) {
                assertThat(account.openCalls()).as(account.toString()).isZero();
                assertThat(account.heldPicos(SMALL, 0)).as(account.toString()).isZero();
            }
        }
    }

    @Test
    void triesTheNextTarget_andTakesNothingOfTheOneWithoutRoom() {
        perMinute("target1", 0);
        Account second = perMinute("target2", 5);
        plain().at(target(1, 0), target(2, 0)).start();
        call.provider().answer(answer(200, usage(3, 5)));

        assertThat(call.provider().asked()).extracting(UpstreamAddress::port).containsExactly(2);
        assertThat(call.record().attempts()).isEqualTo(1);
        assertThat(used(second)).isEqualTo(1);
    }

    @Test
    void refusesACall_thatNoTargetHasRoomFor_andTakesNothing() {
        Account first = perMinute("target1", 1);
        perMinute("target2", 0);
        call.paying(MUCH, 50);
        plain().at(target(1, 0), target(2, 0)).start();
        call.provider().answer(answer(200, usage(3, 5)));
        call.records().clear();
        call.start();

        assertThat(call.record().error()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
        assertThat(call.record().attempts()).isZero();
        assertThat(call.sink().begun().status()).isEqualTo(429);
        assertThat(call.sink().begun().rateLimits())
                .as("the target that has room first")
                .contains("x-ratelimit-limit-requests: 1\r\n")
                .contains("x-ratelimit-remaining-requests: 0\r\n")
                .containsPattern("retry-after: (60|61)\r\n");
        assertThat(call.provider().asked()).hasSize(1);
        assertThat(used(first)).isEqualTo(1);
        assertThat(call.attempts().settled()).hasSize(1);

        call.records().clear();
        call.pass(Duration.ofSeconds(62)).start();
        call.provider().answer(answer(200, usage(3, 5)));
        assertThat(call.record().status()).isEqualTo(200);
    }

    @Test
    void tellsTheLimits_ofTheOnlyTarget() {
        perMinute("target1", 7);
        plain().at(target(1, 0)).start();
        call.provider().answer(answer(200, usage(3, 5)));

        assertThat(call.sink().begun().rateLimits())
                .contains("x-ratelimit-limit-requests: 7")
                .contains("x-ratelimit-remaining-requests: 6");
    }

    @Test
    void doesNotTellTheLimits_ofOneTargetAmongOthers() {
        perMinute("target1", 7);
        perMinute("target2", 7);
        plain().at(target(1, 0), target(2, 0)).start();
        call.provider().answer(answer(200, usage(3, 5)));

        assertThat(call.sink().begun().rateLimits()).isEmpty();
    }

    @Test
    void passesTheProvidersAnswerOn_whereNoOtherTargetHasRoom() {
        perMinute("target2", 0);
        perMinute("target1", 1);
        plain().at(target(1, 3), target(2, 3)).start();
        call.provider().answer(answer(503, "{}"));

        assertThat(call.record().status()).isEqualTo(503);
        assertThat(call.record().error()).isNull();
        assertThat(call.provider().asked()).hasSize(1);
    }

    @Test
    void triesTheSameTargetAgain_inTheOnePlaceItHas() {
        Account one = parallel("target1", 1);
        plain().at(target(1, 1)).start();
        assertThat(one.openCalls()).isEqualTo(1);
        call.provider().answer(answer(503, "{}"));
        call.pass(Duration.ofSeconds(1));

        assertThat(call.provider().asked()).hasSize(2);
        assertThat(one.openCalls()).isEqualTo(1);
        call.provider().answer(answer(200, usage(3, 5)));
        assertThat(call.record().status()).isEqualTo(200);
    }

    @Test
    void givesThePlaceBack_whereTheConnectionIsRefused() {
        Account one = perMinute("target1", 5);
        call.provider().refuse(true);
        plain().at(target(1, 0)).start();

        assertThat(call.record().error()).isEqualTo(ErrorCode.UPSTREAM_UNREACHABLE);
        assertThat(used(one)).isZero();
    }

    @Test
    void countsTheTokensThatWereUsed() {
        RateLimit limit = new RateLimit(LimitUnit.TOKENS, Duration.ofMinutes(1), 10_000);
        Account one =
                call.accounts()
                        .setTerms(
                                AccountKind.DEPLOYMENT,
                                "target1",
                                new Terms(
                                        List.of(limit),
                                        Terms.UNLIMITED,
                                        List.of(),
                                        Terms.USUAL_PRIORITY),
                                0);
        plain().at(target(1, 0)).start();
        call.provider().answer(answer(200, usage(3, 5)));

        assertThat(used(one, LimitUnit.TOKENS, 10_000)).isEqualTo(8);
    }

    @Test
    void holdsTheBudgetOfAProvider_forEachAttempt() {
        Account openai = budget(AccountKind.PROVIDER, "openai");
        call.paying(MUCH, 50);
        bounded(50).at(target(1, 1), target(2, 1)).start();
        assertThat(openai.heldPicos(SMALL, 0)).isEqualTo(50 * TOKEN);
        call.provider().answer(answer(500, "{}"));

        assertThat(call.provider().asked()).hasSize(2);
        assertThat(openai.heldPicos(SMALL, 0)).isEqualTo(50 * TOKEN);
        call.provider().answer(answer(200, usage(3, 5)));
        assertThat(openai.spentPicos(SMALL, 0)).isEqualTo(5 * TOKEN);
    }

    @Test
    void passesAProviderOver_whoseBudgetIsUsedUp() {
        Account first = budget(AccountKind.DEPLOYMENT, "target1");
        call.paying(MUCH, 50);
        bounded(50).at(target(1, 0)).start();
        call.provider().answer(answer(200, usage(3, 20)));
        call.records().clear();
        bounded(50).at(target(1, 0), target(2, 0)).start();

        assertThat(call.provider().asked()).extracting(UpstreamAddress::port).containsExactly(1, 2);
        call.provider().answer(answer(200, usage(3, 5)));
        assertThat(first.spentPicos(SMALL, 0)).isEqualTo(20 * TOKEN);

        call.records().clear();
        bounded(50).at(target(1, 0)).start();
        assertThat(call.record().error()).isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
        assertThat(call.sink().begun().rateLimits()).contains("retry-after: ");
    }

    @Test
    void boundsTheOutput_whereOnlyTheTargetHasAHardBudget() {
        budget(AccountKind.DEPLOYMENT, "target1");
        plain().at(target(1, 0)).start();

        assertThat(call.provider().received()).contains("\"max_completion_tokens\":60");
        call.provider().answer(answer(200, usage(3, 5)));
    }

    @Test
    void saysWhoseFailureItWas_whereTheGatewayStops() {
        plain().at(target(1, 0)).start();
        call.exchange().onShutdown();

        assertThat(call.attempts().settled().getFirst().outcome()).isEqualTo(Outcome.GATEWAY_ERROR);
    }

    private Account perMinute(String target, long most) {
        return call.accounts()
                .setTerms(
                        AccountKind.DEPLOYMENT,
                        target,
                        new Terms(
                                List.of(
                                        new RateLimit(
                                                LimitUnit.REQUESTS, Duration.ofMinutes(1), most)),
                                Terms.UNLIMITED,
                                List.of(),
                                Terms.USUAL_PRIORITY),
                        0);
    }

    private Account parallel(String target, long most) {
        return call.accounts()
                .setTerms(
                        AccountKind.DEPLOYMENT,
                        target,
                        new Terms(List.of(), most, List.of(), Terms.USUAL_PRIORITY),
                        0);
    }

    private Account budget(AccountKind kind, String id) {
        return call.accounts()
                .setTerms(
                        kind,
                        id,
                        new Terms(List.of(), Terms.UNLIMITED, List.of(SMALL), Terms.USUAL_PRIORITY),
                        0);
    }

    private long used(Account account) {
        RateLimit limit = account.terms().limits().getFirst();
        return used(account, LimitUnit.REQUESTS, limit.amount());
    }

    private long used(Account account, LimitUnit unit, long most) {
        io.sluice.admission.RateStatus status = new io.sluice.admission.RateStatus();
        Levels levels = new Levels();
        levels.add(account);
        status.read(levels, unit, call.resources().ticker().nowNanos());
        return most - status.remaining();
    }

    private CallUnderTest plain() {
        return asking("{\"model\":\"gpt\",\"messages\":[]}");
    }

    private CallUnderTest bounded(int tokens) {
        return asking("{\"model\":\"gpt\",\"messages\":[],\"max_tokens\":" + tokens + "}");
    }

    private CallUnderTest asking(String body) {
        return call.asking(
                Heads.post("/v1/chat/completions"),
                new RequestPath(Endpoint.CHAT_COMPLETIONS, null, null, null, null),
                body);
    }

    private static Target target(int port, int retries) {
        return new TargetFixture()
                .name("target" + port)
                .address(new UpstreamAddress("target" + port, port, false))
                .retries(retries)
                .weight(port == 1 ? 1e9 : 1)
                .prices(_ -> CallUnderTest.PRICE)
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
}
