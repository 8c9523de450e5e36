package io.sluice.transport.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.auth.KeyGrant;
import io.sluice.config.Settings;
import io.sluice.error.ErrorCode;
import io.sluice.telemetry.CallRecord;
import io.sluice.testing.ModelFixture;
import io.sluice.testing.SettingsFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that have to be looked up, while their connection waits. */
class AuthenticationHandlerTest {

    private static final String KEY = "sk-stored-0123456789";
    private static final String BODY = "{\"model\":\"gpt\",\"messages\":[]}";

    private final Settings settings =
            new SettingsFixture().model(new ModelFixture("gpt").base("http://h/v1")).build();
    private final ClientFixture client = new ClientFixture(settings);

    @BeforeEach
    void beSlow() {
        client.stored().becomeSlow();
    }

    @AfterEach
    void release() {
        client.release();
        assertThat(client.metrics().inflightRequests()).isZero();
        assertThat(client.initializer().bufferedBytes()).isZero();
    }

    @Test
    void waitsWithoutReading_andGoesOnWithTheBody() {
        client.stored().add(KEY);
        client.send(post(KEY) + BODY);

        assertThat(client.received()).isEmpty();
        assertThat(client.channel().config().isAutoRead()).isFalse();
        assertThat(client.initializer().bufferedBytes()).isZero();

        client.answerFromDatabase();

        assertThat(client.channel().config().isAutoRead()).isTrue();
        assertThat(client.provider().asked()).hasSize(1);
    }

    @Test
    void looksAKeyUpOnce_andServesWhatWasPipelinedBehindIt() {
        client.stored().add(KEY);
        client.send(get(KEY) + get(KEY));
        client.answerFromDatabase();

        assertThat(client.received().split("HTTP/1.1 200 ", -1)).hasSize(3);
        client.send(get(KEY));
        assertThat(client.received()).startsWith("HTTP/1.1 200 ");
        assertThat(client.stored().log()).containsExactly("find");
    }

    @Test
    void refusesAStranger_andServesTheNextRequestOfTheConnection() {
        client.stored().add(KEY);
        client.send(post("sk-nobody-0123456789") + BODY + get(KEY));
        client.answerFromDatabase();
        client.answerFromDatabase();

        assertThat(client.received())
                .startsWith("HTTP/1.1 401 ")
                .contains("invalid_api_key", "HTTP/1.1 200 ");
    }

    @Test
    void refusesAKeyThatHasExpiredOrIsBlocked_underItsName() {
        client.stored()
                .add(KEY, 1, null, 0)
                .add("sk-blocked-01234567", KeyGrant.NEVER, "team t", 0);
        client.send(get(KEY));
        client.answerFromDatabase();
        client.send(get("sk-blocked-01234567"));
        client.answerFromDatabase();

        assertThat(client.received()).contains("key_expired", "key_blocked", "team t");
        assertThat(client.calls())
                .extracting(CallRecord::key, CallRecord::error)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("alias", ErrorCode.KEY_EXPIRED),
                        org.assertj.core.groups.Tuple.tuple("alias", ErrorCode.KEY_BLOCKED));
    }

    @Test
    void asksToComeBack_whenTheDatabaseIsAway() {
        client.stored().goAway();
        client.send(get(KEY));
        client.answerFromDatabase();

        assertThat(client.received())
                .startsWith("HTTP/1.1 503 ")
                .contains("database_unavailable", "retry-after: ");
        assertThat(client.calls())
                .extracting(CallRecord::error)
                .containsExactly(ErrorCode.DATABASE_UNAVAILABLE);
    }

    @Test
    void recordsAClientThatLeavesWhileItsKeyIsLookedUp() {
        client.stored().add(KEY);
        client.send(post(KEY) + BODY);
        client.channel().close();
        client.answerFromDatabase();

        assertThat(client.calls()).extracting(CallRecord::status).containsExactly(499);
    }

    @Test
    void letsAsManyCallsThrough_asTheKeyIsGoodFor() {
        client.stored().add(KEY, KeyGrant.NEVER, null, 1);
        client.send(post(KEY) + BODY);
        client.answerFromDatabase();
        client.answerFromDatabase();
        assertThat(client.stored().log()).containsExactly("find", "take 1");
        assertThat(client.provider().asked()).hasSize(1);
    }

    private static String get(String key) {
        return "GET /v1/models HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + key + "\r\n\r\n";
    }

    private static String post(String key) {
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                + key
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + BODY.length()
                + "\r\n\r\n";
    }
}
