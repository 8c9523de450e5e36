package io.sluice.transport.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.auth.ModelAccess;
import io.sluice.auth.Principal;
import io.sluice.config.OnDisconnect;
import io.sluice.message.Endpoint;
import io.sluice.testing.Heads;
import io.sluice.testing.TargetFixture;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, cancel",
                "-, drain, drain",
                "drain:10, -, drain:10",
                "cancel, drain, cancel",
                "drain:10, drain, drain:10"
            })
    void followsTheKey_thenTheModel_thenTheGateway(
            @Nullable String ofKey, @Nullable String ofModel, String expected) {
        CallUnderTest call = new CallUnderTest();
        RequestPath path = new RequestPath(Endpoint.CHAT_COMPLETIONS, null, null, null, null);
        GatewayRequest request =
                call.asking(Heads.post("/v1/chat/completions"), path, null).newRequest();
        OnDisconnect key = ofKey == null ? null : OnDisconnect.parse(ofKey);
        request.setPrincipal(Principal.ofFile("ci", ModelAccess.ALL, key));
        TargetFixture target = new TargetFixture();
        if (ofModel != null) {
            target.onDisconnect(Objects.requireNonNull(OnDisconnect.parse(ofModel)));
        }

        assertThat(Drain.rule(request, target.build())).hasToString(expected);
        call.release();
    }

    @ParameterizedTest
    @CsvSource({
        "drain,    86400, 1000000, false",
        "drain:5s, 5,     1000000, false",
        "drain:5s, 6,     0,       true",
        "drain:20, 86400, 119,     false",
        "drain:20, 0,     120,     true"
    })
    void endsAtItsBound(String rule, long seconds, long tokens, boolean isOver) {
        Drain drain = new Drain(Objects.requireNonNull(OnDisconnect.parse(rule)), 7, 100);

        assertThat(drain.isOver(7 + Duration.ofSeconds(seconds).toNanos(), tokens))
                .isEqualTo(isOver);
    }
}
